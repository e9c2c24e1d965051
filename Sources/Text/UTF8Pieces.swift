/// A piece of foreign bytes: a character, or a byte that belongs to none.
enum UTF8Piece: Hashable, Sendable {
  case scalar(Unicode.Scalar)
  case invalid(UInt8)

  /// The pieces of `bytes` (RFC 3629): each byte that is not part of a whole and shortest form of
  /// a character stands for itself.
  static func pieces(of bytes: some Collection<UInt8>) -> [UTF8Piece] {
    let bytes = Array(bytes)
    var pieces: [UTF8Piece] = []
    pieces.reserveCapacity(bytes.count)
    var index = 0
    while index < bytes.count {
      if let (scalar, length) = scalar(in: bytes, at: index) {
        pieces.append(.scalar(scalar))
        index += length
      } else {
        pieces.append(.invalid(bytes[index]))
        index += 1
      }
    }
    return pieces
  }

  /// The character that begins at `index`, and its bytes.
  private static func scalar(
    in bytes: [UInt8], at index: Int
  ) -> (scalar: Unicode.Scalar, length: Int)? {
    let first = bytes[index]
    let (length, lowest): (Int, UInt32) =
      switch first {
      case 0x00...0x7F: (1, 0)
      case 0xC2...0xDF: (2, 0x80)
      case 0xE0...0xEF: (3, 0x800)
      case 0xF0...0xF4: (4, 0x10000)
      default: (0, 0)
      }
    guard length > 0, index + length <= bytes.count else { return nil }
    var value = length == 1 ? UInt32(first) : UInt32(first) & (0x7F >> UInt32(length))
    for byte in bytes[(index + 1)..<(index + length)] {
      guard byte & 0xC0 == 0x80 else { return nil }
      value = value << 6 | UInt32(byte & 0x3F)
    }
    guard value >= lowest, let scalar = Unicode.Scalar(value) else { return nil }
    return (scalar, length)
  }
}
