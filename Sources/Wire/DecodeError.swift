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
  }

  /// What is wrong with a header.
  public enum Reason: Hashable, Sendable {
    /// The header needs `need` bytes, and there are `have`.
    case tooShort(need: Int, have: Int, limit: Limit)
    /// A length field says what cannot be.
    case badLength(Int)
    /// A version field says what cannot be.
    case badVersion(Int)
    /// The link type is not one of ours.
    case unknownLinkType(Int32)
  }
}
