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
  /// Token Ring (IEEE 802.5).
  public static let tokenRing = LinkType(rawValue: 6)
  /// Serial Line IP, behind a header of libpcap's.
  public static let slip = LinkType(rawValue: 8)
  /// The Point-to-Point Protocol.
  public static let ppp = LinkType(rawValue: 9)
  /// Fiber Distributed Data Interface.
  public static let fddi = LinkType(rawValue: 10)
  /// PPP in HDLC-like framing, or Cisco HDLC.
  public static let pppSerial = LinkType(rawValue: 50)
  /// A session of PPP over Ethernet, without the Ethernet header.
  public static let pppEther = LinkType(rawValue: 51)
  /// LLC over ATM (RFC 2684).
  public static let atm = LinkType(rawValue: 100)
  /// The number of the same thing inside libpcap, which some systems wrote into files.
  public static let oldATM = LinkType(rawValue: 11)
  /// An IP packet without a link header.
  public static let raw = LinkType(rawValue: 101)
  /// Cisco HDLC.
  public static let cHDLC = LinkType(rawValue: 104)
  /// IEEE 802.11.
  public static let wlan = LinkType(rawValue: 105)
  /// Loopback of OpenBSD: the protocol family in network byte order.
  public static let loop = LinkType(rawValue: 108)
  /// OpenBSD's encapsulated packets.
  public static let enc = LinkType(rawValue: 109)
  /// Linux "cooked" capture, version 1: what the interface `any` gives.
  public static let linuxSLL = LinkType(rawValue: 113)
  /// IEEE 802.11 behind a header of the Prism driver.
  public static let prism = LinkType(rawValue: 119)
  /// IP over Fibre Channel (RFC 2625).
  public static let fibreChannel = LinkType(rawValue: 122)
  /// IEEE 802.11 behind a radiotap header.
  public static let radiotap = LinkType(rawValue: 127)
  /// IP over IEEE 1394, as macOS gives it.
  public static let fireWire = LinkType(rawValue: 138)
  /// PKTAP as macOS wrote it before it had a number of its own.
  public static let user2 = LinkType(rawValue: 149)
  /// IEEE 802.11 behind a header of the AVS drivers.
  public static let avs = LinkType(rawValue: 163)
  /// PPP of Linux's pppd, the direction in place of the first byte.
  public static let pppd = LinkType(rawValue: 166)
  /// Per-packet information around another link type.
  public static let ppi = LinkType(rawValue: 192)
  /// PPP behind a byte that tells the direction.
  public static let pppDirection = LinkType(rawValue: 204)
  /// Cisco HDLC behind a byte that tells the direction.
  public static let cHDLCDirection = LinkType(rawValue: 205)
  /// A stack of MPLS labels.
  public static let mpls = LinkType(rawValue: 219)
  /// An IPv4 packet without a link header.
  public static let ipv4 = LinkType(rawValue: 228)
  /// An IPv6 packet without a link header.
  public static let ipv6 = LinkType(rawValue: 229)
  /// What Linux's netfilter logs.
  public static let nflog = LinkType(rawValue: 239)
  /// Ethernet behind four bytes of a network analyzer.
  public static let netAnalyzer = LinkType(rawValue: 240)
  /// IP over InfiniBand (RFC 4391).
  public static let ipoib = LinkType(rawValue: 242)
  /// What macOS puts before packets of several interfaces.
  public static let pktap = LinkType(rawValue: 258)
  /// Linux "cooked" capture, version 2.
  public static let linuxSLL2 = LinkType(rawValue: 276)

  /// Whether the packet begins with an IP header of either version: 101, and 12 and 14, which
  /// are the numbers of the same thing inside libpcap on Linux and OpenBSD.
  public var isRaw: Bool { rawValue == 101 || rawValue == 12 || rawValue == 14 }

  /// Whether packets that begin so can be decoded.
  public var isKnown: Bool { self == .ethernet || isRaw || LinkType.names[rawValue] != nil }

  /// The name by which libpcap calls it, such as `EN10MB`.
  public var name: String {
    isRaw ? "RAW" : LinkType.names[rawValue] ?? "link type \(rawValue)"
  }

  private static let names: [Int32: String] = [
    0: "NULL", 1: "EN10MB", 6: "IEEE802", 8: "SLIP", 9: "PPP", 10: "FDDI", 11: "ATM_RFC1483",
    50: "PPP_SERIAL", 51: "PPP_ETHER", 100: "ATM_RFC1483", 104: "C_HDLC", 105: "IEEE802_11",
    108: "LOOP", 109: "ENC",
    113: "LINUX_SLL", 119: "PRISM_HEADER", 122: "IP_OVER_FC", 127: "IEEE802_11_RADIO",
    138: "APPLE_IP_OVER_IEEE1394", 149: "USER2", 163: "IEEE802_11_RADIO_AVS", 166: "PPP_PPPD",
    192: "PPI", 204: "PPP_WITH_DIR", 205: "C_HDLC_WITH_DIR", 219: "MPLS", 228: "IPV4",
    229: "IPV6", 239: "NFLOG", 240: "NETANALYZER", 242: "IPOIB", 258: "PKTAP", 276: "LINUX_SLL2",
  ]
}
