extension Packet {
  /// Decodes a captured packet, as far as it can be read.
  ///
  /// - Parameters:
  ///   - bytes: what was captured, from the link header on.
  ///   - link: what the bytes begin with.
  ///   - frameLength: bytes on the wire, of which the capture may hold fewer.
  /// - Returns: the layers that could be read; `stop` says what ended the reading, if anything.
  public static func decode(
    _ bytes: Span<UInt8>, link: LinkType, frameLength: Int
  ) -> Packet {
    var packet = Packet()
    let length = max(bytes.count, min(frameLength, Part.greatestLength))
    let frame = Part(offset: 0, length: length, limit: .capture)
    do {
      try packet.readLink(bytes, frame, link)
    } catch {
      // A length that lies further out was noted before, and may be the reason.
      packet.stop = packet.stop ?? error
    }
    return packet
  }

  /// Reads the link header and what follows it.
  private mutating func readLink(
    _ bytes: Span<UInt8>, _ frame: Part, _ link: LinkType
  ) throws(DecodeError) {
    switch link {
    case .ipv4: try readIPv4(bytes, frame)
    case .ipv6: try readIPv6(bytes, frame)
    case _ where link.isRaw: try readEitherIP(bytes, frame)
    case .null, .loop:
      let type = try Loopback.etherType(bytes, frame, inNetworkOrder: link == .loop)
      try readNetwork(bytes, frame.dropping(Loopback.size), etherType: type)
    case .ethernet:
      try bytes.require(Ethernet.size, for: .ethernet, in: frame)
      let type = bytes.uint16(at: Ethernet.typeField)
      try readTagged(bytes, frame.dropping(Ethernet.size), etherType: type)
    case .linuxSLL:
      try bytes.require(LinuxSLL.size, for: .sll, in: frame)
      let type = bytes.uint16(at: LinuxSLL.protocolField)
      try readTagged(bytes, frame.dropping(LinuxSLL.size), etherType: type)
    case .linuxSLL2:
      try bytes.require(LinuxSLL2.size, for: .sll2, in: frame)
      let type = bytes.uint16(at: LinuxSLL2.protocolField)
      try readTagged(bytes, frame.dropping(LinuxSLL2.size), etherType: type)
    default:
      throw DecodeError(layer: .link, reason: .unknownLinkType(link.rawValue))
    }
  }

  /// Reads VLAN tags, if there are any, and the network layer.
  private mutating func readTagged(
    _ bytes: Span<UInt8>, _ part: Part, etherType: UInt16
  ) throws(DecodeError) {
    var part = part
    var type = etherType
    while EtherType.isTag(type) {
      let rest = bytes.extracting(part.range(inCaptured: bytes.count))
      try rest.require(VLAN.size, for: .vlan, in: part)
      vlans.append(rest.uint16(at: 0) & VLAN.identifierMask)
      type = rest.uint16(at: VLAN.typeField)
      part = part.dropping(VLAN.size)
    }
    try readNetwork(bytes, part, etherType: type)
  }

  /// Reads the network layer that `etherType` names.
  private mutating func readNetwork(
    _ bytes: Span<UInt8>, _ part: Part, etherType: UInt16
  ) throws(DecodeError) {
    switch etherType {
    case EtherType.ipv4: try readIPv4(bytes, part)
    case EtherType.ipv6: try readIPv6(bytes, part)
    default:
      network = .other(etherType: etherType)
      setPayload(part, captured: bytes.count)
    }
  }

  /// Reads an IP packet of the version that its first four bits say.
  private mutating func readEitherIP(
    _ bytes: Span<UInt8>, _ part: Part
  ) throws(DecodeError) {
    try bytes.require(1, for: .link, in: part)
    switch bytes.uint8(at: 0) >> 4 {
    case 4: try readIPv4(bytes, part)
    case 6: try readIPv6(bytes, part)
    case let version: throw DecodeError(layer: .link, reason: .badVersion(Int(version)))
    }
  }

  /// Notes where the payload stands.
  mutating func setPayload(_ part: Part, captured: Int) {
    payloadLength = part.length
    payload = part.range(inCaptured: captured)
  }
}
