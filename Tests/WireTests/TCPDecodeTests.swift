import Frames
import Testing
import Wire

@Suite struct TCPDecodeTests {
  private func header(_ segment: [UInt8]) -> TCP? { decode(ipv4(6, segment)).tcp }
  private func parsedOptions(_ list: [UInt8]) -> TCPOptions? {
    header(tcp(1, 2, flags: 2, options: list))?.options
  }

  @Test func allFields() throws {
    let packet = decode(
      ipv4(
        6,
        tcp(
          51514, 3490, sequence: 0xFEDC_BA98, acknowledgement: 0x1234_5678, flags: 0x38,
          window: 502, urgentPointer: 9, payload: [1, 2, 3])))
    let header = try #require(packet.tcp)
    #expect(header.source == 51514 && header.destination == 3490)
    #expect(header.sequence == SequenceNumber(0xFEDC_BA98))
    #expect(header.acknowledgement == SequenceNumber(0x1234_5678))
    #expect(header.headerLength == 20 && header.window == 502 && header.urgentPointer == 9)
    #expect(header.flags == [.psh, .ack, .urg])
    #expect(packet.payload == 40..<43 && packet.payloadLength == 3 && packet.checksum == .valid)
  }

  @Test func everySetOfFlags() {
    for bits in UInt16(0)..<512 {
      #expect(header(tcp(1, 2, flags: bits))?.flags.rawValue == bits)
    }
    // The three reserved bits are no flags.
    #expect(header(tcp(1, 2, flags: 0x0E02))?.flags == .syn)
  }

  @Test func theOptionsOfALinuxSYN() throws {
    let packet = decode(
      ipv4(
        6,
        tcp(
          1, 2, flags: 2,
          options: [2, 4, 0xFF, 0xD7, 4, 2, 8, 10, 0, 0, 0, 5, 0, 0, 0, 0, 1, 3, 3, 7])))
    let options = try #require(packet.tcp?.options)
    #expect(options.maximumSegmentSize == 65_495)
    #expect(options.sackPermitted)
    #expect(options.timestamp == TCPTimestamp(value: 5, echo: 0))
    #expect(options.windowScale == 7)
    #expect(options.sackBlocks.isEmpty && options.others.isEmpty && options.fastOpenCookie == nil)
    #expect(packet.tcp?.headerLength == 40 && packet.payloadLength == 0 && packet.stop == nil)
  }

  @Test func selectiveAcknowledgements() throws {
    let blocks = (UInt32(1)...4).flatMap { bytes($0 * 1000) + bytes($0 * 1000 + 500) }
    let options = try #require(parsedOptions([1, 1, 5, 34] + blocks))
    #expect(
      options.sackBlocks
        == (UInt32(1)...4).map {
          SACKBlock(left: SequenceNumber($0 * 1000), right: SequenceNumber($0 * 1000 + 500))
        })
  }

  @Test func fastOpenCookies() throws {
    #expect(try #require(parsedOptions([34, 2, 1, 1])).fastOpenCookie == [])
    let cookie: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8]
    #expect(try #require(parsedOptions([34, 10] + cookie)).fastOpenCookie == cookie)
  }

  @Test func unknownOptionsAreKeptInOrder() throws {
    let options = try #require(parsedOptions([30, 4, 0xAA, 0xBB, 254, 2, 1, 30, 3, 9]))
    #expect(
      options.others == [
        UnknownTCPOption(kind: 30, data: [0xAA, 0xBB]), UnknownTCPOption(kind: 254, data: []),
        UnknownTCPOption(kind: 30, data: [9]),
      ])
  }

  @Test(
    arguments: [
      [2, 3, 9], [3, 4, 1, 1], [4, 3, 0], [5, 9, 1, 2, 3, 4, 5, 6, 7], [5, 2], [8, 4, 1, 1],
    ] as [[UInt8]])
  func aKnownKindOfAnotherLengthIsUnknown(list: [UInt8]) throws {
    let packet = decode(ipv4(6, tcp(1, 2, flags: 2, options: list)))
    let options = try #require(packet.tcp?.options)
    let kept = UnknownTCPOption(kind: list[0], data: Array(list.dropFirst(2)))
    var expected = TCPOptions()
    expected.others = [kept]
    #expect(options == expected && packet.stop == nil)
  }

  @Test func nothingIsReadAfterTheEndOfTheList() throws {
    #expect(try #require(parsedOptions([0, 3, 3, 7])) == TCPOptions())
  }

  /// A damaged list: where the damage is, and the length there.
  @Test(
    arguments: [
      ([3, 3, 7, 2], 23, 0), ([3, 3, 7, 1, 8, 0, 0, 0], 24, 0), ([3, 3, 7, 1, 8, 1, 0, 0], 24, 1),
      ([3, 3, 7, 1, 8, 10, 0, 0], 24, 10), ([3, 3, 7, 1, 1, 1, 1, 8], 27, 0),
      ([3, 3, 7, 1, 1, 1, 8, 255], 26, 255),
    ] as [([UInt8], Int, Int)])
  func whatPrecedesTheDamageIsKept(list: [UInt8], offset: Int, length: Int) throws {
    let packet = decode(ipv4(6, tcp(1, 2, flags: 2, options: list, payload: [1, 2])))
    #expect(packet.tcp?.options.windowScale == 7)
    #expect(
      packet.stop == DecodeError(layer: .tcp, offset: 20 + offset, reason: .badLength(length)))
    // The payload's place follows from the header's length all the same.
    #expect(packet.payloadLength == 2)
  }

  @Test func aHeaderLengthBelowTwentyIsSaid() {
    for words in 0..<5 {
      let packet = decode(ipv4(6, tcp(1, 2, flags: 2, headerWords: words)))
      #expect(packet.stop == DecodeError(layer: .tcp, offset: 20, reason: .badLength(words * 4)))
      #expect(packet.tcp?.destination == 2 && packet.payloadLength == 0)
    }
  }

  @Test func aHeaderLengthBeyondThePacketIsSaid() {
    let packet = decode(ipv4(6, tcp(1, 2, flags: 2, headerWords: 6)))
    #expect(packet.stop == DecodeError(layer: .tcp, offset: 20, reason: .badLength(24)))
    #expect(packet.tcp?.options == TCPOptions())
  }

  @Test func optionsThatTheCaptureCutAreNoDamage() throws {
    let whole = ipv4(6, tcp(1, 2, flags: 2, options: [3, 3, 7, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2]))
    let packet = decode(Array(whole.prefix(46)), frameLength: whole.count)
    #expect(packet.tcp?.options.windowScale == 7 && packet.tcp?.options.timestamp == nil)
    #expect(
      packet.stop
        == DecodeError(
          layer: .tcp, offset: 20, reason: .tooShort(need: 36, have: 26, limit: .capture)))
    #expect(packet.payloadLength == 0)
  }
}
