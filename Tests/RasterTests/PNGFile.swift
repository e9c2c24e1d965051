import Foundation
import Process
import Testing

/// A PNG file taken apart (PNG specification, section 5).
struct PNGFile {
  struct Chunk {
    var name: String
    var body: ArraySlice<UInt8>
    var sum: UInt32
  }

  let bytes: [UInt8]
  private(set) var chunks: [Chunk] = []

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    var place = 8
    while place + 12 <= bytes.count {
      let length = Int(PNGFile.number(bytes[place..<place + 4]))
      guard place + 12 + length <= bytes.count else { break }
      chunks.append(
        Chunk(
          name: String(decoding: bytes[place + 4..<place + 8], as: UTF8.self),
          body: bytes[place + 8..<place + 8 + length],
          sum: PNGFile.number(bytes[place + 8 + length..<place + 12 + length])))
      place += 12 + length
    }
  }

  var width: Int { Int(PNGFile.number(chunks[0].body.prefix(4))) }
  var height: Int { Int(PNGFile.number(chunks[0].body.dropFirst(4).prefix(4))) }

  /// Whether every chunk's checksum is that of its bytes.
  var hasRightSums: Bool {
    chunks.allSatisfy { PNGFile.sum(Array($0.name.utf8) + Array($0.body)) == $0.sum }
  }

  /// Pixels without their opacity, as python's zlib unpacks them.
  func pixels() throws -> Pixels {
    let script = """
      import sys, zlib, struct
      d = sys.stdin.buffer.read(); p = 8; z = b''
      while p < len(d):
        n, = struct.unpack('>I', d[p:p+4]); k = d[p+4:p+8]; b = d[p+8:p+8+n]; p += 12 + n
        if k == b'IHDR': w, h, depth, kind = struct.unpack('>IIBB', b[:10])
        if k == b'IDAT': z += b
      assert depth == 8 and kind in (2, 6)
      c = 4 if kind == 6 else 3
      d = zlib.decompress(z); last = bytearray(w * c); out = []
      for y in range(h):
        f = d[y*(w*c+1)]; row = bytearray(d[y*(w*c+1)+1:(y+1)*(w*c+1)])
        for i in range(w*c):
          a = row[i-c] if i >= c else 0; b = last[i]; q = last[i-c] if i >= c else 0
          if f == 1: v = a
          elif f == 2: v = b
          elif f == 3: v = (a + b) // 2
          elif f == 4:
            t = a + b - q; pa, pb, pc = abs(t-a), abs(t-b), abs(t-q)
            v = a if pa <= pb and pa <= pc else b if pb <= pc else q
          else: v = 0
          row[i] = (row[i] + v) & 255
        last = row
        for x in range(w): out.append(' '.join(str(n) for n in row[x*c:x*c+3]))
      print('\\n'.join(out))
      """
    let outcome = try runText(["python3", "-c", script], input: bytes)
    try #require(outcome.status == 0, "\(outcome.errorText)")
    let all = outcome.text.split(separator: "\n").map {
      $0.split(separator: " ").compactMap { Int($0) }
    }
    return Pixels(width: width, all: all)
  }

  struct Pixels {
    var width: Int
    var all: [[Int]]
    subscript(x: Int, y: Int) -> [Int] { all[y * width + x] }
  }

  static func chunk(_ name: String, _ body: [UInt8]) -> [UInt8] {
    let all = Array(name.utf8) + body
    func bytes(_ value: UInt32) -> [UInt8] {
      [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }
    return bytes(UInt32(body.count)) + all + bytes(sum(all))
  }

  /// CRC-32, bit by bit.
  private static func sum(_ bytes: [UInt8]) -> UInt32 {
    var sum = UInt32.max
    for byte in bytes {
      sum ^= UInt32(byte)
      for _ in 0..<8 {
        let isOdd = sum & 1 == 1
        sum >>= 1
        if isOdd { sum ^= 0xEDB8_8320 }
      }
    }
    return ~sum
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    bytes.reduce(0) { $0 << 8 | UInt32($1) }
  }
}
