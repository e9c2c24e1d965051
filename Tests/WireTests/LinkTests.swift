import Frames
import Testing
import Wire

@Suite struct LinkTests {
  private let packet4 = ipv4(17, udp(4000, 3490, payload: [1, 2, 3]))
  private let packet6 = ipv6(17, udp(4000, 3490, payload: [1, 2, 3]))

  /// Whether a frame holds the datagram of `packet4` or `packet6` after `header` bytes.
  private func holds(_ frame: [UInt8], _ link: LinkType, header: Int, version: Int) -> Bool {
    let packet = decode(frame, link)
    let network = version == 4 ? 20 : 40
    let loopback: IPAddress = version == 4 ? .loopback4 : .loopback6
    return packet.stop == nil && packet.checksum == .valid
      && packet.source == Endpoint(loopback, 4000)
      && packet.destination == Endpoint(loopback, 3490)
      && packet.payload == (header + network + 8)..<(header + network + 11)
      && packet.payloadLength == 3
  }

  @Test func ethernetFrames() {
    #expect(holds(ethernet(packet4), .ethernet, header: 14, version: 4))
    #expect(holds(ethernet(packet6), .ethernet, header: 14, version: 6))
  }

  @Test func thePaddingOfShortEthernetFramesIsNoPayload() {
    let padding = [UInt8](repeating: 0xEE, count: 60 - 14 - packet4.count)
    #expect(holds(ethernet(packet4) + padding, .ethernet, header: 14, version: 4))
  }

  @Test(arguments: [UInt16(0x8100), 0x88A8, 0x9100])
  func vlanTags(type: UInt16) {
    let frame = ethernet(packet4, tags: [(type, 0xE064)])
    #expect(holds(frame, .ethernet, header: 18, version: 4))
    #expect(decode(frame, .ethernet).vlans == [100])
  }

  @Test func tagsInTagsKeepTheirOrder() {
    let frame = ethernet(packet6, tags: [(0x88A8, 0x0FFE), (0x8100, 0x2001), (0x8100, 3)])
    #expect(holds(frame, .ethernet, header: 26, version: 6))
    #expect(decode(frame, .ethernet).vlans == [4094, 1, 3])
  }

  @Test func aTagWithoutAnEnd() {
    let frame = ethernet([], type: 0x8100)
    let packet = decode(frame, .ethernet)
    #expect(
      packet.stop
        == DecodeError(
          layer: .vlan, offset: 14, reason: .tooShort(need: 4, have: 0, limit: .capture)))
    #expect(packet.network == nil)
  }

  @Test(arguments: [true, false])
  func bsdLoopbackInBothByteOrders(isBigEndian: Bool) {
    #expect(
      holds(
        bsdLoopback(packet4, family: 2, isBigEndian: isBigEndian), .null, header: 4, version: 4))
    for family in [UInt32(10), 24, 28, 30] {
      let frame = bsdLoopback(packet6, family: family, isBigEndian: isBigEndian)
      #expect(holds(frame, .null, header: 4, version: 6))
    }
  }

  @Test func openBSDLoopbackIsInNetworkOrder() {
    let loop = LinkType.loop
    #expect(
      holds(bsdLoopback(packet4, family: 2, isBigEndian: true), loop, header: 4, version: 4))
    #expect(
      holds(bsdLoopback(packet6, family: 24, isBigEndian: true), loop, header: 4, version: 6))
    let swapped = decode(bsdLoopback(packet4, family: 2, isBigEndian: false), loop)
    #expect(
      swapped.stop == DecodeError(layer: .loopback, reason: .badVersion(0x0200_0000)))
  }

  @Test func anUnknownFamilyIsSaid() {
    let packet = decode(bsdLoopback(packet4, family: 7, isBigEndian: false), .null)
    #expect(packet.stop == DecodeError(layer: .loopback, reason: .badVersion(7)))
    #expect(packet.network == nil)
  }

  @Test func linuxCooked() {
    #expect(holds(linuxSLL(packet4), .linuxSLL, header: 16, version: 4))
    #expect(holds(linuxSLL(packet6), .linuxSLL, header: 16, version: 6))
    #expect(holds(linuxSLL2(packet4), .linuxSLL2, header: 20, version: 4))
    #expect(holds(linuxSLL2(packet6), .linuxSLL2, header: 20, version: 6))
  }

  @Test func tagsInCookedFrames() {
    let tagged = [0x00, 0x2A] + bytes(etherTypeIPv4) + packet4
    #expect(holds(linuxSLL(tagged, type: 0x8100), .linuxSLL, header: 20, version: 4))
    #expect(decode(linuxSLL2(tagged, type: 0x8100), .linuxSLL2).vlans == [42])
  }

  @Test(arguments: [Int32(12), 14, 101])
  func rawPackets(number: Int32) {
    let link = LinkType(rawValue: number)
    #expect(holds(packet4, link, header: 0, version: 4))
    #expect(holds(packet6, link, header: 0, version: 6))
    #expect(decode([0x55], link).stop == DecodeError(layer: .link, reason: .badVersion(5)))
    #expect(
      decode([], link).stop
        == DecodeError(layer: .link, reason: .tooShort(need: 1, have: 0, limit: .capture)))
  }

  @Test func packetsOfOneVersion() {
    #expect(holds(packet4, .ipv4, header: 0, version: 4))
    #expect(holds(packet6, .ipv6, header: 0, version: 6))
    #expect(decode(packet6, .ipv4).stop == DecodeError(layer: .ipv4, reason: .badVersion(6)))
    #expect(
      decode(packet4 + packet4, .ipv6).stop == DecodeError(layer: .ipv6, reason: .badVersion(4)))
  }

  @Test func otherProtocolsKeepTheirNumber() {
    let arp = decode(ethernet([UInt8](repeating: 1, count: 28), type: 0x0806), .ethernet)
    #expect(arp.network == .other(etherType: 0x0806))
    #expect(arp.payload == 14..<42)
    #expect(arp.stop == nil && arp.transport == nil)
  }

  @Test func unknownLinkTypesAreSaid() {
    let packet = decode(packet4, LinkType(rawValue: 147))
    #expect(packet.stop == DecodeError(layer: .link, reason: .unknownLinkType(147)))
  }
}
