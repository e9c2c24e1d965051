/// The header of the Point-to-Point Protocol (RFC 1661, section 2; RFC 1662, section 3.1).
///
///     +-------------+-------------+----------------+
///     | address (1) | control (1) |    protocol    |
///     |    0xFF     |    0x03     |   (1 or 2)     |
///     +-------------+-------------+----------------+
///
/// Both ends may agree to leave out address and control, and the protocol's first byte where it is 0.
enum PPP {
  static let address: UInt8 = 0xFF
  static let control: UInt8 = 0x03
  static let ipv4: UInt16 = 0x0021
  static let ipv6: UInt16 = 0x0057
  static let mpls: UInt16 = 0x0281
  static let mplsMulticast: UInt16 = 0x0283

  /// The names of the other protocols (IANA "PPP DLL Protocol Numbers").
  static let names: [UInt16: String] = [
    0x0023: "OSI", 0x0029: "AppleTalk", 0x002B: "IPX", 0x002D: "VJ compressed TCP",
    0x002F: "VJ uncompressed TCP", 0x0031: "PPP bridging", 0x003D: "PPP multilink",
    0x0061: "IP header compression", 0x00FB: "PPP compressed", 0x00FD: "PPP compressed",
    0x0201: "STP", 0x0203: "STP", 0x0207: "CDP", 0x8021: "IPCP", 0x8023: "OSINLCP",
    0x8029: "ATCP", 0x802B: "IPXCP", 0x8031: "BCP", 0x803F: "NBFCP", 0x8053: "ECP",
    0x8057: "IPV6CP", 0x80FB: "CCP", 0x80FD: "CCP", 0x8207: "CDPCP", 0x8281: "MPLSCP",
    0xC021: "LCP", 0xC023: "PAP", 0xC025: "LQR", 0xC029: "CBCP", 0xC02B: "BACP", 0xC02D: "BAP",
    0xC223: "CHAP", 0xC227: "EAP",
  ]
}

/// The header of Cisco HDLC.
///
///     +-------------+-------------+---------------+
///     | address (1) | control (1) | EtherType (2) |
///     +-------------+-------------+---------------+
private enum CiscoHDLC {
  static let size = 4
  static let unicast: UInt8 = 0x0F
  static let multicast: UInt8 = 0x8F
  static let cdp: UInt16 = 0x2000
  static let slarp: UInt16 = 0x8035
  static let osi: UInt16 = 0xFEFE
}

extension Packet {
  /// Reads a packet of PPP, with or without address and control.
  mutating func readPPP(_ frame: Span<UInt8>, _ part: Part) throws(DecodeError) {
    var part = part
    var bytes = frame.extracting(part.range(inCaptured: frame.count))
    try bytes.require(2, for: .ppp, in: part)
    if bytes.uint8(at: 0) == PPP.address, bytes.uint8(at: 1) == PPP.control {
      part = part.dropping(2)
      bytes = frame.extracting(part.range(inCaptured: frame.count))
      try bytes.require(1, for: .ppp, in: part)
    }
    // The last byte of the number is odd, its first one even.
    let isShort = bytes.uint8(at: 0) & 1 == 1
    try bytes.require(isShort ? 1 : 2, for: .ppp, in: part)
    let proto = isShort ? UInt16(bytes.uint8(at: 0)) : bytes.uint16(at: 0)
    part = part.dropping(isShort ? 1 : 2)
    switch proto {
    case PPP.ipv4: try readIPv4(frame, part)
    case PPP.ipv6: try readIPv6(frame, part)
    case PPP.mpls, PPP.mplsMulticast: try readMPLS(frame, part)
    default: setName(PPP.names[proto] ?? "PPP", part, captured: frame.count)
    }
  }

  /// Reads a packet of a serial line: PPP in HDLC-like framing (RFC 1662), or Cisco HDLC.
  mutating func readSerialPPP(_ frame: Span<UInt8>, _ part: Part) throws(DecodeError) {
    try frame.require(1, for: .ppp, in: part)
    let first = frame.uint8(at: 0)
    if first == CiscoHDLC.unicast || first == CiscoHDLC.multicast {
      return try readCiscoHDLC(frame, part)
    }
    try readPPP(frame, part)
  }

  /// Reads a packet of Cisco HDLC.
  mutating func readCiscoHDLC(_ frame: Span<UInt8>, _ part: Part) throws(DecodeError) {
    let bytes = frame.extracting(part.range(inCaptured: frame.count))
    try bytes.require(CiscoHDLC.size, for: .hdlc, in: part)
    let rest = part.dropping(CiscoHDLC.size)
    switch bytes.uint16(at: 2) {
    case CiscoHDLC.cdp: setName("CDP", rest, captured: frame.count)
    case CiscoHDLC.slarp: setName("SLARP", rest, captured: frame.count)
    case CiscoHDLC.osi: setName("OSI", rest, captured: frame.count)
    case let type: try readTagged(frame, rest, etherType: type)
    }
  }
}
