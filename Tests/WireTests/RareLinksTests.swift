import Frames
import Testing
import Wire

private let packet4 = ipv4(17, udp(4000, 3490, payload: [1, 2, 3]))
private let packet6 = ipv6(17, udp(4000, 3490, payload: [1, 2, 3]))
private let radio: [UInt8] = [0, 0, 10, 0, 2, 0, 0, 0, 0x10, 0]
private let pktap: [UInt8] =
  [108, 0, 0, 0, 1, 0, 0, 0, 12, 0, 0, 0] + [UInt8](repeating: 0, count: 96)

/// A packet behind the header of each link type.
let linkSpecimens: [(name: String, bytes: [UInt8], link: LinkType)] = [
  ("PPP", [0xFF, 3, 0, 0x21] + packet4, .ppp), ("PPP, compressed", [0x57] + packet6, .ppp),
  ("PPP_SERIAL", [0x0F, 0, 0x86, 0xDD] + packet6, .pppSerial),
  ("PPP_WITH_DIR", [1, 0xFF, 3, 0, 0x21] + packet4, .pppDirection),
  ("PPP_PPPD", [1, 3, 0, 0x21] + packet4, .pppd),
  ("C_HDLC", [0x0F, 0, 8, 0] + packet4, .cHDLC),
  ("C_HDLC_WITH_DIR", [0, 0x0F, 0, 8, 0] + packet4, .cHDLCDirection),
  (
    "NFLOG",
    [2, 0, 0, 0, 5, 0, 10, 0, 0x61, 0, 0, 0] + littleEndian(4 + packet4.count) + [9, 0] + packet4,
    .nflog
  ),
  (
    "NFLOG, big-endian", [10, 0, 0, 0] + bytes(UInt16(4 + packet6.count)) + [0, 9] + packet6, .nflog
  ),
  ("FDDI", [0x50] + [UInt8](repeating: 2, count: 12) + snap(packet4), .fddi),
  ("Token Ring", [0x10, 0x40] + [UInt8](repeating: 2, count: 12) + snap(packet6), .tokenRing),
  ("802.11", wlan(snap(packet4)), .wlan), ("radiotap", radio + wlan(snap(packet6)), .radiotap),
  (
    "802.11, four addresses", wlan(snap(packet4), control: [8, 3], more: [1, 2, 3, 4, 5, 6]), .wlan
  ),
  (
    "802.11, QoS, HT", wlan(snap(packet4), control: [0x88, 0x82], more: [0, 0, 0, 0, 0, 0]), .wlan
  ),
  (
    "AVS", bytes(UInt32(0x8021_1001)) + bytes(UInt32(12)) + [0, 0, 0, 0] + wlan(snap(packet4)), .avs
  ),
  ("Prism", [UInt8](repeating: 0, count: 144) + wlan(snap(packet4)), .prism),
  ("PPI", [0, 0, 8, 0, 105, 0, 0, 0] + wlan(snap(packet4)), .ppi),
  ("IPoIB", [UInt8](repeating: 0, count: 40) + [8, 0, 0, 0] + packet4, .ipoib),
  ("PKTAP", pktap + packet6, .pktap), ("USER2", pktap + packet4, .user2),
  ("SLIP", [1] + [UInt8](repeating: 0, count: 15) + packet4, .slip), ("SLIP, bare", packet4, .slip),
  ("ATM", snap(packet4), .atm), ("MPLS", label(16, isBottom: true) + packet4, .mpls),
  ("ENC", [0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0] + packet4, .enc),
  ("IEEE 1394", [UInt8](repeating: 1, count: 16) + [8, 0] + packet4, .fireWire),
  ("Fibre Channel", [UInt8](repeating: 1, count: 16) + snap(packet4), .fibreChannel),
  ("802.3", lengthFrame(snap(packet4)), .ethernet),
  ("LLC", lengthFrame([6, 6, 3] + packet4), .ethernet),
  ("SLL, LLC", linuxSLL(snap(packet4), type: 4), .linuxSLL),
]

private func littleEndian(_ value: Int) -> [UInt8] { bytes(UInt16(value)).reversed() }

@Suite struct RareLinksTests {
  @Test(arguments: linkSpecimens.indices)
  func thePacketBehindIsRead(index: Int) {
    let (name, bytes, link) = linkSpecimens[index]
    let packet = decode(bytes, link)
    #expect(packet.udp?.destination == 3490 && packet.checksum == .valid, "\(name): \(packet)")
    #expect(packet.payloadLength == 3 && packet.stop == nil, "\(name)")
    #expect(link.isKnown)
  }

  /// What is left has the name of its protocol.
  @Test(arguments: [
    (lengthFrame([0x42, 0x42, 3] + [UInt8](repeating: 0, count: 35)), LinkType.ethernet, "STP"),
    (lengthFrame([0xFE, 0xFE, 3, 0x83, 0]), .ethernet, "ISIS"),
    (lengthFrame([0xF0, 0xF0, 3, 0]), .ethernet, "NetBIOS"),
    (lengthFrame([0xFF, 0xFF, 0, 30]), .ethernet, "IPX"),
    (lengthFrame(snap([1, 2], type: 0x2000, organization: [0, 0, 0x0C])), .ethernet, "CDP"),
    (lengthFrame(snap([1, 2], type: 0x010B, organization: [0, 0, 0x0C])), .ethernet, "STP"),
    ([0xFF, 3, 0xC0, 0x21, 1], .ppp, "LCP"), ([0x80, 0x57, 1], .ppp, "IPV6CP"),
    ([0x8F, 0, 0x80, 0x35, 0, 0, 0, 2], .cHDLC, "SLARP"), ([0x8F, 0, 0x20, 0, 0], .cHDLC, "CDP"),
    (wlan([], control: [0x80, 0]), .wlan, "802.11 beacon"), ([0xD4, 0, 0, 0], .wlan, "802.11 ACK"),
    (wlan([1, 2], control: [8, 0x42]), .wlan, "802.11 data, encrypted"),
    (wlan([], control: [0x48, 1]), .wlan, "802.11 null function"),
    (linuxSLL([1, 2], type: 0x0C), .linuxSLL, "CAN"),
    ([0x80] + [UInt8](repeating: 0, count: 12) + [1], .fddi, "FDDI"),
  ])
  func otherProtocolsHaveNames(bytes: [UInt8], link: LinkType, name: String) {
    let packet = decode(bytes, link)
    #expect(packet.network == .named(name) && packet.stop == nil, "\(packet)")
  }

  /// A length in the type's place is none: what is behind it is padding.
  @Test func paddingBehindALengthIsNotRead() {
    let frame = lengthFrame(snap(packet4)) + [0xEE, 0xEE, 0xEE, 0xEE]
    let packet = decode(frame, .ethernet)
    #expect(packet.payload.count == 3 && packet.payloadLength == 3 && packet.stop == nil)
    let short = decode(ethernet([0x42, 0x42, 3], type: 2), .ethernet)
    #expect(short.stop?.layer == .llc)
  }

  /// A header that names a link type may not name itself, again and again.
  @Test(arguments: [UInt8(192), 127])
  func headersInEachOther(link: UInt8) {
    let one: [UInt8] = [0, 0, 8, 0, link, 0, 0, 0]
    let bytes = Array([[UInt8]](repeating: one, count: 20_000).joined())
    let packet = decode(bytes, .ppi)
    #expect(packet.stop != nil || link != 192)
    #expect(packet.sourceAddress == nil)
  }

  @Test func radiotapTellsOfPadding() {
    // A clock of eight bytes at a multiple of eight, then the flags: 0x20 is padding.
    let header: [UInt8] = [0, 0, 17, 0, 3, 0, 0, 0] + [UInt8](repeating: 1, count: 8) + [0x20]
    let packet = decode(
      header + wlan(snap(packet4), control: [0x88, 2], more: [0, 0, 0xEE, 0xEE]), .radiotap)
    #expect(packet.udp?.destination == 3490)
  }

  @Test func ofSeveralFramesInOneTheFirstIsRead() {
    let subframe =
      [UInt8](repeating: 2, count: 12) + bytes(UInt16(snap(packet4).count)) + snap(packet4)
    let packet = decode(
      wlan(subframe + [0, 0, 0, 0], control: [0x88, 2], more: [0x80, 0]), .wlan)
    #expect(packet.udp?.destination == 3490 && packet.payloadLength == 3)
  }

  @Test func namesOfNumbers() {
    #expect(ProtocolName.transport(89) == "OSPF" && ProtocolName.transport(132) == "SCTP")
    #expect(ProtocolName.transport(50) == "ESP" && ProtocolName.transport(200) == nil)
    #expect(ProtocolName.etherType(0x88CC) == "LLDP" && ProtocolName.etherType(0x1234) == nil)
  }
}
