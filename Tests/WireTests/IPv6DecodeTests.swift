import Frames
import Testing
import Wire

@Suite struct IPv6DecodeTests {
  private let datagram = udp(4000, 3490, payload: [1, 2, 3, 4, 5, 6, 7, 8])
  private let far: [UInt8] = [0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9]

  private func networkHeader(_ packet: Packet) -> IPv6? {
    if case .ipv6(let header) = packet.network { header } else { nil }
  }

  @Test func allFields() throws {
    let packet = decode(
      ipv6(
        17, datagram, from: far, hopLimit: 3, trafficClass: 0xB9, flowLabel: 0xFEDCB))
    let header = try #require(networkHeader(packet))
    #expect(header.source == .v6(high: 0x2001_0db8_0000_0000, low: 9))
    #expect(header.destination == .loopback6)
    #expect(header.hopLimit == 3 && header.proto == 17)
    #expect(header.payloadLength == 16)
    #expect(header.trafficClass == 0xB9 && header.flowLabel == 0xFEDCB)
    #expect(header.extensions.isEmpty && header.fragmentOffset == nil)
    #expect(packet.checksum == .valid && packet.payload == 48..<56)
  }

  @Test(arguments: [
    ([MadeExtension.hopByHop], 8), ([.destinationOptions], 16), ([.authentication], 24),
    ([.routing(loopback6, segmentsLeft: 0)], 24), ([.fragment(offset: 0, more: false)], 8),
    ([MadeExtension(135, [0, 5, 0, 0, 0, 0, 0])], 8),
    (
      [
        .hopByHop, .destinationOptions, .routing(loopback6, segmentsLeft: 0),
        .fragment(offset: 0, more: false), .authentication, .destinationOptions,
      ], 96
    ),
  ])
  func extensionHeaders(extensions: [MadeExtension], length: Int) throws {
    let packet = decode(ipv6(17, datagram, extensions: extensions))
    let header = try #require(networkHeader(packet))
    #expect(header.extensions == extensions.map(\.number))
    #expect(header.proto == 17)
    #expect(packet.checksum == .valid && packet.stop == nil)
    #expect(packet.payload == (48 + length)..<(56 + length))
  }

  @Test func theSumUnderARoutingHeaderIsThatOfItsLastStop() {
    let routed = ipv6(
      17, datagram, extensions: [.routing(far, segmentsLeft: 1)], finalDestination: far)
    #expect(decode(routed).checksum == .unknown)
  }

  @Test func theFirstFragmentHasTheTransportHeader() throws {
    let packet = decode(
      ipv6(
        17, udp(4000, 3490, length: 900, payload: [1, 2]),
        extensions: [.fragment(offset: 0, more: true)]))
    let header = try #require(networkHeader(packet))
    #expect(header.fragmentOffset == 0 && header.moreFragments)
    #expect(packet.udp?.length == 900 && packet.stop == nil && packet.checksum == .unknown)
  }

  @Test func laterFragmentsHaveNone() throws {
    let packet = decode(
      ipv6(17, [9, 9, 9, 9], extensions: [.fragment(offset: 1448, more: false)], checksum: .kept))
    let header = try #require(networkHeader(packet))
    #expect(header.fragmentOffset == 1448 && !header.moreFragments && header.proto == 17)
    #expect(packet.transport == nil && packet.payload == 48..<52 && packet.stop == nil)
  }

  @Test func whatLooksLikeAnExtensionInALaterFragmentIsData() throws {
    let packet = decode(
      ipv6(60, [9, 9, 9, 9], extensions: [.fragment(offset: 8, more: false)], checksum: .kept))
    #expect(try #require(networkHeader(packet)).extensions == [44])
    #expect(packet.stop == nil && packet.payload == 48..<52)
  }

  @Test func aJumbogramReachesToTheEnd() {
    // RFC 2675: both lengths are 0.
    let data = [UInt8](repeating: 7, count: 66_000)
    let jumbo = ipv6(
      17, udp(4000, 3490, length: 0, payload: data), extensions: [.jumbo(66_016)],
      payloadLength: 0)
    let packet = decode(jumbo)
    #expect(packet.stop == nil)
    #expect(packet.udp?.length == 0)
    #expect(packet.payloadLength == 66_000 && packet.payload == 56..<66_056)
    #expect(packet.checksum == .valid)
  }

  @Test func noNextHeaderIsAnEnd() {
    let packet = decode(ipv6(59, [], payloadLength: 0))
    #expect(packet.transport == .other(59) && packet.payloadLength == 0 && packet.stop == nil)
  }

  @Test func aPayloadLengthBeyondTheFrameIsSaid() {
    let lie = DecodeError(layer: .ipv6, reason: .badLength(99))
    let packet = decode(ipv6(17, datagram, payloadLength: 99))
    #expect(packet.stop == lie && packet.udp?.destination == 3490)
    #expect(decode(ipv6(17, [1, 2], payloadLength: 99)).stop == lie)
  }

  @Test func aPayloadLengthWithinTheTransportNamesItself() {
    let packet = decode(ipv6(17, datagram, payloadLength: 5))
    #expect(
      packet.stop
        == DecodeError(
          layer: .udp, offset: 40,
          reason: .tooShort(need: 8, have: 5, limit: .ipv6PayloadLength)))
  }

  @Test func anExtensionBeyondThePacketIsSaid() throws {
    let packet = decode(ipv6(17, [], extensions: [MadeExtension(60, [200, 1, 4, 0, 0, 0, 0])]))
    #expect(
      packet.stop
        == DecodeError(
          layer: .ipv6, offset: 40,
          reason: .tooShort(need: 1608, have: 8, limit: .ipv6PayloadLength)))
    #expect(try #require(networkHeader(packet)).extensions == [60])
    #expect(packet.transport == nil)
  }

  @Test func eightThousandExtensionHeaders() throws {
    let packet = decode(
      ipv6(17, datagram, extensions: [MadeExtension](repeating: .hopByHop, count: 8_000)))
    #expect(try #require(networkHeader(packet)).extensions.count == 8_000)
    #expect(packet.udp?.destination == 3490 && packet.stop == nil)
  }
}
