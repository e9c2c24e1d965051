/// The header of Generic Routing Encapsulation (RFC 2784, RFC 2890; version 1: RFC 2637).
///
///     +-----------+---------------+----------------------------+---------+--------------+---------+
///     | flags (2) | EtherType (2) | checksum (2), reserved (2) | key (4) | sequence (4) | ack (4) |
///     |           |               |           where flags say that they are there                |
///     +-----------+---------------+----------------------------+---------+--------------+---------+
private enum GRE {
  static let size = 4
  static let typeField = 2
  static let hasChecksum: UInt16 = 0x8000
  static let hasRouting: UInt16 = 0x4000
  static let hasKey: UInt16 = 0x2000
  static let hasSequence: UInt16 = 0x1000
  static let hasAcknowledgement: UInt16 = 0x0080
  static let versionMask: UInt16 = 7
  static let erspan: UInt16 = 0x88BE
  static let erspan3: UInt16 = 0x22EB
  static let wccp: UInt16 = 0x883E
  static let keepalive: UInt16 = 0
}

/// The header of a mirrored frame (draft-foschiano-erspan), type II; type III has four bytes more, and
/// eight more where its last bit says so; type I has none.
///
///     +-------------+-----------+---------+--------------+-----------+
///     | version (½) | VLAN (1½) | bits (¾)| session (1¼) | index (4) |
///     +-------------+-----------+---------+--------------+-----------+
private enum ERSPAN {
  static let size = 8
  static let size3 = 12
  static let subheaderSize = 8
  static let sessionMask: UInt16 = 0x03FF
}

extension Packet {
  /// Reads a packet of GRE, whose network header is around.
  mutating func readGRE(_ frame: Span<UInt8>, _ part: Part) throws(DecodeError) {
    let bytes = frame.extracting(part.range(inCaptured: frame.count))
    try bytes.require(GRE.size, for: .gre, in: part)
    let flags = bytes.uint16(at: 0)
    let type = bytes.uint16(at: GRE.typeField)
    let isVersion1 = flags & GRE.versionMask == 1
    guard flags & GRE.versionMask <= 1 else {
      throw DecodeError(
        layer: .gre, offset: part.offset, reason: .badVersion(Int(flags & GRE.versionMask)))
    }
    let hasRouting = flags & GRE.hasRouting != 0
    let hasChecksum = flags & GRE.hasChecksum != 0 || hasRouting
    let keyField = GRE.size + (hasChecksum ? 4 : 0)
    var size = keyField
    if flags & GRE.hasKey != 0 { size += 4 }
    if flags & GRE.hasSequence != 0 { size += 4 }
    if isVersion1, flags & GRE.hasAcknowledgement != 0 { size += 4 }
    try bytes.require(size, for: .gre, in: part)
    let key = flags & GRE.hasKey != 0 ? bytes.uint32(at: keyField) : nil
    var rest = part.dropping(size)
    if hasRouting { rest = try skipRoutes(frame, rest) }
    // An empty one keeps the tunnel alive, or has only acknowledged.
    guard rest.length > 0, type != GRE.keepalive else { return }
    switch type {
    case GRE.erspan, GRE.erspan3:
      try readERSPAN(
        frame, rest, isType3: type == GRE.erspan3, isType1: flags & GRE.hasSequence == 0)
    case GRE.wccp: try readWCCP(frame, rest, key)
    case EtherType.bridged:
      try enter(.gre, key, at: rest) { (inner) throws(DecodeError) in
        try inner.readEthernet(frame, rest)
      }
    case _ where isVersion1:
      // The key's halves: bytes of payload, and the call.
      try enter(.pptp, key.map { $0 & 0xFFFF }, at: rest) { (inner) throws(DecodeError) in
        try inner.readNetwork(frame, rest, etherType: type)
      }
    default:
      try enter(.gre, key, at: rest) { (inner) throws(DecodeError) in
        try inner.readTagged(frame, rest, etherType: max(type, Ethernet.greatestLength + 1))
      }
    }
  }

  /// Passes over the source routes of RFC 1701: family (2), offset (1), length (1), addresses; the last
  /// is all zeros.
  private func skipRoutes(_ frame: Span<UInt8>, _ part: Part) throws(DecodeError) -> Part {
    var rest = part
    while true {
      let bytes = frame.extracting(rest.range(inCaptured: frame.count))
      try bytes.require(4, for: .gre, in: rest)
      let length = Int(bytes.uint8(at: 3))
      if bytes.uint16(at: 0) == 0, length == 0 { return rest.dropping(4) }
      try bytes.require(4 + length, for: .gre, in: rest)
      rest = rest.dropping(4 + length)
    }
  }

  /// Reads a redirected packet (WCCP): version 2 puts four bytes before IP, version 1 none.
  private mutating func readWCCP(
    _ frame: Span<UInt8>, _ part: Part, _ key: UInt32?
  ) throws(DecodeError) {
    let bytes = frame.extracting(part.range(inCaptured: frame.count))
    try bytes.require(1, for: .gre, in: part)
    let rest = bytes.uint8(at: 0) >> 4 == 4 ? part : part.dropping(4)
    try enter(.gre, key, at: rest) { (inner) throws(DecodeError) in
      try inner.readIPv4(frame, rest)
    }
  }

  private mutating func readERSPAN(
    _ frame: Span<UInt8>, _ part: Part, isType3: Bool, isType1: Bool
  ) throws(DecodeError) {
    let bytes = frame.extracting(part.range(inCaptured: frame.count))
    var size = isType3 ? ERSPAN.size3 : isType1 ? 0 : ERSPAN.size
    try bytes.require(size, for: .erspan, in: part)
    let session = size > 0 ? UInt32(bytes.uint16(at: 2) & ERSPAN.sessionMask) : nil
    // Type III may carry another thing than Ethernet, and says so in five bits.
    if isType3 {
      if bytes.uint8(at: 11) & 1 == 1 { size += ERSPAN.subheaderSize }
      let kind = bytes.uint8(at: 10) >> 2 & 0x1F
      try bytes.require(size, for: .erspan, in: part)
      if kind == 2 {
        let rest = part.dropping(size)
        return try enter(.erspan, session, at: rest) { (inner) throws(DecodeError) in
          try inner.readEitherIP(frame, rest)
        }
      }
    }
    let rest = part.dropping(size)
    try enter(.erspan, session, at: rest) { (inner) throws(DecodeError) in
      try inner.readEthernet(frame, rest)
    }
  }
}
