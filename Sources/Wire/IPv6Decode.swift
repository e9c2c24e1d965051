extension IPv6 {
  /// Bytes of the header without extensions.
  static let size = 40

  private enum Field {
    static let version = 0
    static let payloadLength = 4
    static let nextHeader = 6
    static let hopLimit = 7
    static let source = 8
    static let destination = 24
  }

  /// Reads the fixed header at the start of `bytes`.
  ///
  ///      0                   1                   2                   3
  ///      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
  ///     +-------+---------------+---------------------------------------+
  ///     |version| traffic class |              flow label               |
  ///     +-------+---------------+-------+---------------+---------------+
  ///     |        payload length         |  next header  |   hop limit   |
  ///     +-------------------------------+---------------+---------------+
  ///     |                       source address (16)                     |
  ///     +---------------------------------------------------------------+
  ///     |                     destination address (16)                  |
  ///     +---------------------------------------------------------------+
  static func decode(_ bytes: Span<UInt8>, _ part: Part) throws(DecodeError) -> IPv6 {
    try bytes.require(size, for: .ipv6, in: part)
    let first = bytes.uint32(at: Field.version)
    guard first >> 28 == 6 else {
      throw DecodeError(layer: .ipv6, offset: part.offset, reason: .badVersion(Int(first >> 28)))
    }
    var header = IPv6(
      source: bytes.ipv6Address(at: Field.source),
      destination: bytes.ipv6Address(at: Field.destination))
    header.trafficClass = UInt8(truncatingIfNeeded: first >> 20)
    header.flowLabel = first & 0xFFFFF
    header.payloadLength = bytes.uint16(at: Field.payloadLength)
    header.proto = bytes.uint8(at: Field.nextHeader)
    header.hopLimit = bytes.uint8(at: Field.hopLimit)
    return header
  }

  /// The numbers of extension headers (IANA "IPv6 Extension Header Types").
  private enum Extension {
    static let hopByHop: UInt8 = 0
    static let routing: UInt8 = 43
    static let fragment: UInt8 = 44
    static let authentication: UInt8 = 51
    static let destinationOptions: UInt8 = 60
    static let mobility: UInt8 = 135
    static let hostIdentity: UInt8 = 139
    static let shim6: UInt8 = 140
  }

  /// Bytes of the extension header `proto` with the given length field; nil where it is none.
  ///
  /// RFC 8200, section 4; the authentication header counts otherwise (RFC 4302, section 2.2).
  private static func extensionLength(_ proto: UInt8, field: UInt8) -> Int? {
    switch proto {
    case Extension.hopByHop, Extension.routing, Extension.destinationOptions, Extension.mobility,
      Extension.hostIdentity, Extension.shim6:
      (Int(field) + 1) * 8
    case Extension.fragment: 8
    case Extension.authentication: (Int(field) + 2) * 4
    default: nil
    }
  }

  /// Walks the extension headers that begin at `part` and notes them.
  ///
  /// - Parameter isRouted: set where a routing header has segments left, so that the destination
  ///   is a stop on the way.
  /// - Returns: what follows the last of them.
  mutating func readExtensions(
    _ frame: Span<UInt8>, _ part: Part, isRouted: inout Bool
  ) throws(DecodeError) -> Part {
    var part = part
    while IPv6.extensionLength(proto, field: 0) != nil, fragmentOffset ?? 0 == 0 {
      let bytes = frame.extracting(part.range(inCaptured: frame.count))
      try bytes.require(8, for: .ipv6, in: part)
      let length = IPv6.extensionLength(proto, field: bytes.uint8(at: 1)) ?? 8
      extensions.append(proto)
      if proto == Extension.fragment {
        let word = bytes.uint16(at: 2)
        fragmentOffset = Int(word & 0xFFF8)
        moreFragments = word & 1 != 0
        fragmentIdentification = bytes.uint32(at: 4)
      }
      if proto == Extension.routing, bytes.uint8(at: 3) > 0 { isRouted = true }
      proto = bytes.uint8(at: 0)
      try bytes.require(length, for: .ipv6, in: part)
      part = part.dropping(length)
    }
    return part
  }

  /// What the transport needs to know of the header.
  func delivery(isRouted: Bool) -> Delivery {
    Delivery(
      pseudo: PseudoHeader(source: source, destination: destination, proto: proto),
      isWhole: !moreFragments && fragmentOffset ?? 0 == 0, isFirst: fragmentOffset ?? 0 == 0,
      isRouted: isRouted, isVersion6: true, identification: fragmentIdentification,
      fragmentOffset: fragmentOffset ?? 0, hasMore: moreFragments,
      hasHeadersWithin: fragmentOffset == 0 && extensions.last != Extension.fragment)
  }
}

extension Packet {
  /// Reads an IPv6 packet and what it carries.
  mutating func readIPv6(_ frame: Span<UInt8>, _ part: Part) throws(DecodeError) {
    let bytes = frame.extracting(part.range(inCaptured: frame.count))
    var header = try IPv6.decode(bytes, part)
    network = .ipv6(header)
    networkOffset = part.offset
    let length = Int(header.payloadLength)
    // 0 is a jumbogram (RFC 2675) or a segment that the network card will cut; 59 is "nothing".
    let isOpen = length == 0 && header.proto != 59
    let rest = part.dropping(IPv6.size)
    let whole = isOpen ? rest : rest.ending(after: length, limit: .ipv6PayloadLength)
    var isRouted = false
    if length > rest.length {
      stop = DecodeError(layer: .ipv6, offset: part.offset, reason: .badLength(length))
    }
    let inner: Part
    do throws(DecodeError) {
      inner = try header.readExtensions(frame, whole, isRouted: &isRouted)
    } catch {
      network = .ipv6(header)
      throw error
    }
    // Before what it carries: that may be a packet with a header of its own.
    network = .ipv6(header)
    try readTransport(frame, inner, header.delivery(isRouted: isRouted))
  }
}
