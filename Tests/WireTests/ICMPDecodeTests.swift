import Frames
import Testing
import Wire

@Suite struct ICMPDecodeTests {
  private let segment = tcp(4000, 3490, sequence: 77, flags: 2, options: [2, 4, 5, 0xB4])

  @Test func anEcho() throws {
    let packet = decode(ipv4(1, icmp(8, 0, rest: 0x1234_0001, data: [1, 2, 3])))
    let message = try #require(packet.icmp)
    #expect(message.type == 8 && message.code == 0 && !message.isVersion6)
    #expect(message.rest == 0x1234_0001 && message.quoted == nil)
    #expect(packet.payload == 28..<31 && packet.checksum == .valid && packet.stop == nil)
    #expect(packet.source == Endpoint(.loopback4, 0))
  }

  @Test func portUnreachableQuotesADatagram() throws {
    let quoted = ipv4(17, udp(4000, 9, payload: Array("Hello".utf8)))
    let packet = decode(ipv4(1, icmp(3, 3, data: quoted)))
    let message = try #require(packet.icmp)
    #expect(message.isPortUnreachable && packet.checksum == .valid)
    #expect(
      message.quoted
        == QuotedPacket(
          source: Endpoint(.loopback4, 4000), destination: Endpoint(.loopback4, 9), proto: 17,
          datagramLength: 13))
  }

  @Test func eightBytesAreEnoughForASegmentsNumber() throws {
    let quoted = ipv4(6, segment, to: [10, 0, 0, 7], options: [1, 1, 1, 1])
    let packet = decode(ipv4(1, icmp(11, 0, data: Array(quoted.prefix(32)))))
    #expect(
      try #require(packet.icmp?.quoted)
        == QuotedPacket(
          source: Endpoint(.loopback4, 4000), destination: Endpoint(.v4(0x0A00_0007), 3490),
          proto: 6, sequence: SequenceNumber(77)))
  }

  @Test func version6QuotesThroughExtensionHeaders() throws {
    let quoted = ipv6(6, segment, extensions: [.hopByHop, .destinationOptions])
    let packet = decode(ipv6(58, icmp(1, 4, data: quoted)))
    #expect(try #require(packet.icmp).isPortUnreachable && packet.checksum == .valid)
    #expect(
      packet.icmp?.quoted
        == QuotedPacket(
          source: Endpoint(.loopback6, 4000), destination: Endpoint(.loopback6, 3490), proto: 6,
          sequence: SequenceNumber(77)))
  }

  @Test func theNextHopsMTUIsInTheRest() throws {
    let packet = decode(ipv4(1, icmp(3, 4, rest: 1400, data: ipv4(6, segment))))
    #expect(packet.icmp?.rest == 1400 && packet.icmp?.quoted?.sequence == SequenceNumber(77))
  }

  @Test func aQuotedLaterFragmentHasNoPorts() throws {
    let quoted = ipv4(17, [1, 2, 3, 4, 5, 6, 7, 8], fragment: 10, checksum: .kept)
    let message = try #require(decode(ipv4(1, icmp(3, 1, data: quoted))).icmp)
    #expect(message.quoted?.source == Endpoint(.loopback4, 0))
    #expect(message.quoted?.proto == 17 && message.quoted?.datagramLength == nil)
  }

  /// Every cut of the quotation gives what can be read, and the message in any case.
  @Test func quotationsOfEveryLength() throws {
    let quoted = ipv4(6, segment)
    for count in 0...quoted.count {
      let packet = decode(ipv4(1, icmp(3, 3, data: Array(quoted.prefix(count)))))
      let quotation = try #require(packet.icmp).quoted
      #expect(packet.stop == nil && packet.checksum == .valid)
      #expect((quotation != nil) == (count >= 20))
      #expect((quotation?.source.port == 4000) == (count >= 24))
      #expect((quotation?.sequence != nil) == (count >= 28))
    }
  }

  @Test func quotationsOfVersion6OfEveryLength() throws {
    let quoted = ipv6(17, udp(4000, 9, payload: [1]), extensions: [.destinationOptions])
    for count in 0...quoted.count {
      let message = icmp(1, 4, data: Array(quoted.prefix(count)))
      let quotation = try #require(decode(ipv6(58, message)).icmp).quoted
      #expect((quotation != nil) == (count >= 40))
      #expect((quotation?.destination.port == 9) == (count >= 60))
      #expect((quotation?.datagramLength == 9) == (count >= 62))
    }
  }

  @Test func whatIsQuotedIsOfTheSameVersion() throws {
    let message = try #require(decode(ipv4(1, icmp(3, 3, data: ipv6(6, segment)))).icmp)
    #expect(message.quoted == nil)
  }

  @Test func theNumberOfTheOtherVersionIsNoICMP() {
    #expect(decode(ipv6(1, icmp(8, 0), checksum: .kept)).transport == .other(1))
    #expect(decode(ipv4(58, icmp(128, 0), checksum: .kept)).transport == .other(58))
  }

  @Test func checksums() {
    #expect(decode(ipv4(1, icmp(8, 0), checksum: .wrong)).checksum == .bad)
    #expect(decode(ipv6(58, icmp(128, 0), checksum: .wrong)).checksum == .bad)
    #expect(decode(ipv6(58, icmp(128, 0), checksum: .partial)).checksum == .partial)
    let whole = ipv4(1, icmp(8, 0, data: [1, 2]))
    #expect(decode(Array(whole.dropLast()), frameLength: whole.count).checksum == .unknown)
  }
}
