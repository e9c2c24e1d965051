/// The ports of tunnels in UDP (IANA "Service Name and Transport Protocol Port Number Registry").
enum TunnelPort {
  static let l2tp: UInt16 = 1701
  static let gtp: UInt16 = 2152
  static let teredo: UInt16 = 3544
  static let vxlan: UInt16 = 4789
  static let vxlanGPE: UInt16 = 4790
  static let geneve: UInt16 = 6081
  static let mpls: UInt16 = 6635
  /// VXLAN as Linux has it where nobody chose a port.
  static let linuxVXLAN: UInt16 = 8472

  /// Whether a datagram between two ports may carry a tunnel.
  @inline(__always)
  static func mayCarry(_ source: UInt16, _ destination: UInt16) -> Bool {
    isOne(destination) || source == gtp || source == teredo || source == l2tp
  }

  @inline(__always)
  private static func isOne(_ port: UInt16) -> Bool {
    switch port {
    case l2tp, gtp, teredo, vxlan, vxlanGPE, geneve, mpls, linuxVXLAN: true
    default: false
    }
  }
}

/// The header of VXLAN (RFC 7348, section 5); of VXLAN-GPE, which tells what follows.
///
///     +-----------+--------------+----------+-------------+--------------+
///     | flags (1) | reserved (2) | next (1) | network (3) | reserved (1) |
///     |   0x08    |   0, or the group's     |    (VNI)    |              |
///     +-----------+--------------+----------+-------------+--------------+
private enum VXLAN {
  static let size = 8
  static let hasNetwork: UInt8 = 0x08
  static let hasGroup: UInt8 = 0x80
  static let hasNext: UInt8 = 0x04
}

/// The header of GENEVE (RFC 8926, section 3.4).
///
///     +---------------------+-----------+---------------+-------------+--------------+---------+
///     | version (¼),        | flags (1) | EtherType (2) | network (3) | reserved (1) | options |
///     | words of options (¾)|           |               |    (VNI)    |              |         |
///     +---------------------+-----------+---------------+-------------+--------------+---------+
private enum GENEVE {
  static let size = 8
}

/// The header of the user plane of GTP (3GPP TS 29.281, section 5).
///
///     +-----------+----------+------------+----------+--------------+----------+----------+
///     | flags (1) | type (1) | length (2) | TEID (4) | sequence (2) | N-PDU (1)| next (1) |
///     |           |   255    |            |          |   where one of the flags says so    |
///     +-----------+----------+------------+----------+-------------------------------------+
private enum GTP {
  static let size = 8
  static let packet: UInt8 = 255
  static let hasMore: UInt8 = 7
  static let hasExtensions: UInt8 = 4
}

extension Packet {
  /// Reads what a datagram carries, where its ports are those of a tunnel and its header is right.
  ///
  /// Where it is not, the datagram stays one.
  mutating func readDatagramTunnel(
    _ frame: Span<UInt8>, _ part: Part, _ header: UDP
  ) throws(DecodeError) {
    guard TunnelPort.mayCarry(header.source, header.destination), part.length > 0 else { return }
    let outer = self
    do throws(DecodeError) {
      try openDatagram(frame, part, header)
    } catch {
      // What the capture cut is said; what is no tunnel is not.
      if case .tooShort(_, _, .capture) = error.reason { throw error }
      if tunnels.count > outer.tunnels.count { throw error }
      self = outer
    }
  }

  private mutating func openDatagram(
    _ frame: Span<UInt8>, _ part: Part, _ header: UDP
  ) throws(DecodeError) {
    switch (header.source, header.destination) {
    case (_, TunnelPort.vxlan), (_, TunnelPort.linuxVXLAN), (_, TunnelPort.vxlanGPE):
      try readVXLAN(frame, part, hasNext: header.destination == TunnelPort.vxlanGPE)
    case (_, TunnelPort.geneve): try readGENEVE(frame, part)
    case (_, TunnelPort.mpls): try readMPLS(frame, part)
    case (TunnelPort.gtp, _), (_, TunnelPort.gtp): try readGTP(frame, part)
    case (TunnelPort.teredo, _), (_, TunnelPort.teredo): try readTeredo(frame, part)
    case (TunnelPort.l2tp, _), (_, TunnelPort.l2tp): try readL2TP(frame, part)
    default: break
    }
  }

  private mutating func readVXLAN(
    _ frame: Span<UInt8>, _ part: Part, hasNext: Bool
  ) throws(DecodeError) {
    let bytes = frame.extracting(part.range(inCaptured: frame.count))
    try bytes.require(VXLAN.size, for: .vxlan, in: part)
    let flags = bytes.uint8(at: 0)
    let network = bytes.uint32(at: 4) >> 8
    let rest = part.dropping(VXLAN.size)
    guard flags & VXLAN.hasNetwork != 0, bytes.uint8(at: 7) == 0 else { return }
    if hasNext {
      let next = flags & VXLAN.hasNext != 0 ? bytes.uint8(at: 3) : 3
      return try enter(.vxlanGPE, network, at: rest) { (inner) throws(DecodeError) in
        try inner.readNext(frame, rest, next)
      }
    }
    // Other flags than the group policy's are none of this port's.
    guard flags & ~(VXLAN.hasNetwork | VXLAN.hasGroup) == 0,
      flags & VXLAN.hasGroup != 0 || bytes.uint32(at: 0) & 0xFF_FFFF == 0
    else { return }
    try enter(.vxlan, network, at: rest) { (inner) throws(DecodeError) in
      try inner.readEthernet(frame, rest)
    }
  }

  /// Reads what VXLAN-GPE says that follows.
  private mutating func readNext(
    _ frame: Span<UInt8>, _ part: Part, _ next: UInt8
  ) throws(DecodeError) {
    switch next {
    case 1: try readIPv4(frame, part)
    case 2: try readIPv6(frame, part)
    case 3: try readEthernet(frame, part)
    case 4: setName("NSH", part, captured: frame.count)
    case 5: try readMPLS(frame, part)
    default: setName("VXLAN-GPE protocol \(next)", part, captured: frame.count)
    }
  }

  private mutating func readGENEVE(_ frame: Span<UInt8>, _ part: Part) throws(DecodeError) {
    let bytes = frame.extracting(part.range(inCaptured: frame.count))
    try bytes.require(GENEVE.size, for: .geneve, in: part)
    let first = bytes.uint8(at: 0)
    guard first >> 6 == 0, bytes.uint8(at: 7) == 0, bytes.uint8(at: 1) & 0x3F == 0 else { return }
    let size = GENEVE.size + Int(first & 0x3F) * 4
    try bytes.require(size, for: .geneve, in: part)
    let type = bytes.uint16(at: 2)
    let rest = part.dropping(size)
    guard type > Ethernet.greatestLength else { return }
    try enter(.geneve, bytes.uint32(at: 4) >> 8, at: rest) { (inner) throws(DecodeError) in
      if type == EtherType.bridged {
        try inner.readEthernet(frame, rest)
      } else {
        try inner.readTagged(frame, rest, etherType: type)
      }
    }
  }

  private mutating func readGTP(_ frame: Span<UInt8>, _ part: Part) throws(DecodeError) {
    let bytes = frame.extracting(part.range(inCaptured: frame.count))
    try bytes.require(2, for: .gtp, in: part)
    let flags = bytes.uint8(at: 0)
    // Version 1, the protocol GTP; other messages than packets are datagrams.
    guard flags & 0xF0 == 0x30, bytes.uint8(at: 1) == GTP.packet else { return }
    var size = GTP.size + (flags & GTP.hasMore != 0 ? 4 : 0)
    try bytes.require(size, for: .gtp, in: part)
    let tunnel = bytes.uint32(at: 4)
    var next = flags & GTP.hasExtensions != 0 ? bytes.uint8(at: size - 1) : 0
    while next != 0 {
      // An extension: words of it (1), content, the type of the next one (1).
      try bytes.require(size + 1, for: .gtp, in: part)
      let length = Int(bytes.uint8(at: size)) * 4
      guard length > 0 else { return }
      size += length
      try bytes.require(size, for: .gtp, in: part)
      next = bytes.uint8(at: size - 1)
    }
    let rest = part.dropping(size)
    try enter(.gtp, tunnel, at: rest) { (inner) throws(DecodeError) in
      try inner.readEitherIP(frame, rest)
    }
  }

  /// Reads a packet of Teredo (RFC 4380, section 5.1.1): authentication and origin may stand before IPv6.
  private mutating func readTeredo(_ frame: Span<UInt8>, _ part: Part) throws(DecodeError) {
    var rest = part
    var bytes = frame.extracting(part.range(inCaptured: frame.count))
    try bytes.require(2, for: .teredo, in: rest)
    if bytes.uint16(at: 0) == 1 {
      try bytes.require(4, for: .teredo, in: rest)
      // Identifier and value, of the lengths told; nonce (8), confirmation (1).
      let length = 4 + Int(bytes.uint8(at: 2)) + Int(bytes.uint8(at: 3)) + 9
      try bytes.require(length, for: .teredo, in: rest)
      rest = rest.dropping(length)
      bytes = frame.extracting(rest.range(inCaptured: frame.count))
      try bytes.require(2, for: .teredo, in: rest)
    }
    if bytes.uint16(at: 0) == 0 {
      try bytes.require(8, for: .teredo, in: rest)
      rest = rest.dropping(8)
    }
    let inner = rest
    try enter(.teredo, at: inner) { (packet) throws(DecodeError) in
      try packet.readIPv6(frame, inner)
    }
  }

  /// Reads a packet of L2TP, version 2 (RFC 2661, section 3.1).
  ///
  ///     +-----------+------------+------------+-------------+----------------+-------------+
  ///     | flags (2) | length (2) | tunnel (2) | session (2) | Ns, Nr (2 × 2) | offset (2)  |
  ///     |           | where told |            |             |   where told   | where told  |
  ///     +-----------+------------+------------+-------------+----------------+-------------+
  private mutating func readL2TP(_ frame: Span<UInt8>, _ part: Part) throws(DecodeError) {
    let bytes = frame.extracting(part.range(inCaptured: frame.count))
    try bytes.require(2, for: .l2tp, in: part)
    let flags = bytes.uint16(at: 0)
    // A control message, and versions other than 2, are datagrams.
    guard flags & 0x8000 == 0, flags & 15 == 2 else { return }
    let tunnelField = flags & 0x4000 != 0 ? 4 : 2
    var size = tunnelField + 4 + (flags & 0x0800 != 0 ? 4 : 0)
    try bytes.require(size, for: .l2tp, in: part)
    let identifier = bytes.uint32(at: tunnelField)
    if flags & 0x0200 != 0 {
      try bytes.require(size + 2, for: .l2tp, in: part)
      size += 2 + Int(bytes.uint16(at: size))
      try bytes.require(size, for: .l2tp, in: part)
    }
    let rest = part.dropping(size)
    try enter(.l2tp, identifier, at: rest) { (inner) throws(DecodeError) in
      try inner.readPPP(frame, rest)
    }
  }
}
