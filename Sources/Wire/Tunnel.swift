/// What carries a packet inside of another, such as a VXLAN segment or an IP-in-IP tunnel.
public struct Tunnel: Hashable, Sendable {
  /// What it is.
  public var kind: Kind
  /// The number by which its ends tell it from others, where it has one.
  public var identifier: UInt32?
  /// The network header around it; nil where it lies right behind the link's.
  public var network: Packet.Network?
  /// Bytes from the start of the captured packet to that header.
  public var networkOffset = 0
  /// The UDP header around it, where it is carried in datagrams.
  public var udp: UDP?
  /// The verdict on that datagram's checksum.
  var checksum = ChecksumVerdict.unknown
  /// Where the datagram's payload stands, and how long it is by the headers.
  var payload = 0..<0
  var payloadLength = 0

  /// Makes a tunnel of which nothing else is known.
  public init(_ kind: Kind, _ identifier: UInt32? = nil) {
    self.kind = kind
    self.identifier = identifier
  }

  /// How many may lie in each other; those further in are not opened.
  public static let deepest = 8

  /// The kinds of tunnels.
  public enum Kind: String, Hashable, Sendable {
    /// IP in IP (RFC 2003, RFC 4213, RFC 2473): what is around is version 4, or 6.
    case ipv4 = "IPv4"
    case ipv6 = "IPv6"
    /// Generic Routing Encapsulation (RFC 2784); the identifier is its key (RFC 2890).
    case gre = "GRE"
    /// Point-to-Point Tunneling (RFC 2637), which is GRE of version 1; the identifier is the call's.
    case pptp = "PPTP"
    /// Mirrored Ethernet in GRE (draft-foschiano-erspan); the identifier is the session's.
    case erspan = "ERSPAN"
    /// Ethernet in IP (RFC 3378).
    case etherIP = "EtherIP"
    /// Ethernet in UDP (RFC 7348); the identifier is the network's (VNI).
    case vxlan = "VXLAN"
    /// VXLAN with other protocols inside (draft-ietf-nvo3-vxlan-gpe).
    case vxlanGPE = "VXLAN-GPE"
    /// Generic Network Virtualization Encapsulation (RFC 8926); the identifier is the VNI.
    case geneve = "GENEVE"
    /// The user plane of mobile networks (3GPP TS 29.281); the identifier is the TEID.
    case gtp = "GTP"
    /// IPv6 in UDP through address translators (RFC 4380).
    case teredo = "Teredo"
    /// Layer Two Tunneling (RFC 2661); the identifier is tunnel and session, 16 bits each.
    case l2tp = "L2TP"
    /// Point-to-Point over Ethernet (RFC 2516); the identifier is the session's.
    case pppoe = "PPPoE"
    /// Multiprotocol Label Switching (RFC 3032); the identifier is the label at the bottom.
    case mpls = "MPLS"
    /// Provider backbone bridging (IEEE 802.1ah); the identifier is the service's (I-SID).
    case backboneBridge = "PBB"
    /// Ethernet behind an EtherType (transparent Ethernet bridging), or in IP (RFC 8986).
    case ethernet = "Ethernet"

    /// Whether both directions of a connection have the same identifier. Where each end chooses its
    /// own, it cannot tell one connection from another.
    var hasOneIdentifier: Bool {
      switch self {
      case .gtp, .l2tp, .mpls, .pptp: false
      default: true
      }
    }
  }
}

extension Tunnel: CustomStringConvertible {
  /// `VXLAN 7`.
  public var description: String {
    guard let identifier else { return kind.rawValue }
    switch kind {
    case .gre: return "GRE key \(identifier)"
    case .l2tp: return "L2TP \(identifier >> 16)/\(identifier & 0xFFFF)"
    default: return "\(kind.rawValue) \(identifier)"
    }
  }
}

extension [Tunnel] {
  /// What a packet is inside, the innermost tunnel first: `VXLAN 7 in GRE`; nil where it is in none.
  public var words: String? {
    isEmpty ? nil : reversed().map(\.description).joined(separator: " in ")
  }

  /// A number of what tells connections with equal addresses apart; 0 where nothing does.
  public var identity: UInt64 {
    var fold: UInt64 = 0
    for tunnel in self where tunnel.kind.hasOneIdentifier {
      guard let identifier = tunnel.identifier else { continue }
      // FNV-1a, of the kind and of the number.
      if fold == 0 { fold = 0xCBF2_9CE4_8422_2325 }
      for byte in tunnel.kind.rawValue.utf8 { fold = (fold ^ UInt64(byte)) &* 0x100_0000_01B3 }
      fold = (fold ^ UInt64(identifier)) &* 0x100_0000_01B3
    }
    return fold
  }
}

extension Packet {
  /// The datagram that carries the tunnel at `index`, as a packet of its own; nil where that tunnel
  /// is not in UDP.
  public func datagram(around index: Int) -> Packet? {
    guard tunnels.indices.contains(index), let header = tunnels[index].udp else { return nil }
    var outer = Packet()
    outer.vlans = vlans
    outer.network = tunnels[index].network
    outer.networkOffset = tunnels[index].networkOffset
    outer.transport = .udp(header)
    outer.checksum = tunnels[index].checksum
    outer.payload = tunnels[index].payload
    outer.payloadLength = tunnels[index].payloadLength
    outer.tunnels = Array(tunnels[..<index])
    return outer
  }

  /// Reads what a tunnel carries.
  ///
  /// Where nothing of it can be read, the packet stays the one that is around.
  mutating func enter(
    _ kind: Tunnel.Kind, _ identifier: UInt32? = nil, at part: Part,
    _ body: (inout Packet) throws(DecodeError) -> Void
  ) throws(DecodeError) {
    guard tunnels.count < Tunnel.deepest else {
      // What is around stays what is shown.
      stop =
        stop ?? DecodeError(layer: .tunnel, offset: part.offset, reason: .tooDeep(tunnels.count))
      network = network ?? .named(kind.rawValue)
      return
    }
    let outer = self
    var tunnel = Tunnel(kind, identifier)
    tunnel.network = network
    tunnel.networkOffset = networkOffset
    if case .udp(let header) = transport {
      tunnel.udp = header
      (tunnel.checksum, tunnel.payload, tunnel.payloadLength) = (checksum, payload, payloadLength)
    }
    tunnels.append(tunnel)
    network = nil
    transport = nil
    checksum = .unknown
    payloadLength = 0
    payload = payload.lowerBound..<payload.lowerBound
    do throws(DecodeError) {
      try body(&self)
    } catch {
      if network == nil { self = outer }
      throw error
    }
  }
}
