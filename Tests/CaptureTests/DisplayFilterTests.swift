import Testing

@testable import Capture

@Suite struct DisplayFilterTests {
  @Test(arguments: [
    ("ip.addr == 127.0.0.1", "host 127.0.0.1"), ("ip.addr==127.0.0.1", "host 127.0.0.1"),
    ("tcp.port == 80", "tcp port 80"), ("tcp.port eq 80", "tcp port 80"), ("http", "tcp port 80"),
    ("ip.src == 10.0.0.0/8", "src net 10.0.0.0/8"), ("ipv6.dst == ::1", "dst host ::1"),
    ("tcp.port != 80", "not tcp port 80"), ("!(tcp.port == 80)", "not tcp port 80"),
    ("udp.dstport > 1023", "udp dst portrange 1024-65535"),
    (
      "tcp.port in {80, 443, 8000..8080}",
      "tcp port 80 or tcp port 443 or tcp portrange 8000-8080"
    ),
    (
      "tcp.flags.syn == 1 && tcp.flags.ack == 0",
      "tcp[tcpflags] & tcp-syn != 0 and tcp[tcpflags] & tcp-ack = 0"
    ),
    ("tcp.flags.reset == True", "tcp[tcpflags] & tcp-rst != 0"),
    ("tcp.flags == 0x012", "tcp[tcpflags] = 18"), ("frame.len > 100", "len > 100"),
    // In pcap-filter(7) `and` and `or` bind alike.
    (
      "dns or tcp.port == 22 and ip.addr == 10.0.0.1",
      "port 53 or (tcp port 22 and host 10.0.0.1)"
    ),
    (
      "(dns or ssh) and not ip.addr == 10.0.0.1",
      "(port 53 or tcp port 22) and not host 10.0.0.1"
    ),
    ("not dhcp", "not (udp port 67 or udp port 68)"), ("tls", "tcp port 443"),
    ("eth.addr == 00:11:22:33:44:55", "ether host 00:11:22:33:44:55"),
    ("icmp.type == 8", "icmp[icmptype] = 8"), ("ipv6 && tcp.port", "ip6 and tcp"),
    ("tcp.dstport == http", "tcp dst port http"), ("IP.ADDR == 10.1.2.3", "host 10.1.2.3"),
  ])
  func whatHasWords(_ expression: String, _ words: String) {
    #expect(DisplayFilter(expression) == .said(words))
    // And libpcap takes them.
    #expect(PacketFilter.refusal(of: words, link: 1) == nil)
  }

  @Test(arguments: [
    ("tcp.stream eq 3", "tcp.stream", "--connection"),
    ("frame.number == 7", "frame.number", "--count"),
    ("frame.time_relative > 1", "frame.time_relative", "--from"),
    ("http.request.method == \"GET\"", "http.request.method", "tcp port 80"),
    ("tcp.analysis.retransmission", "tcp.analysis.retransmission", "retransmissions"),
    ("dns.qry.name contains \"example\"", "dns.qry.name", "port 53"),
  ])
  func whatHasNone(_ expression: String, _ part: String, _ instead: String) {
    guard case .unsaid(part, let words)? = DisplayFilter(expression) else {
      Issue.record("\(String(describing: DisplayFilter(expression)))")
      return
    }
    #expect(words?.contains(instead) == true)
  }

  /// What is no whole filter is none that is said wrongly.
  @Test(arguments: [
    "tcp.port ==", "ip.addr == ", "(tcp.port == 80", "tcp.port == 80 443", "ip.addr == 1.2.3.4 &&",
    "tcp.port == 99999", "tcp.port in {}", "tcp.flags.syn == 2", "ip.ttl == many",
    "tcp.port > 65535",
    "ip.addr > 10.0.0.1", "ip.addr == $(reboot)",
  ])
  func whatIsWrong(_ expression: String) {
    guard case .unsaid? = DisplayFilter(expression) else {
      Issue.record("\(String(describing: DisplayFilter(expression)))")
      return
    }
  }

  @Test(arguments: [
    "tcp port 80", "tcp prot 80", "host example.com", "ip[8] = 64", "tcp and udp", "",
    "net 10.0.0.0/8",
    "tcp[tcpflags] & tcp-syn != 0", "len > 100", "not arp", "example.com",
  ])
  func whatIsNone(_ expression: String) { #expect(DisplayFilter(expression) == nil) }
}
