/// The header of Logical Link Control (IEEE 802.2), and of the Subnetwork Access Protocol behind it
/// (IEEE 802).
///
///     +----------+----------+--------------+----------+---------------+
///     | DSAP (1) | SSAP (1) | control      | OUI (3)  | protocol (2)  |
///     |          |          |  (1 or 2)    |    where both are 0xAA   |
///     +----------+----------+--------------+----------+---------------+
private enum LLC {
  static let size = 3
  static let snap: UInt8 = 0xAA
  static let ip: UInt8 = 0x06
  /// Bytes of LLC and SNAP together.
  static let snapSize = 8

  /// The names of service access points; the lowest bit tells a group, or an answer.
  static let names: [UInt8: String] = [
    0x04: "SNA", 0x08: "SNA", 0x0E: "PROWAY-LAN", 0x42: "STP", 0x7E: "X.25", 0x80: "XNS",
    0x98: "ARP", 0xBC: "VINES", 0xE0: "IPX", 0xF0: "NetBIOS", 0xF4: "LAN management",
    0xF8: "remote program load", 0xFA: "UB",
  ]
}

/// Organizations whose protocols stand behind SNAP.
private enum Organization {
  static let ethernet: UInt32 = 0
  /// Bridge tunnel (IEEE 802.1H).
  static let bridgeTunnel: UInt32 = 0x0000F8
  static let cisco: UInt32 = 0x00000C
  static let apple: UInt32 = 0x080007
  static let bridged: UInt32 = 0x0080C2

  /// The name of a protocol.
  static func name(_ organization: UInt32, _ proto: UInt16) -> String? {
    switch (organization, proto) {
    case (cisco, 0x0104), (cisco, 0x010B), (cisco, 0x010C), (bridged, 0x000E): "STP"
    case (cisco, 0x0111): "UDLD"
    case (cisco, 0x2000): "CDP"
    case (cisco, 0x2003): "VTP"
    case (cisco, 0x2004): "DTP"
    case (apple, 0x809B): "AppleTalk"
    default: nil
    }
  }
}

extension Packet {
  /// Reads a packet behind LLC.
  mutating func readLLC(_ frame: Span<UInt8>, _ part: Part) throws(DecodeError) {
    let bytes = frame.extracting(part.range(inCaptured: frame.count))
    // Novell put IPX right behind the length: its checksum is never used, and all ones.
    if bytes.count >= 2, bytes.uint16(at: 0) == 0xFFFF {
      return setName("IPX", part, captured: frame.count)
    }
    try bytes.require(LLC.size, for: .llc, in: part)
    let (destination, source) = (bytes.uint8(at: 0), bytes.uint8(at: 1))
    let isUnnumbered = bytes.uint8(at: 2) & 3 == 3
    if destination & ~1 == LLC.snap, source & ~1 == LLC.snap, isUnnumbered {
      return try readSNAP(frame, part)
    }
    let rest = part.dropping(isUnnumbered ? LLC.size : LLC.size + 1)
    if destination == LLC.ip, source == LLC.ip, isUnnumbered { return try readIPv4(frame, rest) }
    if destination & ~1 == 0xFE {
      return setName(osiName(frame, rest), rest, captured: frame.count)
    }
    setName(LLC.names[destination & ~1] ?? "LLC", rest, captured: frame.count)
  }

  private mutating func readSNAP(_ frame: Span<UInt8>, _ part: Part) throws(DecodeError) {
    let bytes = frame.extracting(part.range(inCaptured: frame.count))
    try bytes.require(LLC.snapSize, for: .llc, in: part)
    let organization = bytes.uint32(at: 2) & 0xFF_FFFF
    let proto = bytes.uint16(at: 6)
    let rest = part.dropping(LLC.snapSize)
    switch organization {
    case Organization.ethernet, Organization.bridgeTunnel:
      guard proto > Ethernet.greatestLength else {
        return setName("SNAP", rest, captured: frame.count)
      }
      try readTagged(frame, rest, etherType: proto)
    case Organization.bridged where proto == 1 || proto == 7:
      // Ethernet over ATM: two bytes of padding (RFC 2684, section 5.2).
      let inner = rest.dropping(2)
      try enter(.ethernet, at: inner) { (packet) throws(DecodeError) in
        try packet.readEthernet(frame, inner)
      }
    default:
      setName(Organization.name(organization, proto) ?? "SNAP", rest, captured: frame.count)
    }
  }

  /// The protocol of OSI that a packet begins with (ISO/IEC TR 9577).
  private func osiName(_ frame: Span<UInt8>, _ part: Part) -> String {
    let bytes = frame.extracting(part.range(inCaptured: frame.count))
    guard bytes.count > 0 else { return "OSI" }
    switch bytes.uint8(at: 0) {
    case 0x81: return "CLNP"
    case 0x82: return "ESIS"
    case 0x83: return "ISIS"
    default: return "OSI"
    }
  }
}
