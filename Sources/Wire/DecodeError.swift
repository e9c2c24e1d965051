/// Why a header could not be read, and where.
public struct DecodeError: Error, Hashable, Sendable {
  /// The layer whose header is cut or wrong.
  public var layer: Layer
  /// Bytes from the start of the captured packet to that header.
  public var offset: Int
  /// What is wrong.
  public var reason: Reason

  /// Makes an error.
  public init(layer: Layer, offset: Int = 0, reason: Reason) {
    self.layer = layer
    self.offset = offset
    self.reason = reason
  }

  /// The layers.
  public enum Layer: String, Hashable, Sendable {
    case ethernet, vlan, sll, sll2, loopback, ipv4, ipv6, tcp, udp, icmp, link
    case ppp, pppoe, slip, fddi, llc, radiotap, avs, prism, ppi, pktap, nflog, ipoib, enc
    case hdlc = "Cisco HDLC"
    case tokenRing = "token ring"
    case wlan = "802.11"
    case fireWire = "IEEE 1394"
    case mpls, gre, erspan, vxlan, geneve, gtp, teredo, l2tp, tunnel
    case etherIP = "EtherIP"
    case authentication = "AH"
  }

  /// Who set the end of the bytes.
  public enum Limit: Hashable, Sendable {
    /// The capture kept no more.
    case capture
    /// IPv4's total length.
    case ipv4TotalLength
    /// IPv6's payload length.
    case ipv6PayloadLength
    /// UDP's length.
    case udpLength
    /// The length in the header of a frame, or of a tunnel.
    case frameLength
  }

  /// What is wrong with a header.
  public enum Reason: Hashable, Sendable {
    /// The header needs `need` bytes, and there are `have`.
    case tooShort(need: Int, have: Int, limit: Limit)
    /// A length field says what cannot be.
    case badLength(Int)
    /// A version field says what cannot be.
    case badVersion(Int)
    /// Tunnels lie in each other, deeper than any is opened; so many are around.
    case tooDeep(Int)
    /// The link type is not one of ours.
    case unknownLinkType(Int32)
  }
}
