extension ICMP {
  /// Bytes of the header.
  static let size = 8

  private enum Field {
    static let type = 0
    static let code = 1
    static let checksum = 2
    static let rest = 4
  }

  /// Reads the message at the start of `bytes`, and the packet it quotes if it is an error.
  ///
  ///      0      7 8     15 16            31
  ///     +--------+--------+----------------+
  ///     |  type  |  code  |    checksum    |
  ///     +--------+--------+----------------+
  ///     |    rest, by type and code        |
  ///     +----------------------------------+
  ///     |  the packet, as far as quoted    |
  static func decode(
    _ bytes: Span<UInt8>, _ part: Part, isVersion6: Bool
  ) throws(DecodeError) -> ICMP {
    try bytes.require(size, for: .icmp, in: part)
    var message = ICMP(
      isVersion6: isVersion6,
      type: bytes.uint8(at: Field.type),
      code: bytes.uint8(at: Field.code),
      checksum: bytes.uint16(at: Field.checksum),
      rest: bytes.uint32(at: Field.rest))
    if message.isError {
      let quoted = bytes.extracting(size..<bytes.count)
      message.quoted =
        isVersion6 ? QuotedPacket.decode6(quoted) : QuotedPacket.decode4(quoted)
    }
    return message
  }
}

extension QuotedPacket {
  /// Reads what an ICMP error quotes: the IPv4 header and at least eight bytes (RFC 792).
  static func decode4(_ bytes: Span<UInt8>) -> QuotedPacket? {
    let whole = Part(offset: 0, length: bytes.count, limit: .capture)
    guard let header = try? IPv4.decode(bytes, whole), header.headerLength >= IPv4.size else {
      return nil
    }
    let start = min(header.headerLength, bytes.count)
    return QuotedPacket(
      header.delivery, bytes.extracting(start..<bytes.count))
  }

  /// Reads what an ICMPv6 error quotes: as much of the packet as fits (RFC 4443, section 2.4).
  static func decode6(_ bytes: Span<UInt8>) -> QuotedPacket? {
    let whole = Part(offset: 0, length: bytes.count, limit: .capture)
    guard var header = try? IPv6.decode(bytes, whole) else { return nil }
    var isRouted = false
    let inner = try? header.readExtensions(bytes, whole.dropping(IPv6.size), isRouted: &isRouted)
    let start = inner?.offset ?? bytes.count
    return QuotedPacket(
      header.delivery(isRouted: isRouted), bytes.extracting(start..<bytes.count))
  }

  /// Reads as much of the quoted transport's header as `bytes` holds.
  private init(_ delivery: Delivery, _ bytes: Span<UInt8>) {
    let proto = delivery.pseudo.proto
    let hasPorts =
      [TransportNumber.tcp, TransportNumber.udp].contains(proto) && delivery.isFirst
      && bytes.count >= 4
    self.init(
      source: Endpoint(delivery.pseudo.source, hasPorts ? bytes.uint16(at: 0) : 0),
      destination: Endpoint(delivery.pseudo.destination, hasPorts ? bytes.uint16(at: 2) : 0),
      proto: proto)
    guard hasPorts else { return }
    if proto == TransportNumber.tcp, bytes.count >= 8 {
      sequence = SequenceNumber(bytes.uint32(at: 4))
    }
    if proto == TransportNumber.udp, bytes.count >= 6 {
      datagramLength = bytes.uint16(at: 4)
    }
  }
}
