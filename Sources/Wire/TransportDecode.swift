/// What the transport layer needs to know of the network layer.
struct Delivery: Hashable, Sendable {
  /// What the checksum covers besides the transport's bytes.
  var pseudo: PseudoHeader
  /// Whether the packet is no fragment.
  var isWhole: Bool
  /// Whether the transport's header is in the packet: no fragment, or the first.
  var isFirst: Bool
  /// Whether the destination is a stop on the way, and the pseudo-header so not known.
  var isRouted: Bool
  /// Whether the packet is IPv6.
  var isVersion6: Bool
  /// Where the packet is a fragment: what all fragments of it have in common, bytes before it, and
  /// whether more follow.
  var identification: UInt32 = 0
  var fragmentOffset = 0
  var hasMore = false
  /// Whether headers stand before the transport's that count among the fragmented bytes.
  var hasHeadersWithin = false

  /// The verdict on the checksum of a transport whose bytes are `bytes`.
  func verdict(_ bytes: Span<UInt8>, length: Int, field: UInt16) -> ChecksumVerdict {
    guard isWhole else { return .unknown }
    let verdict = pseudo.verdict(bytes, length: length, field: field)
    return isRouted && verdict == .bad ? .unknown : verdict
  }
}

/// Numbers of transport protocols (IANA "Protocol Numbers").
enum TransportNumber {
  static let icmp: UInt8 = 1
  static let tcp: UInt8 = 6
  static let udp: UInt8 = 17
  static let icmp6: UInt8 = 58
  static let ipv4: UInt8 = 4
  static let ipv6: UInt8 = 41
  static let gre: UInt8 = 47
  static let authentication: UInt8 = 51
  static let ipip: UInt8 = 94
  static let etherIP: UInt8 = 97
  static let mpls: UInt8 = 137
  static let ethernet: UInt8 = 143
}

extension Packet {
  /// Reads the transport layer that `delivery` names.
  mutating func readTransport(
    _ frame: Span<UInt8>, _ part: Part, _ delivery: Delivery
  ) throws(DecodeError) {
    let bytes = frame.extracting(part.range(inCaptured: frame.count))
    setPayload(part, captured: frame.count)
    if !delivery.isWhole, !delivery.hasHeadersWithin, pieces.isEmpty {
      pieces = [Piece(delivery, part, captured: frame.count, inside: tunnels)]
    }
    guard delivery.isFirst else { return }
    if delivery.pseudo.proto == TransportNumber.authentication {
      return try readAuthenticated(frame, part, delivery)
    }
    switch (delivery.pseudo.proto, delivery.isVersion6) {
    case (TransportNumber.tcp, _):
      payloadLength = 0
      try readTCP(bytes, part, delivery, captured: frame.count)
    case (TransportNumber.udp, _):
      payloadLength = 0
      try readUDP(frame, part, delivery)
    case (TransportNumber.icmp, false), (TransportNumber.icmp6, true):
      payloadLength = 0
      try readICMP(bytes, part, delivery, captured: frame.count)
    case (let number, _):
      transport = .other(number)
      // The first fragment tells nothing of how long the whole is.
      let inner = delivery.isWhole ? part : part.ending(after: 65_535, limit: .capture)
      try readTunnel(frame, inner, number, delivery)
    }
  }

  /// Reads what a protocol that carries packets carries; other protocols are left.
  private mutating func readTunnel(
    _ frame: Span<UInt8>, _ part: Part, _ number: UInt8, _ delivery: Delivery
  ) throws(DecodeError) {
    let around = delivery.isVersion6 ? Tunnel.Kind.ipv6 : .ipv4
    switch number {
    case TransportNumber.ipv4, TransportNumber.ipip:
      try enter(around, at: part) { (inner) throws(DecodeError) in
        try inner.readIPv4(frame, part)
      }
    case TransportNumber.ipv6:
      try enter(around, at: part) { (inner) throws(DecodeError) in
        try inner.readIPv6(frame, part)
      }
    case TransportNumber.gre: try readGRE(frame, part)
    case TransportNumber.mpls: try readMPLS(frame, part)
    case TransportNumber.ethernet:
      try enter(.ethernet, at: part) { (inner) throws(DecodeError) in
        try inner.readEthernet(frame, part)
      }
    case TransportNumber.etherIP:
      // Version 3 in the first four bits of two bytes (RFC 3378, section 3).
      let bytes = frame.extracting(part.range(inCaptured: frame.count))
      try bytes.require(2, for: .etherIP, in: part)
      let rest = part.dropping(2)
      try enter(.etherIP, at: rest) { (inner) throws(DecodeError) in
        try inner.readEthernet(frame, rest)
      }
    default: break
    }
  }

  /// Passes over authentication headers, which change nothing of what follows (RFC 4302, section 2).
  private mutating func readAuthenticated(
    _ frame: Span<UInt8>, _ part: Part, _ delivery: Delivery
  ) throws(DecodeError) {
    var (rest, inner) = (part, delivery)
    while inner.pseudo.proto == TransportNumber.authentication {
      transport = .other(TransportNumber.authentication)
      let bytes = frame.extracting(rest.range(inCaptured: frame.count))
      try bytes.require(2, for: .authentication, in: rest)
      let length = (Int(bytes.uint8(at: 1)) + 2) * 4
      try bytes.require(length, for: .authentication, in: rest)
      inner.pseudo.proto = bytes.uint8(at: 0)
      rest = rest.dropping(length)
    }
    transport = nil
    try readTransport(frame, rest, inner)
  }

  /// Reads a TCP segment; a header that is cut in its options is kept as far as it goes.
  private mutating func readTCP(
    _ bytes: Span<UInt8>, _ part: Part, _ delivery: Delivery, captured: Int
  ) throws(DecodeError) {
    payload = payload.lowerBound..<payload.lowerBound
    var header = try TCP.decode(bytes, part)
    checksum = delivery.verdict(bytes, length: part.length, field: header.checksum)
    guard header.headerLength >= TCP.size, header.headerLength <= part.length else {
      transport = .tcp(header)
      throw DecodeError(layer: .tcp, offset: part.offset, reason: .badLength(header.headerLength))
    }
    setPayload(part.dropping(header.headerLength), captured: captured)
    let options = TCP.size..<min(header.headerLength, bytes.count)
    let damage = header.options.read(bytes, options, isCut: header.headerLength > bytes.count)
    transport = .tcp(header)
    try bytes.require(header.headerLength, for: .tcp, in: part)
    if let damage {
      throw DecodeError(
        layer: .tcp, offset: part.offset + damage.offset, reason: .badLength(damage.length))
    }
  }

  /// Reads a UDP datagram.
  private mutating func readUDP(
    _ frame: Span<UInt8>, _ part: Part, _ delivery: Delivery
  ) throws(DecodeError) {
    let bytes = frame.extracting(part.range(inCaptured: frame.count))
    let captured = frame.count
    payload = payload.lowerBound..<payload.lowerBound
    let header = try UDP.decode(bytes, part)
    transport = .udp(header)
    // 0 stands for the whole of a jumbogram, which only IPv6 has (RFC 2675, section 4).
    let isJumbo = header.length == 0 && delivery.isVersion6
    let said = isJumbo ? part.length : Int(header.length)
    guard said >= UDP.size else {
      throw DecodeError(layer: .udp, offset: part.offset, reason: .badLength(said))
    }
    let length = min(said, part.length)
    setPayload(
      part.ending(after: length, limit: .udpLength).dropping(UDP.size), captured: captured)
    // The first fragment tells how long the whole is.
    if !delivery.isWhole { payloadLength = said - UDP.size }
    start = PayloadStart(bytes, UDP.size..<max(UDP.size, min(length, bytes.count)))
    if said > part.length, delivery.isWhole {
      throw DecodeError(layer: .udp, offset: part.offset, reason: .badLength(said))
    }
    checksum =
      header.checksum == 0 && !delivery.isVersion6
      ? .absent : delivery.verdict(bytes, length: length, field: header.checksum)
    // In a first fragment the datagram goes on behind what is there.
    let whole = part.ending(after: delivery.isWhole ? length : said, limit: .udpLength)
    try readDatagramTunnel(frame, whole.dropping(UDP.size), header)
  }

  /// Reads an ICMP message.
  private mutating func readICMP(
    _ bytes: Span<UInt8>, _ part: Part, _ delivery: Delivery, captured: Int
  ) throws(DecodeError) {
    payload = payload.lowerBound..<payload.lowerBound
    let message = try ICMP.decode(bytes, part, isVersion6: delivery.isVersion6)
    transport = .icmp(message)
    setPayload(part.dropping(ICMP.size), captured: captured)
    if delivery.isVersion6 {
      checksum = delivery.verdict(bytes, length: part.length, field: message.checksum)
    } else if delivery.isWhole, part.length <= bytes.count {
      var sum = Checksum()
      sum.add(bytes, 0..<part.length)
      checksum = sum.folded == 0xFFFF ? .valid : .bad
    }
  }
}
