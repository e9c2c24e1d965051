import Frames
import Testing
import Wire

private let datagram = udp(4000, 3490, payload: [1, 2, 3])
private let inner4 = ipv4(17, datagram)
private let inner6 = ipv6(17, datagram)
private let frame4 = ethernet(inner4)

/// A packet in each kind of tunnel.
let tunnelSpecimens: [(name: String, bytes: [UInt8], link: LinkType)] = [
  ("4 in 4", ethernet(ipv4(4, inner4, checksum: .kept)), .ethernet),
  ("6 in 4", ipv4(41, inner6, checksum: .kept), .ipv4),
  ("4 in 6", ipv6(4, inner4, checksum: .kept), .ipv6),
  ("6 in 6", ipv6(41, inner6, checksum: .kept), .ipv6),
  ("GRE", ipv4(47, gre(inner4), checksum: .kept), .ipv4),
  (
    "GRE with key and sum",
    ipv4(
      47,
      gre(
        inner6, type: etherTypeIPv6, flags: 0xB000, fields: [0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 1]),
      checksum: .kept), .ipv4
  ),
  ("GRE, Ethernet", ipv4(47, gre(frame4, type: 0x6558), checksum: .kept), .ipv4),
  (
    "ERSPAN II",
    ipv4(
      47,
      gre(
        [0x10, 5, 0, 100, 0, 0, 0, 0] + frame4, type: 0x88BE, flags: 0x1000, fields: [0, 0, 0, 1]),
      checksum: .kept), .ipv4
  ),
  (
    "PPTP",
    ipv4(
      47, gre([0xFF, 3, 0, 0x21] + inner4, type: 0x880B, flags: 0x2001, fields: [0, 60, 0, 9]),
      checksum: .kept), .ipv4
  ),
  ("VXLAN", ethernet(ipv4(17, vxlan(7, frame4))), .ethernet),
  (
    "GENEVE",
    ipv4(17, udp(5, 6081, payload: [1, 0, 0x65, 0x58, 0, 0, 9, 0, 1, 2, 3, 0] + frame4)), .ipv4
  ),
  ("VXLAN-GPE", ipv4(17, udp(5, 4790, payload: [12, 0, 0, 2, 0, 0, 9, 0] + inner6)), .ipv4),
  ("GTP", ipv4(17, gtp(0x1234, inner4)), .ipv4),
  (
    "GTP, extension", ipv4(17, gtp(5, inner4, flags: 0x34, more: [0, 1, 0, 0x85, 1, 0, 1, 0])),
    .ipv4
  ),
  ("Teredo", ipv4(17, udp(3544, 5, payload: [0, 0, 1, 2, 1, 2, 3, 4] + inner6)), .ipv4),
  (
    "L2TP", ipv4(17, udp(1701, 1701, payload: [0, 2, 0, 3, 0, 4, 0xFF, 3, 0, 0x21] + inner4)), .ipv4
  ),
  (
    "PPPoE",
    ethernet(
      [0x11, 0, 0, 17] + bytes(UInt16(inner4.count + 2)) + [0, 0x21] + inner4, type: 0x8864),
    .ethernet
  ),
  (
    "MPLS", ethernet(label(16, isBottom: false) + label(17, isBottom: true) + inner4, type: 0x8847),
    .ethernet
  ),
  (
    "MPLS, Ethernet", ethernet(label(16, isBottom: true) + [0, 0, 0, 0] + frame4, type: 0x8847),
    .ethernet
  ),
  ("PBB", ethernet([0, 0, 0, 77] + frame4, type: 0x88E7), .ethernet),
  ("EtherIP", ipv4(97, [0x30, 0] + frame4, checksum: .kept), .ipv4),
  ("AH", ipv4(51, [17, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1] + datagram, checksum: .kept), .ipv4),
  (
    "nested",
    ipv4(4, ipv4(17, vxlan(7, ethernet(ipv4(47, gre(inner4), checksum: .kept)))), checksum: .kept),
    .ipv4
  ),
]

@Suite struct TunnelTests {
  /// What each specimen is inside, in words.
  private static let words: [String: String?] = [
    "4 in 4": "IPv4", "6 in 4": "IPv4", "4 in 6": "IPv6", "6 in 6": "IPv6", "GRE": "GRE",
    "GRE with key and sum": "GRE key 9", "GRE, Ethernet": "GRE", "ERSPAN II": "ERSPAN 100",
    "PPTP": "PPTP 9", "VXLAN": "VXLAN 7", "GENEVE": "GENEVE 9", "VXLAN-GPE": "VXLAN-GPE 9",
    "GTP": "GTP 4660", "GTP, extension": "GTP 5", "Teredo": "Teredo", "L2TP": "L2TP 3/4",
    "PPPoE": "PPPoE 17", "MPLS": "MPLS 17", "MPLS, Ethernet": "MPLS 16", "PBB": "PBB 77",
    "EtherIP": "EtherIP", "AH": nil, "nested": "GRE in VXLAN 7 in IPv4",
  ]

  @Test(arguments: tunnelSpecimens.indices)
  func whatIsInsideIsRead(index: Int) throws {
    let (name, bytes, link) = tunnelSpecimens[index]
    let packet = decode(bytes, link)
    #expect(packet.udp?.destination == 3490 && packet.udp?.source == 4000, "\(name): \(packet)")
    #expect(packet.payloadLength == 3 && packet.payload.count == 3 && packet.stop == nil, "\(name)")
    let isSix = packet.payload.lowerBound > 0 && (packet.sourceAddress == .loopback6)
    let inside = bytes[packet.networkOffset] >> 4
    #expect(inside == (isSix ? 6 : 4), "\(name): the innermost network is not the one that is told")
    let words = try #require(Self.words[name])
    #expect(packet.tunnels.words == words, "\(name)")
  }

  @Test func theDatagramAroundIsKept() throws {
    let packet = decode(ipv4(17, vxlan(7, frame4)))
    let outer = try #require(packet.datagram(around: 0))
    #expect(outer.udp?.destination == 4789 && outer.checksum == .valid && outer.tunnels.isEmpty)
    #expect(outer.payloadLength == 8 + frame4.count && outer.payload.count == outer.payloadLength)
    #expect(packet.datagram(around: 1) == nil)
    #expect(decode(ipv4(4, inner4, checksum: .kept)).datagram(around: 0) == nil)
  }

  /// A datagram of another program on the port of a tunnel stays one.
  @Test(arguments: [
    udp(5, 4789, payload: [UInt8]("Hello, server, how are you?".utf8)),
    udp(5, 4789, payload: [8, 0, 0, 0, 0, 0, 7, 0] + [1, 2, 3]),
    udp(5, 4789, payload: [8, 0, 0, 0, 0, 0, 7, 9] + frame4),
    udp(5, 2152, payload: [0x30, 1, 0, 0, 0, 0, 0, 1] + inner4),
    udp(5, 2152, payload: [0x30, 255, 0, 4, 0, 0, 0, 1, 0x15, 2, 3, 4]),
    udp(5, 6081, payload: [0xC0, 0, 0x65, 0x58, 0, 0, 9, 0] + frame4),
    udp(3544, 5, payload: [1, 2, 3, 4]), udp(5, 1701, payload: [0xC8, 2, 0, 8, 0, 0, 0, 0]),
    udp(4789, 5, payload: [8, 0, 0, 0, 0, 0, 7, 0] + frame4), udp(5, 4789),
  ])
  func otherDatagramsStayThemselves(bytes: [UInt8]) {
    let packet = decode(ipv4(17, bytes))
    #expect(packet.tunnels.isEmpty && packet.stop == nil, "\(packet)")
    #expect(packet.udp != nil && packet.payloadLength == bytes.count - 8)
  }

  @Test func depthIsBounded() {
    var packet = inner4
    for _ in 0..<40 { packet = ipv4(4, packet, checksum: .kept) }
    let decoded = decode(packet)
    #expect(decoded.tunnels.count == Tunnel.deepest)
    #expect(decoded.stop?.reason == .tooDeep(Tunnel.deepest))
    var labels = frame4
    for _ in 0..<40 { labels = ethernet(label(16, isBottom: true) + labels, type: 0x8847) }
    #expect(decode(labels, .ethernet).tunnels.count == Tunnel.deepest)
  }

  @Test func onlyNumbersOfBothEndsTellTunnelsApart() {
    func identity(_ kind: Tunnel.Kind, _ identifier: UInt32?) -> UInt64 {
      [Tunnel(kind, identifier)].identity
    }
    #expect(identity(.vxlan, 7) != identity(.vxlan, 8))
    #expect(identity(.vxlan, 7) != identity(.geneve, 7))
    #expect(identity(.gre, nil) == 0 && identity(.ipv4, nil) == 0)
    #expect(identity(.gtp, 1) == 0 && identity(.mpls, 1) == 0)
    #expect([Tunnel(.gre), Tunnel(.vxlan, 7)].identity == identity(.vxlan, 7))
    #expect([Tunnel]().words == nil)
  }

  /// ERSPAN of type I has no header of its own; type III is longer, and may have a subheader.
  @Test func mirroredFrames() {
    let first = decode(ipv4(47, gre(frame4, type: 0x88BE), checksum: .kept))
    #expect(first.tunnels.words == "ERSPAN" && first.udp?.destination == 3490)
    let header: [UInt8] = [0x20, 5, 0, 101, 0, 0, 0, 0, 0, 0, 0, 1] + [1, 2, 3, 4, 5, 6, 7, 8]
    let third = decode(
      ipv4(
        47, gre(header + frame4, type: 0x22EB, flags: 0x1000, fields: [0, 0, 0, 1]), checksum: .kept
      ))
    #expect(third.tunnels.words == "ERSPAN 101" && third.udp?.destination == 3490)
  }

  /// What stands below MPLS labels: an address of an adapter may begin as a version of IP does.
  @Test(arguments: [[UInt8(0x45), 1, 2, 3, 4, 5], [0x60, 1, 2, 3, 4, 5], [0x10, 1, 2, 3, 4, 5]])
  func addressesThatLookLikeVersions(address: [UInt8]) {
    let frame = address + frame4.dropFirst(6)
    let packet = decode(label(16, isBottom: true) + frame, .mpls)
    #expect(packet.udp?.destination == 3490 && packet.stop == nil, "\(packet)")
  }
}
