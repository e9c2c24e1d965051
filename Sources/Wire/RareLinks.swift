/// The header that libpcap puts before each packet of a serial line (LINKTYPE_SLIP): direction (1), and
/// the line's own header (15). Some writers leave it out.
private enum SLIP {
  static let size = 16
}

/// OpenBSD's header of encapsulated packets: family (4), security parameters (4), flags (4).
private enum Enc {
  static let size = 12
}

/// IP over InfiniBand (RFC 4391, section 6), behind the 40 bytes of the global route.
///
///     +-------------------+---------------+--------------+
///     | global route (40) | EtherType (2) | reserved (2) |
///     +-------------------+---------------+--------------+
private enum IPoIB {
  static let size = 44
  static let typeField = 40
}

/// Per-packet information (PPI), numbers with the lower byte first.
///
///     +-------------+-----------+------------+---------------+--------+
///     | version (1) | flags (1) | length (2) | link type (4) | fields |
///     +-------------+-----------+------------+---------------+--------+
private enum PPI {
  static let size = 8
}

/// The header of macOS's PKTAP, numbers in the order of the machine: length (4), what follows (4; 1 is
/// a packet), link type (4), and more.
private enum PKTAP {
  static let size = 12
  /// Bytes of the header as it was first.
  static let smallest = 88
  static let longest = 1024
}

/// What Linux's netfilter logs: family (1), version (1), resource (2), then attributes.
///
///     +------------+----------+--------------------+
///     | length (2) | type (2) | value, padded to 4 |
///     +------------+----------+--------------------+
private enum NFLOG {
  static let size = 4
  static let payload: UInt16 = 9
  static let ipv4: UInt8 = 2
  static let ipv6: UInt8 = 10
}

extension Packet {
  /// Reads a packet of a link type that is met rarely.
  mutating func readRareLink(
    _ frame: Span<UInt8>, _ part: Part, _ link: LinkType
  ) throws(DecodeError) {
    switch link {
    case .wlan: try readWLAN(frame, part)
    case .radiotap: try readRadiotap(frame, part)
    case .avs: try readAVS(frame, part)
    case .prism: try readPrism(frame, part)
    case .ppi: try readPPI(frame, part)
    case .pktap, .user2: try readPKTAP(frame, part)
    case .nflog: try readNFLOG(frame, part)
    case .enc:
      try frame.require(Enc.size, for: .enc, in: part)
      let type = try Loopback.etherType(frame, part, inNetworkOrder: false)
      try readNetwork(frame, part.dropping(Enc.size), etherType: type)
    case .ipoib:
      try frame.require(IPoIB.size, for: .ipoib, in: part)
      let type = frame.uint16(at: IPoIB.typeField)
      try readTagged(frame, part.dropping(IPoIB.size), etherType: type)
    case .fireWire:
      // Two addresses of eight bytes, and an EtherType.
      try frame.require(18, for: .fireWire, in: part)
      try readTagged(frame, part.dropping(18), etherType: frame.uint16(at: 16))
    case .netAnalyzer:
      try frame.require(4, for: .link, in: part)
      try readEthernet(frame, part.dropping(4))
    default:
      throw DecodeError(layer: .link, reason: .unknownLinkType(link.rawValue))
    }
  }

  /// Reads a packet of a serial line.
  mutating func readSLIP(_ frame: Span<UInt8>, _ part: Part) throws(DecodeError) {
    try frame.require(1, for: .slip, in: part)
    // The direction is 0 or 1; a version of IP is greater.
    guard frame.uint8(at: 0) < 0x10 else { return try readEitherIP(frame, part) }
    try frame.require(SLIP.size + 1, for: .slip, in: part)
    let rest = part.dropping(SLIP.size)
    // Compressed headers (RFC 1144) begin with the highest bit, or with a 7.
    switch frame.uint8(at: SLIP.size) {
    case 0x80...: setName("VJ compressed TCP", rest, captured: frame.count)
    case 0x70..<0x80: setName("VJ uncompressed TCP", rest, captured: frame.count)
    default: try readEitherIP(frame, rest)
    }
  }

  private mutating func readPPI(_ frame: Span<UInt8>, _ part: Part) throws(DecodeError) {
    try frame.require(PPI.size, for: .ppi, in: part)
    let length = Int(frame.littleUInt16(at: 2))
    guard length >= PPI.size else {
      throw DecodeError(layer: .ppi, offset: part.offset, reason: .badLength(length))
    }
    try frame.require(length, for: .ppi, in: part)
    try readInner(
      frame, part.dropping(length), LinkType(rawValue: Int32(bitPattern: frame.littleUInt32(at: 4)))
    )
  }

  private mutating func readPKTAP(_ frame: Span<UInt8>, _ part: Part) throws(DecodeError) {
    try frame.require(PKTAP.size, for: .pktap, in: part)
    // The length is small, and so tells the order.
    let isLittle = frame.littleUInt32(at: 0) < frame.uint32(at: 0)
    let length = Int(isLittle ? frame.littleUInt32(at: 0) : frame.uint32(at: 0))
    let kind = isLittle ? frame.littleUInt32(at: 4) : frame.uint32(at: 4)
    let link = isLittle ? frame.littleUInt32(at: 8) : frame.uint32(at: 8)
    guard PKTAP.smallest...PKTAP.longest ~= length else {
      throw DecodeError(layer: .pktap, offset: part.offset, reason: .badLength(length))
    }
    try frame.require(length, for: .pktap, in: part)
    guard kind == 1 else { return setName("PKTAP", part.dropping(length), captured: frame.count) }
    try readInner(frame, part.dropping(length), LinkType(rawValue: Int32(bitPattern: link)))
  }

  /// Reads what stands behind a header that names a link type; one that names another is not read,
  /// so that they cannot lie in each other without end.
  private mutating func readInner(
    _ frame: Span<UInt8>, _ part: Part, _ link: LinkType
  ) throws(DecodeError) {
    switch link {
    case .wlan: try readWLAN(frame, part)
    case .radiotap: try readRadiotap(frame, part)
    case .ethernet: try readEthernet(frame, part)
    case .ppp, .pppSerial: try readPPP(frame, part)
    case .ipv4: try readIPv4(frame, part)
    case .ipv6: try readIPv6(frame, part)
    case .linuxSLL: try readCooked(frame, part)
    case .linuxSLL2: try readCooked2(frame, part)
    case _ where link.isRaw: try readEitherIP(frame, part)
    case .null, .loop:
      let bytes = frame.extracting(part.range(inCaptured: frame.count))
      let type = try Loopback.etherType(bytes, part, inNetworkOrder: link == .loop)
      try readNetwork(frame, part.dropping(Loopback.size), etherType: type)
    default:
      throw DecodeError(
        layer: .link, offset: part.offset, reason: .unknownLinkType(link.rawValue))
    }
  }

  private mutating func readNFLOG(_ frame: Span<UInt8>, _ part: Part) throws(DecodeError) {
    try frame.require(NFLOG.size, for: .nflog, in: part)
    let family = frame.uint8(at: 0)
    var rest = part.dropping(NFLOG.size)
    while true {
      let bytes = frame.extracting(rest.range(inCaptured: frame.count))
      try bytes.require(4, for: .nflog, in: rest)
      // In the order of the machine: types are small, and so tell it.
      let isLittle = bytes.littleUInt16(at: 2) & 0x7FFF < bytes.uint16(at: 2) & 0x7FFF
      let length = Int(isLittle ? bytes.littleUInt16(at: 0) : bytes.uint16(at: 0))
      let type = (isLittle ? bytes.littleUInt16(at: 2) : bytes.uint16(at: 2)) & 0x7FFF
      guard length >= 4 else {
        throw DecodeError(layer: .nflog, offset: rest.offset, reason: .badLength(length))
      }
      if type == NFLOG.payload {
        let inner = rest.dropping(4).ending(
          after: min(length - 4, max(0, rest.length - 4)), limit: .frameLength)
        return try readLogged(frame, inner, family)
      }
      guard rest.length > (length + 3) & ~3 else {
        return setName("NFLOG", rest, captured: frame.count)
      }
      rest = rest.dropping((length + 3) & ~3)
    }
  }

  /// Reads what was logged, by its family.
  private mutating func readLogged(
    _ frame: Span<UInt8>, _ part: Part, _ family: UInt8
  ) throws(DecodeError) {
    switch family {
    case NFLOG.ipv4: try readIPv4(frame, part)
    case NFLOG.ipv6: try readIPv6(frame, part)
    case 3: try readNetwork(frame, part, etherType: 0x0806)
    // A bridge logs what is behind its Ethernet header, and inet either version.
    case 1, 7: try readEitherIP(frame, part)
    default: setName("NFLOG", part, captured: frame.count)
    }
  }
}
