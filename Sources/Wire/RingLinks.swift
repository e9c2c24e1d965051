/// The header of the Fiber Distributed Data Interface (ANSI X3.139).
///
///     +-------------------+-----------------+------------+
///     | frame control (1) | destination (6) | source (6) |
///     +-------------------+-----------------+------------+
private enum FDDI {
  static let size = 13
  /// The bits that tell a frame with LLC, with or without a priority.
  static let kindMask: UInt8 = 0x30
  static let llc: UInt8 = 0x10
}

/// The header of Token Ring (IEEE 802.5), and of routing on the way where the first bit of the
/// source's address says so.
///
///     +--------------------+-------------------+-----------------+------------+---------+
///     | access control (1) | frame control (1) | destination (6) | source (6) | routing |
///     +--------------------+-------------------+-----------------+------------+---------+
private enum TokenRing {
  static let size = 14
  static let sourceField = 8
  static let kindMask: UInt8 = 0xC0
  static let llc: UInt8 = 0x40
}

extension Packet {
  /// Reads a frame of FDDI.
  mutating func readFDDI(_ frame: Span<UInt8>, _ part: Part) throws(DecodeError) {
    let bytes = frame.extracting(part.range(inCaptured: frame.count))
    try bytes.require(FDDI.size, for: .fddi, in: part)
    let rest = part.dropping(FDDI.size)
    guard bytes.uint8(at: 0) & FDDI.kindMask == FDDI.llc else {
      return setName("FDDI", rest, captured: frame.count)
    }
    try readLLC(frame, rest)
  }

  /// Reads a frame of Token Ring.
  mutating func readTokenRing(_ frame: Span<UInt8>, _ part: Part) throws(DecodeError) {
    let bytes = frame.extracting(part.range(inCaptured: frame.count))
    try bytes.require(TokenRing.size, for: .tokenRing, in: part)
    var size = TokenRing.size
    if bytes.uint8(at: TokenRing.sourceField) & 0x80 != 0 {
      try bytes.require(size + 2, for: .tokenRing, in: part)
      // The lower five bits tell how many bytes the route has, its own two among them.
      let length = Int(bytes.uint8(at: size) & 0x1F)
      guard length >= 2 else {
        throw DecodeError(layer: .tokenRing, offset: part.offset, reason: .badLength(length))
      }
      size += length
      try bytes.require(size, for: .tokenRing, in: part)
    }
    guard bytes.uint8(at: 1) & TokenRing.kindMask == TokenRing.llc else {
      return setName("Token Ring MAC", part.dropping(size), captured: frame.count)
    }
    try readLLC(frame, part.dropping(size))
  }
}
