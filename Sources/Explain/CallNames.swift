import Calls

/// The names that programs know numbers of calls by: families, flags, options (socket(2) and the
/// pages it names; the numbers of Linux on x86 and ARM).
enum CallNames {
  /// The address family of socket(2).
  static func family(_ number: Int32) -> String {
    let names: [Int32: String] = [
      0: "AF_UNSPEC", 1: "AF_UNIX", 2: "AF_INET", 10: "AF_INET6", 16: "AF_NETLINK",
      17: "AF_PACKET", 40: "AF_VSOCK",
    ]
    return names[number] ?? "\(number)"
  }

  /// The type of socket(2) with its flags.
  static func type(_ number: Int32) -> String {
    let names: [Int32: String] = [
      1: "SOCK_STREAM", 2: "SOCK_DGRAM", 3: "SOCK_RAW", 4: "SOCK_RDM", 5: "SOCK_SEQPACKET",
    ]
    return ([names[number & 0xF] ?? "\(number & 0xF)"] + flags(number & ~0xF, socketFlags))
      .joined(separator: "|")
  }

  /// The protocol of socket(2).
  static func proto(_ number: Int32) -> String {
    let names: [Int32: String] = [
      1: "IPPROTO_ICMP", 6: "IPPROTO_TCP", 17: "IPPROTO_UDP", 58: "IPPROTO_ICMPV6",
      132: "IPPROTO_SCTP", 136: "IPPROTO_UDPLITE", 255: "IPPROTO_RAW", 262: "IPPROTO_MPTCP",
    ]
    return names[number] ?? "\(number)"
  }

  /// What a socket of type SOCK_STREAM speaks.
  static func stream(_ proto: Int32) -> String {
    switch proto {
    case 0, 6: "TCP"
    case 132: "SCTP"
    case 262: "MPTCP"
    default: "stream \(proto)"
    }
  }

  /// What a socket of type SOCK_DGRAM speaks.
  static func datagram(_ proto: Int32) -> String {
    switch proto {
    case 0, 17: "UDP"
    case 1, 58: "ICMP"
    case 136: "UDP-Lite"
    default: "datagram \(proto)"
    }
  }

  static let socketFlags: [(Int32, String)] = [
    (0o4000, "SOCK_NONBLOCK"), (0o2_000_000, "SOCK_CLOEXEC"),
  ]
  static let messageFlags: [(Int32, String)] = [
    (0x1, "MSG_OOB"), (0x2, "MSG_PEEK"), (0x4, "MSG_DONTROUTE"), (0x20, "MSG_TRUNC"),
    (0x40, "MSG_DONTWAIT"), (0x80, "MSG_EOR"), (0x100, "MSG_WAITALL"), (0x2000, "MSG_ERRQUEUE"),
    (0x4000, "MSG_NOSIGNAL"), (0x8000, "MSG_MORE"), (0x10000, "MSG_WAITFORONE"),
    (0x4000000, "MSG_ZEROCOPY"), (0x2000_0000, "MSG_FASTOPEN"), (0x4000_0000, "MSG_CMSG_CLOEXEC"),
  ]
  static let spliceFlags: [(Int32, String)] = [
    (1, "SPLICE_F_MOVE"), (2, "SPLICE_F_NONBLOCK"), (4, "SPLICE_F_MORE"), (8, "SPLICE_F_GIFT"),
  ]
  static let openFlags: [(Int32, String)] = [(0o2_000_000, "O_CLOEXEC")]

  /// The names of the bits that are set; what has no name as a number.
  static func flags(_ bits: Int32, _ names: [(Int32, String)]) -> [String] {
    var rest = UInt32(bitPattern: bits)
    var words: [String] = []
    for (bit, name) in names where rest & UInt32(bitPattern: bit) != 0 {
      words.append(name)
      rest &= ~UInt32(bitPattern: bit)
    }
    if rest != 0 { words.append("0x" + String(rest, radix: 16)) }
    return words
  }

  /// How shutdown(2) shuts.
  static func how(_ number: Int32) -> String {
    [0: "SHUT_RD", 1: "SHUT_WR", 2: "SHUT_RDWR"][number] ?? "\(number)"
  }

  /// The command of fcntl(2).
  static func command(_ number: Int32) -> String {
    let names: [Int32: String] = [
      0: "F_DUPFD", 1: "F_GETFD", 2: "F_SETFD", 3: "F_GETFL", 4: "F_SETFL",
      1030: "F_DUPFD_CLOEXEC",
    ]
    return names[number] ?? "\(number)"
  }

  /// The request of ioctl(2).
  static func request(_ number: Int32) -> String {
    let names: [Int32: String] = [
      0x541B: "FIONREAD", 0x5421: "FIONBIO", 0x5411: "TIOCOUTQ", 0x8905: "SIOCATMARK",
    ]
    return names[number] ?? "0x" + String(UInt32(bitPattern: number), radix: 16)
  }

  /// The level of a socket option.
  static func level(_ option: SocketOption) -> String {
    let names: [Int32: String] = [
      0: "SOL_IP", 1: "SOL_SOCKET", 6: "SOL_TCP", 17: "SOL_UDP", 41: "SOL_IPV6",
    ]
    return names[option.level] ?? "\(option.level)"
  }

  /// The name of a socket option (socket(7), tcp(7), ip(7), ipv6(7), udp(7)).
  static func option(_ option: SocketOption) -> String {
    let names: [Int32: String] =
      switch option.level {
      case 1: socketOptions
      case 6: tcpOptions
      case 0: [1: "IP_TOS", 2: "IP_TTL", 8: "IP_RECVOPTS", 10: "IP_MTU_DISCOVER", 11: "IP_RECVERR"]
      case 41: [25: "IPV6_RECVERR", 26: "IPV6_V6ONLY", 67: "IPV6_TCLASS"]
      case 17: [1: "UDP_CORK", 103: "UDP_SEGMENT", 104: "UDP_GRO"]
      default: [:]
      }
    return names[option.name] ?? "\(option.name)"
  }

  private static let socketOptions: [Int32: String] = [
    1: "SO_DEBUG", 2: "SO_REUSEADDR", 3: "SO_TYPE", 4: "SO_ERROR", 5: "SO_DONTROUTE",
    6: "SO_BROADCAST", 7: "SO_SNDBUF", 8: "SO_RCVBUF", 9: "SO_KEEPALIVE", 10: "SO_OOBINLINE",
    12: "SO_PRIORITY", 13: "SO_LINGER", 15: "SO_REUSEPORT", 16: "SO_PASSCRED", 17: "SO_PEERCRED",
    18: "SO_RCVLOWAT", 20: "SO_RCVTIMEO", 21: "SO_SNDTIMEO", 25: "SO_BINDTODEVICE",
    26: "SO_ATTACH_FILTER", 27: "SO_DETACH_FILTER", 29: "SO_TIMESTAMP", 30: "SO_ACCEPTCONN",
    36: "SO_MARK", 38: "SO_PROTOCOL", 39: "SO_DOMAIN", 46: "SO_BUSY_POLL", 57: "SO_COOKIE",
    60: "SO_ZEROCOPY",
  ]
  private static let tcpOptions: [Int32: String] = [
    1: "TCP_NODELAY", 2: "TCP_MAXSEG", 3: "TCP_CORK", 4: "TCP_KEEPIDLE", 5: "TCP_KEEPINTVL",
    6: "TCP_KEEPCNT", 7: "TCP_SYNCNT", 8: "TCP_LINGER2", 9: "TCP_DEFER_ACCEPT",
    10: "TCP_WINDOW_CLAMP", 11: "TCP_INFO", 12: "TCP_QUICKACK", 13: "TCP_CONGESTION",
    18: "TCP_USER_TIMEOUT", 23: "TCP_FASTOPEN", 30: "TCP_FASTOPEN_CONNECT",
  ]
}
