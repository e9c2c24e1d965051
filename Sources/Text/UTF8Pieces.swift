/// A piece of foreign bytes: a character, or a byte that belongs to none.
enum UTF8Piece: Hashable, Sendable {
  case scalar(Unicode.Scalar)
  case invalid(UInt8)

  /// The pieces of `bytes` (RFC 3629): each byte that is not part of a whole and shortest form of
  /// a character stands for itself.
  static func pieces(of bytes: [UInt8]) -> [UTF8Piece] {
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

  /// The pieces without the beginning of a character at their end, whose rest was cut off.
  static func withoutCutEnd(_ pieces: [UTF8Piece]) -> ArraySlice<UTF8Piece> {
    var missing = 1
    for index in pieces.indices.suffix(3).reversed() {
      guard case .invalid(let byte) = pieces[index] else { break }
      missing += 1
      if byte & 0xC0 == 0x80 { continue }
      return missing <= form(of: byte).length ? pieces[..<index] : pieces[...]
    }
    return pieces[...]
  }

  /// The bytes of the character that `first` begins, 0 for none, and the lowest such character.
  private static func form(of first: UInt8) -> (length: Int, lowest: UInt32) {
    switch first {
    case 0x00...0x7F: (1, 0)
    case 0xC2...0xDF: (2, 0x80)
    case 0xE0...0xEF: (3, 0x800)
    case 0xF0...0xF4: (4, 0x10000)
    default: (0, 0)
    }
  }

  /// The character that begins at `index`, and its bytes.
  private static func scalar(
    in bytes: [UInt8], at index: Int
  ) -> (scalar: Unicode.Scalar, length: Int)? {
    let first = bytes[index]
    let (length, lowest) = form(of: first)
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
