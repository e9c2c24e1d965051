/// What a captured packet begins with, by the number that capture files use.
///
/// Source: https://www.tcpdump.org/linktypes.html
public struct LinkType: RawRepresentable, Hashable, Sendable {
  /// The number, as it stands in a capture file.
  public var rawValue: Int32
  /// Makes a link type of a file's number.
  public init(rawValue: Int32) { self.rawValue = rawValue }

  /// Loopback of the BSD systems: the protocol family in the capturing machine's byte order.
  public static let null = LinkType(rawValue: 0)
  /// Ethernet, which Linux uses for `lo` too.
  public static let ethernet = LinkType(rawValue: 1)
  /// An IP packet without a link header.
  public static let raw = LinkType(rawValue: 101)
  /// Loopback of OpenBSD: the protocol family in network byte order.
  public static let loop = LinkType(rawValue: 108)
  /// Linux "cooked" capture, version 1: what the interface `any` gives.
  public static let linuxSLL = LinkType(rawValue: 113)
  /// An IPv4 packet without a link header.
  public static let ipv4 = LinkType(rawValue: 228)
  /// An IPv6 packet without a link header.
  public static let ipv6 = LinkType(rawValue: 229)
  /// Linux "cooked" capture, version 2.
  public static let linuxSLL2 = LinkType(rawValue: 276)

  /// Whether the packet begins with an IP header of either version: 101, and 12 and 14, which
  /// are the numbers of the same thing inside libpcap on Linux and OpenBSD.
  public var isRaw: Bool { rawValue == 101 || rawValue == 12 || rawValue == 14 }

  /// The name by which libpcap calls it, such as `EN10MB`.
  public var name: String {
    switch self {
    case .null: "NULL"
    case .ethernet: "EN10MB"
    case .loop: "LOOP"
    case .linuxSLL: "LINUX_SLL"
    case .linuxSLL2: "LINUX_SLL2"
    case .ipv4: "IPV4"
    case .ipv6: "IPV6"
    default: isRaw ? "RAW" : "link type \(rawValue)"
    }
  }
}
