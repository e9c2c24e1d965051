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
    packet.place = CapturePlace.read(bytes, link)
    let length = max(bytes.count, min(frameLength, Part.greatestLength))
    let frame = Part(offset: 0, length: length, limit: .capture)
    do {
      try packet.readLink(bytes, frame, link)
    } catch {
      // A length that lies further out was noted before, and may be the reason.
      packet.stop = packet.stop ?? error
    }
    // Of a header that begins behind what was captured, nothing is there.
    if let stop = packet.stop, stop.offset > bytes.count { packet.stop?.offset = bytes.count }
    return packet
  }

  /// Reads the link header and what follows it.
  mutating func readLink(
    _ frame: Span<UInt8>, _ part: Part, _ link: LinkType
  ) throws(DecodeError) {
    switch link {
    case .ethernet: try readEthernet(frame, part)
    case .ipv4: try readIPv4(frame, part)
    case .ipv6: try readIPv6(frame, part)
    case _ where link.isRaw: try readEitherIP(frame, part)
    case .null, .loop:
      let type = try Loopback.etherType(frame, part, inNetworkOrder: link == .loop)
      try readNetwork(frame, part.dropping(Loopback.size), etherType: type)
    case .linuxSLL: try readCooked(frame, part)
    case .linuxSLL2: try readCooked2(frame, part)
    case .ppp: try readPPP(frame, part)
    case .pppSerial: try readSerialPPP(frame, part)
    case .pppd, .pppDirection:
      try frame.require(1, for: .ppp, in: part)
      // pppd's byte stands in place of the address; the control byte may follow it.
      let isAddress = link == .pppd && frame.count > 1 && frame.uint8(at: 1) == PPP.control
      try readPPP(frame, part.dropping(isAddress ? 2 : 1))
    case .pppEther: try readPPPoESession(frame, part)
    case .cHDLC: try readCiscoHDLC(frame, part)
    case .cHDLCDirection:
      try frame.require(1, for: .hdlc, in: part)
      try readCiscoHDLC(frame, part.dropping(1))
    case .slip: try readSLIP(frame, part)
    case .fddi: try readFDDI(frame, part)
    case .tokenRing: try readTokenRing(frame, part)
    case .atm, .oldATM: try readLLC(frame, part)
    case .fibreChannel:
      try frame.require(16, for: .link, in: part)
      try readLLC(frame, part.dropping(16))
    case .mpls: try readMPLS(frame, part)
    default: try readRareLink(frame, part, link)
    }
  }

  /// Reads an Ethernet frame.
  mutating func readEthernet(_ frame: Span<UInt8>, _ part: Part) throws(DecodeError) {
    let bytes = frame.extracting(part.range(inCaptured: frame.count))
    try bytes.require(Ethernet.size, for: .ethernet, in: part)
    let type = bytes.uint16(at: Ethernet.typeField)
    try readTagged(frame, part.dropping(Ethernet.size), etherType: type)
  }

  /// Reads VLAN tags, if there are any, and the network layer.
  mutating func readTagged(
    _ frame: Span<UInt8>, _ part: Part, etherType: UInt16
  ) throws(DecodeError) {
    var part = part
    var type = etherType
    while EtherType.isTag(type) || type == EtherType.hsr {
      let rest = frame.extracting(part.range(inCaptured: frame.count))
      // A tag of HSR (IEC 62439-3): path and length, sequence number, then the type.
      let size = type == EtherType.hsr ? VLAN.size + 2 : VLAN.size
      try rest.require(size, for: .vlan, in: part)
      if type != EtherType.hsr { vlans.append(rest.uint16(at: 0) & VLAN.identifierMask) }
      type = rest.uint16(at: size - 2)
      part = part.dropping(size)
    }
    guard type > Ethernet.greatestLength else {
      // A length, not a type (IEEE 802.3, clause 3.2.6): what is behind it is padding.
      let length = Int(type)
      return try readLLC(frame, part.ending(after: min(length, part.length), limit: .frameLength))
    }
    try readNetwork(frame, part, etherType: type)
  }

  /// Reads the network layer that `etherType` names.
  mutating func readNetwork(
    _ frame: Span<UInt8>, _ part: Part, etherType: UInt16
  ) throws(DecodeError) {
    switch etherType {
    case EtherType.ipv4: try readIPv4(frame, part)
    case EtherType.ipv6: try readIPv6(frame, part)
    case EtherType.mpls, EtherType.mplsMulticast: try readMPLS(frame, part)
    case EtherType.pppoeSession: try readPPPoESession(frame, part)
    case EtherType.ppp: try readPPP(frame, part)
    case EtherType.backboneBridge: try readBackboneBridge(frame, part)
    case EtherType.bridged:
      try enter(.ethernet, at: part) { (inner) throws(DecodeError) in
        try inner.readEthernet(frame, part)
      }
    case EtherType.llc: try readLLC(frame, part)
    default:
      network = .other(etherType: etherType)
      networkOffset = part.offset
      setPayload(part, captured: frame.count)
    }
  }

  /// Notes a protocol that has only a name.
  mutating func setName(_ name: String, _ part: Part, captured: Int) {
    network = .named(name)
    networkOffset = part.offset
    setPayload(part, captured: captured)
  }

  /// Reads an IP packet of the version that its first four bits say.
  mutating func readEitherIP(_ frame: Span<UInt8>, _ part: Part) throws(DecodeError) {
    let bytes = frame.extracting(part.range(inCaptured: frame.count))
    try bytes.require(1, for: .link, in: part)
    switch bytes.uint8(at: 0) >> 4 {
    case 4: try readIPv4(frame, part)
    case 6: try readIPv6(frame, part)
    case let version:
      throw DecodeError(layer: .link, offset: part.offset, reason: .badVersion(Int(version)))
    }
  }

  /// Notes where the payload stands.
  mutating func setPayload(_ part: Part, captured: Int) {
    payloadLength = part.length
    payload = part.range(inCaptured: captured)
  }
}
