import CZlib

/// The printed size that a PNG file gives: the chunk pHYs (PNG specification, section 11.3.5.3).
enum PNGSize {
  /// The signature and the chunk IHDR, which comes first.
  private static let headerEnd = 8 + 25

  /// The file with a pHYs chunk after its header.
  static func adding(dotsPerInch: Double, to png: [UInt8]) -> [UInt8] {
    guard png.count > headerEnd else { return png }
    let perMetre = UInt32((dotsPerInch / 0.0254).rounded())
    let body = Array("pHYs".utf8) + bytes(perMetre) + bytes(perMetre) + [1]
    let sum = unsafe body.withUnsafeBufferPointer { buffer in
      unsafe crc32(0, buffer.baseAddress, UInt32(buffer.count))
    }
    let chunk = bytes(UInt32(body.count - 4)) + body + bytes(UInt32(truncatingIfNeeded: sum))
    return Array(png[..<headerEnd]) + chunk + Array(png[headerEnd...])
  }

  private static func bytes(_ value: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
  }
}
