/// The few fields of a packet that a table of connections needs.
///
/// The usual packet, a whole TCP segment or UDP datagram right behind its IP header, is read without
/// checksums and without the rest of its headers; every other one is decoded as a `Packet` first. Both
/// ways give the same fields.
public struct FlowHeader: Hashable, Sendable {
  /// TCP, UDP, or neither: then nothing else is set.
  public var kind = Kind.other
  /// The sender's end.
  public var source = FlowEndpoint()
  /// The receiver's end.
  public var destination = FlowEndpoint()
  /// Bytes of payload by the headers, which a cut capture may not hold.
  public var payloadLength = 0
  /// TCP: the number of the first byte of data, or of the SYN.
  public var sequence = SequenceNumber(0)
  /// TCP: the next number the sender expects; meaningful when `flags` holds `.ack`.
  public var acknowledgement = SequenceNumber(0)
  /// TCP: the control bits.
  public var flags = TCPFlags()
  /// TCP: the window as it stands in the header, not scaled.
  public var window: UInt16 = 0
  /// TCP: the window scale of a SYN, where it has the option.
  public var windowScale: UInt8?
  private var around = Rare<[Tunnel]>()
  /// IPv4: what tells a packet from the sender's others; 0 in IPv6.
  public var identification: UInt16 = 0
  /// Hops left.
  public var hops: UInt8 = 0
  /// Where it was captured, by its link header alone: `Packet.place`.
  public var place: UInt64 = 0

  /// Makes the header of a packet that is neither TCP nor UDP.
  public init() {}

  /// What carries the packet inside of another one.
  public var tunnels: [Tunnel] {
    get { around.elements }
    set { around.elements = newValue }
  }
  /// Whether something does.
  public var isInTunnel: Bool { around.exists }

  /// Whether `flags` holds `.syn`.
  @inlinable public var hasSYN: Bool { flags.rawValue & 0x002 != 0 }
  /// Whether `flags` holds `.ack`.
  @inlinable public var hasACK: Bool { flags.rawValue & 0x010 != 0 }
  /// Whether `flags` holds `.fin`.
  @inlinable public var hasFIN: Bool { flags.rawValue & 0x001 != 0 }
  /// Whether `flags` holds `.rst`.
  @inlinable public var hasRST: Bool { flags.rawValue & 0x004 != 0 }

  /// What a packet is to a table of connections.
  public enum Kind: UInt8, Hashable, Sendable {
    case other, tcp, udp
  }
}

/// An end of a connection as plain numbers; an IPv4 address stands as the IPv4-mapped one
/// (RFC 4291, section 2.5.5.2), so that both forms of it are one end.
public struct FlowEndpoint: Hashable, Sendable {
  /// The first eight bytes of the address.
  public var high: UInt64 = 0
  /// The last eight bytes of the address.
  public var low: UInt64 = 0
  /// The port.
  public var port: UInt16 = 0

  /// Makes the end `::`, port 0.
  public init() {}

  /// Makes an end of an endpoint.
  public init(_ endpoint: Endpoint) {
    port = endpoint.port
    switch endpoint.address {
    case .v4(let value): low = FlowEndpoint.mapped | UInt64(value)
    case .v6(let high, let low): (self.high, self.low) = (high, low)
    }
  }

  /// What stands before an IPv4 address in an IPv4-mapped one.
  static let mapped: UInt64 = 0xFFFF_0000_0000

  /// The end as an endpoint, IPv4 where it is mapped.
  public var endpoint: Endpoint { Endpoint(.v6(high: high, low: low), port).unmapped }
}

extension FlowHeader {
  /// Reads a captured packet; the parameters are those of `Packet.decode`.
  public static func decode(
    _ bytes: Span<UInt8>, link: LinkType, frameLength: Int
  ) -> FlowHeader {
    var header = FlowHeader()
    header.read(bytes, link: link, frameLength: frameLength)
    return header
  }

  /// Reads a captured packet in place of the one before.
  public mutating func read(_ bytes: Span<UInt8>, link: LinkType, frameLength: Int) {
    if !readQuickly(bytes, link: link, frameLength: frameLength) {
      self = FlowHeader(Packet.decode(bytes, link: link, frameLength: frameLength))
    }
  }

  /// Reads the usual packet in place of the one before; false where it is another, which has to be decoded.
  public mutating func readQuickly(
    _ bytes: Span<UInt8>, link: LinkType, frameLength: Int
  ) -> Bool {
    windowScale = nil
    if isInTunnel { tunnels = [] }
    guard readUsual(bytes, link, frameLength) else { return false }
    place = CapturePlace.read(bytes, link)
    return true
  }

  /// Takes the fields of a decoded packet.
  public init(_ packet: Packet) {
    guard let source = packet.source, let destination = packet.destination else { return }
    self.source = FlowEndpoint(source)
    self.destination = FlowEndpoint(destination)
    tunnels = packet.tunnels
    place = packet.place
    switch packet.network {
    case .ipv4(let header): (identification, hops) = (header.identification, header.timeToLive)
    case .ipv6(let header): hops = header.hopLimit
    default: break
    }
    switch packet.transport {
    case .tcp(let header):
      kind = .tcp
      payloadLength = packet.payloadLength
      sequence = header.sequence
      acknowledgement = header.acknowledgement
      flags = header.flags
      window = header.window
      windowScale = header.flags.contains(.syn) ? header.options.windowScale : nil
    case .udp(let header):
      kind = .udp
      // In the first fragment the header tells the whole length.
      payloadLength = max(packet.payloadLength, Int(header.length) - UDP.size)
    default:
      self = FlowHeader()
    }
  }

  /// Reads the usual packet; false where it is another.
  ///
  /// Each header is cut out first, and read at constant places: so it is checked once.
  @inline(__always)
  private mutating func readUsual(
    _ bytes: Span<UInt8>, _ link: LinkType, _ frameLength: Int
  ) -> Bool {
    let start: Int
    let typeField: Int
    switch link.rawValue {
    case 1: (start, typeField) = (Ethernet.size, Ethernet.typeField)
    case 113: (start, typeField) = (LinuxSLL.size, LinuxSLL.protocolField)
    case 276: (start, typeField) = (LinuxSLL2.size, LinuxSLL2.protocolField)
    default: return false
    }
    // Room for the smaller of the two headers of IP, and for one of UDP behind it.
    guard bytes.count >= start &+ IPv4.size &+ UDP.size else { return false }
    let length = max(bytes.count, min(frameLength, Part.greatestLength)) &- start
    switch bytes.uint16(at: typeField) {
    case EtherType.ipv4: return readUsualIPv4(bytes, at: start, length: length)
    case EtherType.ipv6: return readUsualIPv6(bytes, at: start, length: length)
    default: return false
    }
  }

  /// Reads an IPv4 packet that is no fragment and does not lie about its length.
  @inline(__always)
  private mutating func readUsualIPv4(
    _ bytes: Span<UInt8>, at start: Int, length: Int
  ) -> Bool {
    let head = bytes.extracting(start..<(start &+ IPv4.size))
    let first = head.uint8(at: 0)
    let size = Int(first & 15) &* 4
    let total = Int(head.uint16(at: 2))
    guard first >> 4 == 4, size >= IPv4.size, total >= size, total <= length,
      head.uint16(at: 6) & 0x3FFF == 0
    else { return false }
    identification = head.uint16(at: 4)
    hops = head.uint8(at: 8)
    source.high = 0
    source.low = FlowEndpoint.mapped | UInt64(head.uint32(at: 12))
    destination.high = 0
    destination.low = FlowEndpoint.mapped | UInt64(head.uint32(at: 16))
    return readTransport(head.uint8(at: 9), bytes, at: start &+ size, length: total &- size)
  }

  /// Reads an IPv6 packet without extension headers.
  private mutating func readUsualIPv6(
    _ bytes: Span<UInt8>, at start: Int, length: Int
  ) -> Bool {
    guard bytes.count >= start &+ IPv6.size else { return false }
    let head = bytes.extracting(start..<(start &+ IPv6.size))
    let payload = Int(head.uint16(at: 4))
    guard head.uint8(at: 0) >> 4 == 6, payload > 0, payload <= length &- IPv6.size else {
      return false
    }
    identification = 0
    hops = head.uint8(at: 7)
    source.high = head.uint64(at: 8)
    source.low = head.uint64(at: 16)
    destination.high = head.uint64(at: 24)
    destination.low = head.uint64(at: 32)
    return readTransport(head.uint8(at: 6), bytes, at: start &+ IPv6.size, length: payload)
  }

  /// Reads the header of TCP or UDP; false where it is neither, is cut or lies.
  @inline(__always)
  private mutating func readTransport(
    _ proto: UInt8, _ bytes: Span<UInt8>, at start: Int, length: Int
  ) -> Bool {
    switch proto {
    case 6:
      guard length >= TCP.size, bytes.count >= start &+ TCP.size else { return false }
      return readTCP(bytes, at: start, length: length)
    case 17:
      guard length >= UDP.size, bytes.count >= start &+ UDP.size else { return false }
      let head = bytes.extracting(start..<(start &+ UDP.size))
      let said = Int(head.uint16(at: 4))
      guard said >= UDP.size, said <= length,
        !TunnelPort.mayCarry(head.uint16(at: 0), head.uint16(at: 2))
      else { return false }
      kind = .udp
      source.port = head.uint16(at: 0)
      destination.port = head.uint16(at: 2)
      payloadLength = said &- UDP.size
      flags = []
      return true
    default: return false
    }
  }

  /// Reads a segment whose 20 bytes are there.
  @inline(__always)
  private mutating func readTCP(_ bytes: Span<UInt8>, at start: Int, length: Int) -> Bool {
    let head = bytes.extracting(start..<(start &+ TCP.size))
    let word = head.uint16(at: 12)
    let size = Int(word >> 12) &* 4
    guard size >= TCP.size, size <= length else { return false }
    kind = .tcp
    source.port = head.uint16(at: 0)
    destination.port = head.uint16(at: 2)
    sequence = SequenceNumber(head.uint32(at: 4))
    acknowledgement = SequenceNumber(head.uint32(at: 8))
    flags = TCPFlags(rawValue: word & 0x1FF)
    window = head.uint16(at: 14)
    payloadLength = length &- size
    guard hasSYN, size > TCP.size else { return true }
    guard bytes.count >= start &+ size else { return false }
    readWindowScale(bytes, (start &+ TCP.size)..<(start &+ size))
    return true
  }

  /// Looks for the window scale among the options in `range`, as `TCPOptions` does.
  private mutating func readWindowScale(_ bytes: Span<UInt8>, _ range: Range<Int>) {
    var index = range.lowerBound
    while index &+ 1 < range.upperBound {
      let kind = bytes.uint8(at: index)
      if kind == 0 { return }
      let length = kind == 1 ? 1 : Int(bytes.uint8(at: index &+ 1))
      guard kind == 1 || length >= 2, index &+ length <= range.upperBound else { return }
      if kind == 3, length == 3 { windowScale = bytes.uint8(at: index &+ 2) }
      index &+= length
    }
  }
}
