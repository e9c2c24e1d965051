/// A field or protocol of Wireshark's, and its equivalent in pcap-filter(7).
struct DisplayField {
  let name: String

  init(_ name: String) { self.name = name }

  /// Protocols by their Wireshark names, with their equivalents: those above TCP and UDP by their
  /// port (IANA).
  static let protocols: [String: String] = [
    "tcp": "tcp", "udp": "udp", "icmp": "icmp", "arp": "arp", "ip": "ip", "sctp": "sctp",
    "igmp": "igmp", "vlan": "vlan", "icmpv6": "icmp6", "ipv6": "ip6", "http": "tcp port 80",
    "tls": "tcp port 443", "ssl": "tcp port 443", "https": "tcp port 443",
    "http2": "tcp port 443", "quic": "udp port 443", "http3": "udp port 443", "dns": "port 53",
    "mdns": "udp port 5353", "ssh": "tcp port 22", "ftp": "tcp port 21", "telnet": "tcp port 23",
    "smtp": "tcp port 25", "pop": "tcp port 110", "imap": "tcp port 143", "ntp": "udp port 123",
    "dhcp": "udp port 67 or udp port 68", "bootp": "udp port 67 or udp port 68",
    "dhcpv6": "udp port 546 or udp port 547", "snmp": "udp port 161", "tftp": "udp port 69",
    "syslog": "udp port 514", "ldap": "tcp port 389", "smb": "tcp port 445",
    "smb2": "tcp port 445", "mysql": "tcp port 3306", "pgsql": "tcp port 5432",
    "resp": "tcp port 6379", "redis": "tcp port 6379", "mqtt": "tcp port 1883",
    "websocket": "tcp port 80", "rdp": "tcp port 3389", "sip": "port 5060", "bgp": "tcp port 179",
  ]

  /// Those that mean the same in both languages.
  static let sharedProtocols: Set<String> = [
    "tcp", "udp", "icmp", "arp", "ip", "sctp", "igmp", "vlan",
  ]

  /// Port fields, then address fields.
  private static let ports: [String: String] = [
    "tcp.port": "tcp port", "tcp.srcport": "tcp src port", "tcp.dstport": "tcp dst port",
    "udp.port": "udp port", "udp.srcport": "udp src port", "udp.dstport": "udp dst port",
    "sctp.port": "sctp port", "sctp.srcport": "sctp src port", "sctp.dstport": "sctp dst port",
  ]
  private static let hosts: [String: String] = [
    "ip.addr": "", "ip.host": "", "ip.src": "src ", "ip.src_host": "src ", "ip.dst": "dst ",
    "ip.dst_host": "dst ", "ipv6.addr": "", "ipv6.host": "", "ipv6.src": "src ",
    "ipv6.dst": "dst ", "eth.addr": "ether ", "eth.src": "ether src ", "eth.dst": "ether dst ",
  ]

  /// Numeric fields, by their place in the packet.
  private static let numbers: [String: String] = [
    "frame.len": "len", "ip.len": "ip[2:2]", "ip.id": "ip[4:2]", "ip.ttl": "ip[8]",
    "ip.proto": "ip[9]", "ip.dsfield": "ip[1]", "ip.tos": "ip[1]", "ipv6.hlim": "ip6[7]",
    "ipv6.nxt": "ip6[6]", "ipv6.plen": "ip6[4:2]", "icmp.type": "icmp[icmptype]",
    "icmp.code": "icmp[icmpcode]", "icmpv6.type": "icmp6[0]", "icmpv6.code": "icmp6[1]",
    "udp.length": "udp[4:2]", "tcp.seq_raw": "tcp[4:4]", "tcp.ack_raw": "tcp[8:4]",
    "tcp.window_size_value": "tcp[14:2]", "tcp.urgent_pointer": "tcp[18:2]",
    "tcp.hdr_len": "(tcp[12] & 0xf0) >> 2",
    "tcp.len": "ip[2:2] - ((ip[0] & 0xf) << 2) - ((tcp[12] & 0xf0) >> 2)",
    "tcp.flags": "tcp[tcpflags]",
  ]
  private static let flags: [String: String] = [
    "syn": "syn", "fin": "fin", "ack": "ack", "reset": "rst", "rst": "rst", "push": "push",
    "psh": "push", "urg": "urg", "ece": "ece", "cwr": "cwr",
  ]

  /// What can be used instead of a field that has no equivalent.
  private static let instead: [(beginning: String, words: String)] = [
    ("tcp.stream", "`--connection N` chooses a connection, `sockline summary` numbers them"),
    ("udp.stream", "`--connection N` chooses a connection, `sockline summary` numbers them"),
    ("frame.time", "`--from` and `--to` choose by time"),
    ("frame.number", "`--from` and `--to` choose by time, `--count` the first packets"),
    ("tcp.analysis", "rows already show retransmissions, and why"),
    ("tcp.flags.str", "tcp[tcpflags] & (tcp-syn|tcp-fin) != 0 is how flags are matched"),
    ("tcp.seq", "tcp.seq is counted from the connection's first; tcp.seq_raw would be tcp[4:4]"),
    ("tcp.ack", "tcp.ack is counted from the connection's first; tcp.ack_raw would be tcp[8:4]"),
    ("tcp.window_size", "tcp.window_size_value would be tcp[14:2], before it is scaled"),
  ]

  /// Whether a word is a field's name, or looks like one.
  static func isName(_ word: String) -> Bool {
    let parts = word.lowercased().split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count > 1, let first = parts.first else { return false }
    let isKnown =
      protocols[String(first)] != nil || ["frame", "eth", "_ws", "data"].contains(first)
    return isKnown
      && parts.dropFirst().allSatisfy { part in
        part.first?.isLetter ?? false
          && part.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
      }
  }

  private var unsaid: DisplayFilter.Unsaid {
    if let words = DisplayField.instead.first(where: { name.hasPrefix($0.beginning) })?.words {
      return DisplayFilter.Unsaid(part: name, instead: words)
    }
    let above = name.split(separator: ".").first.map(String.init) ?? ""
    if !DisplayField.sharedProtocols.contains(above), let words = DisplayField.protocols[above] {
      return DisplayFilter.Unsaid(
        part: name, instead: "it does not look that deep into a packet; `\(words)` comes closest")
    }
    return DisplayFilter.Unsaid(part: name)
  }

  /// The field on its own: whether it is present.
  func presence() throws(DisplayFilter.Unsaid) -> FilterTerm {
    if let words = DisplayField.protocols[name] {
      return FilterTerm(text: words, kind: words.contains(" or ") ? .or : .one)
    }
    let isKnown =
      DisplayField.ports[name] != nil || DisplayField.numbers[name] != nil
      || DisplayField.hosts[name] != nil || flag != nil
    let above = name.split(separator: ".").first.map(String.init) ?? ""
    guard isKnown, let words = DisplayField.protocols[above] else { throw unsaid }
    return FilterTerm(text: words)
  }

  /// The field compared with a value.
  func term(_ sign: DisplaySign, _ value: String) throws(DisplayFilter.Unsaid) -> FilterTerm {
    if let port = DisplayField.ports[name] { return try self.port(port, sign, value) }
    if let host = DisplayField.hosts[name] { return try self.host(host, sign, value) }
    if let flag { return try self.flag(flag, sign, value) }
    if name == "vlan.id" || name == "eth.type", sign == .equal || sign == .unequal {
      let text = (name == "vlan.id" ? "vlan " : "ether proto ") + String(try number(value))
      return same(FilterTerm(text: text), sign)
    }
    guard let place = DisplayField.numbers[name] else { throw unsaid }
    return FilterTerm(text: "\(place) \(sign.rawValue) \(try number(value))")
  }

  /// The field equal to any of several values.
  func term(among values: [String]) throws(DisplayFilter.Unsaid) -> FilterTerm {
    var texts: [String] = []
    for value in values {
      let ends = value.split(separator: ".", omittingEmptySubsequences: true)
      if value.contains(".."), ends.count == 2, let port = DisplayField.ports[name],
        let low = UInt16(ends[0]), let high = UInt16(ends[1]), low <= high
      {
        texts.append("\(port)range \(low)-\(high)")
      } else {
        texts.append(try term(.equal, value).text)
      }
    }
    guard let first = texts.first else { throw unsaid }
    return texts.count == 1
      ? FilterTerm(text: first) : FilterTerm(text: texts.joined(separator: " or "), kind: .or)
  }

  private func same(_ term: FilterTerm, _ sign: DisplaySign) -> FilterTerm {
    sign == .unequal ? DisplayParser.not(term) : term
  }

  private func port(
    _ words: String, _ sign: DisplaySign, _ value: String
  ) throws(DisplayFilter.Unsaid) -> FilterTerm {
    if sign == .equal || sign == .unequal {
      let isName = value.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
      guard UInt16(value) != nil || isName && value.first?.isLetter ?? false else { throw unsaid }
      return same(FilterTerm(text: "\(words) \(value)"), sign)
    }
    guard let number = UInt16(value) else { throw unsaid }
    let range: ClosedRange<UInt16>?
    switch sign {
    case .greater: range = number < .max ? number + 1 ... .max : nil
    case .less: range = number > 0 ? 0...number - 1 : nil
    case .greaterOrEqual: range = number ... .max
    default: range = 0...number
    }
    guard let range else { throw unsaid }
    return FilterTerm(text: "\(words)range \(range.lowerBound)-\(range.upperBound)")
  }

  private func host(
    _ words: String, _ sign: DisplaySign, _ value: String
  ) throws(DisplayFilter.Unsaid) -> FilterTerm {
    guard sign == .equal || sign == .unequal,
      value.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || ".:/-_".contains($0)) })
    else { throw unsaid }
    return same(FilterTerm(text: words + (value.contains("/") ? "net " : "host ") + value), sign)
  }

  /// The TCP flag that the field is.
  private var flag: String? {
    guard name.hasPrefix("tcp.flags.") else { return nil }
    return DisplayField.flags[String(name.dropFirst("tcp.flags.".count))]
  }

  private func flag(
    _ flag: String, _ sign: DisplaySign, _ value: String
  ) throws(DisplayFilter.Unsaid) -> FilterTerm {
    guard sign == .equal || sign == .unequal else { throw unsaid }
    let isSet: Bool
    switch value.lowercased() {
    case "1", "true", "set": isSet = sign == .equal
    case "0", "false", "not set": isSet = sign == .unequal
    default: throw unsaid
    }
    return FilterTerm(text: "tcp[tcpflags] & tcp-\(flag) \(isSet ? "!=" : "=") 0")
  }

  private func number(_ value: String) throws(DisplayFilter.Unsaid) -> UInt32 {
    let number =
      value.lowercased().hasPrefix("0x")
      ? UInt32(value.dropFirst(2), radix: 16) : UInt32(value)
    guard let number else { throw unsaid }
    return number
  }
}
