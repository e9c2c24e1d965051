/// The header of a session of PPP over Ethernet (RFC 2516, section 4).
///
///     +----------------------+----------+-------------+------------+
///     | version and type (1) | code (1) | session (2) | length (2) |
///     |         0x11         |    0     |             |            |
///     +----------------------+----------+-------------+------------+
private enum PPPoE {
  static let size = 6
  static let sessionField = 2
  static let lengthField = 4
}

extension Packet {
  /// Reads a packet of a session.
  mutating func readPPPoESession(_ frame: Span<UInt8>, _ part: Part) throws(DecodeError) {
    let bytes = frame.extracting(part.range(inCaptured: frame.count))
    try bytes.require(PPPoE.size, for: .pppoe, in: part)
    guard bytes.uint8(at: 0) == 0x11 else {
      throw DecodeError(
        layer: .pppoe, offset: part.offset, reason: .badVersion(Int(bytes.uint8(at: 0))))
    }
    let length = Int(bytes.uint16(at: PPPoE.lengthField))
    let session = UInt32(bytes.uint16(at: PPPoE.sessionField))
    let behind = part.dropping(PPPoE.size)
    let rest = behind.ending(after: min(length, behind.length), limit: .frameLength)
    try enter(.pppoe, session, at: rest) { (inner) throws(DecodeError) in
      try inner.readPPP(frame, rest)
    }
  }
}
