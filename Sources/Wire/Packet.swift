/// A decoded packet: the layers that could be read, and what stopped the reading.
///
/// A packet never fails as a whole: whatever precedes the damage is there.
public struct Packet: Hashable, Sendable {
  /// The header of the network layer.
  public var network: Network?
  /// Bytes from the start of the captured packet to that header.
  public var networkOffset = 0
  /// The header of the transport layer; absent in a fragment that is not the first.
  public var transport: Transport?
  /// Bytes of the transport's payload by the headers, which a cut capture may not hold.
  public var payloadLength = 0
  /// The payload's place in the captured bytes; shorter than `payloadLength` where the capture cut.
  public var payload: Range<Int> = 0..<0
  var start = PayloadStart()
  /// The verdict on the transport's checksum.
  public var checksum = ChecksumVerdict.unknown
  /// What stopped the reading, if anything did.
  public var stop: DecodeError?
  /// A number for where it was captured, by its link header alone: interface, direction, link addresses;
  /// 0 where that tells nothing.
  public var place: UInt64 = 0
  private var surroundings = Rare<Surroundings>()

  /// Makes an empty packet.
  public init() {}

  /// What few packets have beside their headers.
  private struct Surroundings: Hashable, Sendable {
    var vlans: [UInt16] = []
    var tunnels: [Tunnel] = []
    var fragment: Fragment?
    var pieces: [Piece] = []
  }

  private mutating func change(_ body: (inout Surroundings) -> Void) {
    var value = surroundings.value ?? Surroundings()
    body(&value)
    surroundings = Rare(value == Surroundings() ? nil : value)
  }
}

extension Packet {
  /// The tags of IEEE 802.1Q and 802.1ad, outermost first: VLAN identifiers, 0 to 4094.
  public var vlans: [UInt16] {
    get { surroundings.value?.vlans ?? [] }
    set { if surroundings.exists || !newValue.isEmpty { change { $0.vlans = newValue } } }
  }

  /// What carries the packet inside of another one, the outermost first; the headers are those of
  /// the innermost packet.
  public var tunnels: [Tunnel] {
    get { surroundings.value?.tunnels ?? [] }
    set { if surroundings.exists || !newValue.isEmpty { change { $0.tunnels = newValue } } }
  }

  /// What is known of the other fragments, where the packet is one and an `Assembler` read it.
  public var fragment: Fragment? {
    get { surroundings.value?.fragment }
    set { if surroundings.exists || newValue != nil { change { $0.fragment = newValue } } }
  }

  /// The part of a fragmented packet that it holds, where it does: none, or one.
  var pieces: [Piece] {
    get { surroundings.value?.pieces ?? [] }
    set { if surroundings.exists || !newValue.isEmpty { change { $0.pieces = newValue } } }
  }

  /// The first bytes of a datagram's payload, as far as they were captured, 64 at most: what tells
  /// datagrams of one length apart.
  public var opening: [UInt8] { start.bytes }
}

extension Packet {
  /// The layer between link and transport.
  public enum Network: Hashable, Sendable {
    /// Internet Protocol version 4 (RFC 791).
    case ipv4(IPv4)
    /// Internet Protocol version 6 (RFC 8200).
    case ipv6(IPv6)
    /// Another protocol, by its EtherType.
    case other(etherType: UInt16)
    /// Another protocol, which has no EtherType, by its name.
    case named(String)
  }

  /// The layer above the network.
  public enum Transport: Hashable, Sendable {
    /// Transmission Control Protocol.
    case tcp(TCP)
    /// User Datagram Protocol.
    case udp(UDP)
    /// Internet Control Message Protocol, of IPv4 or IPv6.
    case icmp(ICMP)
    /// Another protocol, by its number (IANA "Protocol Numbers").
    case other(UInt8)
  }

  /// The TCP header, if the packet has one.
  public var tcp: TCP? {
    if case .tcp(let header) = transport { header } else { nil }
  }

  /// The UDP header, if the packet has one.
  public var udp: UDP? {
    if case .udp(let header) = transport { header } else { nil }
  }

  /// The ICMP message, if the packet is one.
  public var icmp: ICMP? {
    if case .icmp(let message) = transport { message } else { nil }
  }

  /// The address of the sender.
  public var sourceAddress: IPAddress? {
    switch network {
    case .ipv4(let header): header.source
    case .ipv6(let header): header.source
    default: nil
    }
  }

  /// The address of the receiver.
  public var destinationAddress: IPAddress? {
    switch network {
    case .ipv4(let header): header.destination
    case .ipv6(let header): header.destination
    default: nil
    }
  }

  /// The sender's end: address and, for TCP and UDP, port (else 0).
  public var source: Endpoint? {
    sourceAddress.map { Endpoint($0, tcp?.source ?? udp?.source ?? 0) }
  }

  /// The receiver's end: address and, for TCP and UDP, port (else 0).
  public var destination: Endpoint? {
    destinationAddress.map { Endpoint($0, tcp?.destination ?? udp?.destination ?? 0) }
  }
}

/// What a checksum says (RFC 1071).
public enum ChecksumVerdict: Hashable, Sendable {
  /// The sum is right.
  case valid
  /// The sum is wrong.
  case bad
  /// Only the pseudo-header was summed: the rest was left to the network card (offloaded).
  case partial
  /// The sender computed none (UDP over IPv4).
  case absent
  /// The packet was not captured whole, or is a fragment.
  case unknown
}
