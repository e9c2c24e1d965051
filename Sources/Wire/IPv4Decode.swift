extension IPv4 {
  /// Bytes of the header without options.
  static let size = 20

  private enum Field {
    static let versionAndLength = 0
    static let trafficClass = 1
    static let totalLength = 2
    static let identification = 4
    static let fragment = 6
    static let timeToLive = 8
    static let proto = 9
    static let checksum = 10
    static let source = 12
    static let destination = 16
  }

  /// Reads the header at the start of `bytes`, with what the capture holds of its options.
  ///
  ///      0                   1                   2                   3
  ///      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
  ///     +-------+-------+---------------+-------------------------------+
  ///     |version|  IHL  | traffic class |          total length         |
  ///     +-------+-------+---------------+-----+-------------------------+
  ///     |        identification         |flags|     fragment offset     |
  ///     +---------------+---------------+-----+-------------------------+
  ///     | time to live  |   protocol    |        header checksum        |
  ///     +---------------+---------------+-------------------------------+
  ///     |                        source address                         |
  ///     +---------------------------------------------------------------+
  ///     |                      destination address                      |
  ///     +---------------------------------------------------------------+
  ///     |                            options                            |
  static func decode(_ bytes: Span<UInt8>, _ part: Part) throws(DecodeError) -> IPv4 {
    try bytes.require(size, for: .ipv4, in: part)
    let first = bytes.uint8(at: Field.versionAndLength)
    guard first >> 4 == 4 else {
      throw DecodeError(layer: .ipv4, offset: part.offset, reason: .badVersion(Int(first >> 4)))
    }
    var header = IPv4(
      source: bytes.ipv4Address(at: Field.source),
      destination: bytes.ipv4Address(at: Field.destination))
    header.headerLength = Int(first & 15) * 4
    header.trafficClass = bytes.uint8(at: Field.trafficClass)
    header.totalLength = bytes.uint16(at: Field.totalLength)
    header.identification = bytes.uint16(at: Field.identification)
    let fragment = bytes.uint16(at: Field.fragment)
    header.dontFragment = fragment & 0x4000 != 0
    header.moreFragments = fragment & 0x2000 != 0
    header.fragmentOffset = Int(fragment & 0x1FFF) * 8
    header.timeToLive = bytes.uint8(at: Field.timeToLive)
    header.proto = bytes.uint8(at: Field.proto)
    if header.headerLength > size {
      header.options = bytes.array(size..<min(header.headerLength, bytes.count))
    }
    header.checksum = header.verdict(bytes)
    return header
  }

  /// The verdict on the header's checksum; a wrong 0 was left to the network card.
  private func verdict(_ bytes: Span<UInt8>) -> ChecksumVerdict {
    guard headerLength >= IPv4.size, headerLength <= bytes.count else { return .unknown }
    var checksum = Checksum()
    checksum.add(bytes, 0..<headerLength)
    if checksum.folded == 0xFFFF { return .valid }
    return bytes.uint16(at: Field.checksum) == 0 ? .absent : .bad
  }

  /// Whether a source route (RFC 791, section 3.1) makes the destination a stop on the way.
  private var isSourceRouted: Bool {
    let options = self.options
    var index = 0
    while index + 1 < options.count, options[index] != 0 {
      if options[index] == 1 {
        index += 1
        continue
      }
      let length = Int(options[index + 1])
      // Loose and strict source route: the pointer stands behind the last address when done.
      if [131, 137].contains(options[index]), index + 2 < options.count {
        return Int(options[index + 2]) <= length
      }
      index += max(2, length)
    }
    return false
  }

  /// What the transport needs to know of the header.
  var delivery: Delivery {
    Delivery(
      pseudo: PseudoHeader(source: source, destination: destination, proto: proto),
      isWhole: !moreFragments && fragmentOffset == 0, isFirst: fragmentOffset == 0,
      isRouted: isSourceRouted, isVersion6: false, identification: UInt32(identification),
      fragmentOffset: fragmentOffset, hasMore: moreFragments)
  }
}

extension Packet {
  /// Reads an IPv4 packet and what it carries.
  mutating func readIPv4(_ frame: Span<UInt8>, _ part: Part) throws(DecodeError) {
    let bytes = frame.extracting(part.range(inCaptured: frame.count))
    let header = try IPv4.decode(bytes, part)
    network = .ipv4(header)
    networkOffset = part.offset
    let total = Int(header.totalLength)
    guard header.headerLength >= IPv4.size else {
      throw DecodeError(
        layer: .ipv4, offset: part.offset, reason: .badLength(header.headerLength))
    }
    try bytes.require(header.headerLength, for: .ipv4, in: part)
    guard total == 0 || total >= header.headerLength else {
      throw DecodeError(layer: .ipv4, offset: part.offset, reason: .badLength(total))
    }
    if total > part.length {
      stop = DecodeError(layer: .ipv4, offset: part.offset, reason: .badLength(total))
    }
    let whole = total == 0 ? part : part.ending(after: total, limit: .ipv4TotalLength)
    try readTransport(frame, whole.dropping(header.headerLength), header.delivery)
  }
}
