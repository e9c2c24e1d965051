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
}

extension Packet {
  /// Reads the transport layer that `delivery` names.
  mutating func readTransport(
    _ frame: Span<UInt8>, _ part: Part, _ delivery: Delivery
  ) throws(DecodeError) {
    let bytes = frame.extracting(part.range(inCaptured: frame.count))
    setPayload(part, captured: frame.count)
    guard delivery.isFirst else { return }
    switch (delivery.pseudo.proto, delivery.isVersion6) {
    case (TransportNumber.tcp, _):
      payloadLength = 0
      try readTCP(bytes, part, delivery, captured: frame.count)
    case (TransportNumber.udp, _):
      payloadLength = 0
      try readUDP(bytes, part, delivery, captured: frame.count)
    case (TransportNumber.icmp, false), (TransportNumber.icmp6, true):
      payloadLength = 0
      try readICMP(bytes, part, delivery, captured: frame.count)
    case (let number, _):
      transport = .other(number)
    }
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
    _ bytes: Span<UInt8>, _ part: Part, _ delivery: Delivery, captured: Int
  ) throws(DecodeError) {
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
    if said > part.length, delivery.isWhole {
      throw DecodeError(layer: .udp, offset: part.offset, reason: .badLength(said))
    }
    checksum =
      header.checksum == 0 && !delivery.isVersion6
      ? .absent : delivery.verdict(bytes, length: length, field: header.checksum)
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
