import Frames
import Testing
import Wire

@Suite struct IPv4DecodeTests {
  private let datagram = udp(4000, 3490, payload: [1, 2, 3, 4, 5, 6, 7, 8])

  private func networkHeader(_ packet: Packet) -> IPv4? {
    if case .ipv4(let header) = packet.network { header } else { nil }
  }

  @Test func allFields() throws {
    let packet = decode(
      ipv4(
        17, datagram, from: [10, 1, 2, 3], to: [192, 168, 255, 254], timeToLive: 3,
        trafficClass: 0xB9, identification: 0xBEEF, fragment: 0x4000))
    let header = try #require(networkHeader(packet))
    #expect(header.source == .v4(0x0A01_0203))
    #expect(header.destination == .v4(0xC0A8_FFFE))
    #expect(header.timeToLive == 3)
    #expect(header.proto == 17)
    #expect(header.totalLength == 36)
    #expect(header.headerLength == 20)
    #expect(header.identification == 0xBEEF)
    #expect(header.dontFragment && !header.moreFragments && header.fragmentOffset == 0)
    #expect(header.trafficClass == 0xB9)
    #expect(header.options.isEmpty)
    #expect(header.checksum == .valid)
  }

  @Test func optionsAreKeptAndStepOver() throws {
    // Router alert (RFC 2113), then two bytes of padding after an end of list.
    let options: [UInt8] = [148, 4, 0, 0, 1, 0]
    let packet = decode(ipv4(17, datagram, options: options))
    #expect(try #require(networkHeader(packet)).options == options + [0, 0])
    #expect(packet.payload == 36..<44)
    #expect(packet.checksum == .valid && packet.stop == nil)
  }

  @Test func fortyBytesOfOptions() throws {
    let packet = decode(ipv4(17, datagram, options: [UInt8](repeating: 1, count: 40)))
    #expect(try #require(networkHeader(packet)).headerLength == 60)
    #expect(packet.checksum == .valid && packet.payload == 68..<76)
  }

  @Test(arguments: [UInt8(131), 137])
  func theSumUnderASourceRouteIsThatOfItsLastStop(kind: UInt8) {
    let unfinished = [kind, 7, 4, 10, 0, 0, 9, 0]
    let routed = ipv4(17, datagram, options: unfinished, finalDestination: [10, 0, 0, 9])
    #expect(decode(routed).checksum == .unknown)
    // The pointer stands behind the last address: this was the last stop.
    let finished = [1, kind, 7, 8, 10, 0, 0, 9]
    #expect(decode(ipv4(17, datagram, options: finished)).checksum == .valid)
    #expect(decode(ipv4(17, datagram, options: finished, checksum: .wrong)).checksum == .bad)
  }

  @Test func theFirstFragmentHasTheTransportHeader() throws {
    let packet = decode(ipv4(17, udp(4000, 3490, length: 900, payload: [1, 2]), fragment: 0x2000))
    let header = try #require(networkHeader(packet))
    #expect(header.moreFragments && header.fragmentOffset == 0 && !header.dontFragment)
    #expect(packet.udp?.length == 900)
    #expect(packet.payload == 28..<30)
    // The datagram is longer than its fragment, as it should be.
    #expect(packet.stop == nil && packet.checksum == .unknown)
  }

  @Test func laterFragmentsHaveNone() throws {
    let packet = decode(ipv4(17, [9, 9, 9, 9], fragment: 185, checksum: .kept))
    let header = try #require(networkHeader(packet))
    #expect(header.fragmentOffset == 1480 && !header.moreFragments)
    #expect(packet.transport == nil && packet.source?.port == 0)
    #expect(packet.payload == 20..<24 && packet.stop == nil)
  }

  @Test func theHeaderChecksumIsJudged() throws {
    var bytes = ipv4(17, datagram)
    bytes[8] = 63
    #expect(try #require(networkHeader(decode(bytes))).checksum == .bad)
    bytes[10] = 0
    bytes[11] = 0
    #expect(try #require(networkHeader(decode(bytes))).checksum == .absent)
    let cut = decode(Array(ipv4(17, datagram, options: [1]).prefix(21)), frameLength: 40)
    #expect(try #require(networkHeader(cut)).checksum == .unknown)
  }

  @Test func aTotalLengthOfZeroIsLeftToTheCard() {
    let packet = decode(ipv4(17, datagram, totalLength: 0))
    #expect(packet.stop == nil && packet.payloadLength == 8 && packet.checksum == .valid)
  }

  @Test func bytesAfterTheTotalLengthAreNotThePacket() {
    let packet = decode(ipv4(17, datagram) + [1, 2, 3])
    #expect(packet.stop == nil && packet.payload == 28..<36 && packet.checksum == .valid)
  }

  @Test func aTotalLengthBeyondTheFrameIsSaid() {
    let lie = DecodeError(layer: .ipv4, offset: 14, reason: .badLength(99))
    let packet = decode(ethernet(ipv4(17, datagram, totalLength: 99)), .ethernet)
    #expect(packet.stop == lie)
    #expect(packet.udp?.destination == 3490 && packet.payload == 42..<50)
    // It is named as the reason also where nothing is left of the transport.
    let short = decode(ethernet(ipv4(17, [1, 2, 3], totalLength: 99)), .ethernet)
    #expect(short.stop == lie && short.transport == nil)
  }

  @Test func aTotalLengthWithinTheHeaderIsSaid() {
    let packet = decode(ipv4(17, datagram, totalLength: 19))
    #expect(packet.stop == DecodeError(layer: .ipv4, reason: .badLength(19)))
    #expect(networkHeader(packet)?.totalLength == 19 && packet.transport == nil)
  }

  @Test func aTotalLengthWithinTheTransportNamesItself() {
    let packet = decode(ipv4(17, datagram, totalLength: 24))
    #expect(
      packet.stop
        == DecodeError(
          layer: .udp, offset: 20,
          reason: .tooShort(need: 8, have: 4, limit: .ipv4TotalLength)))
  }

  @Test func aHeaderLengthBelowTwentyIsSaid() {
    var bytes = ipv4(17, datagram)
    bytes[0] = 0x44
    let packet = decode(bytes)
    #expect(packet.stop == DecodeError(layer: .ipv4, reason: .badLength(16)))
    #expect(packet.sourceAddress == .loopback4 && packet.transport == nil)
  }
}
