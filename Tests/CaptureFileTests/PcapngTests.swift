import Frames
import Testing
import Wire

@testable import CaptureFile

@Suite struct PcapngTests {
  private let packet: [UInt8] = [1, 2, 3, 4, 5]

  @Test(arguments: [true, false])
  func enhancedPackets(isBigEndian: Bool) {
    var file = MadePcapng(isBigEndian: isBigEndian)
    file.section()
    file.interface(link: 1, snaplen: 128)
    file.packet(0, time: 1_700_000_000_123_456, packet, length: 60)
    let reading = Reading(file.bytes)
    #expect(reading.error == nil)
    #expect(
      reading.records == [
        CaptureRecord(
          time: 1_700_000_000_123_456_000, frameLength: 60, link: .ethernet, snaplen: 128,
          bytes: packet)
      ])
  }

  @Test(arguments: [true, false])
  func packetsOfTheObsoleteKind(isBigEndian: Bool) {
    var file = MadePcapng(isBigEndian: isBigEndian)
    file.section()
    file.interface(link: 1)
    file.interface(link: 101)
    file.packet(1, time: 9, packet, isOld: true)
    #expect(
      Reading(file.bytes).records == [
        CaptureRecord(time: 9_000, frameLength: 5, link: .raw, interface: 1, bytes: packet)
      ])
  }

  @Test func simplePacketsHaveNoTime() {
    var file = MadePcapng(isBigEndian: false)
    file.section()
    file.interface(link: 1, snaplen: 4)
    file.simple([1, 2, 3, 4], length: 60)
    file.interface(link: 101)
    file.simple([1, 2])
    let records = Reading(file.bytes).records
    #expect(records.map(\.bytes) == [[1, 2, 3, 4], [1, 2]])
    #expect(records.map(\.frameLength) == [60, 2])
    #expect(records.map(\.hasTime) == [false, false] && records.map(\.time) == [0, 0])
    #expect(records.map(\.link) == [.ethernet, .ethernet])
  }

  @Test func interfacesBelongToTheirSection() {
    var file = MadePcapng(isBigEndian: true)
    file.section()
    file.interface(link: 1, options: file.option(2, Array("eth0".utf8)))
    file.interface(link: 101, options: file.option(2, Array("tun0".utf8)))
    file.packet(1, time: 1, packet)
    file.section(isBigEndian: false)
    file.interface(link: 276, options: file.option(2, Array("any".utf8)))
    file.packet(0, time: 2, packet)
    let reading = Reading(file.bytes)
    #expect(reading.error == nil)
    #expect(reading.interfaces.map(\.name) == ["eth0", "tun0", "any"])
    #expect(reading.records.map(\.interface) == [1, 2])
    #expect(reading.records.map(\.link) == [.raw, .linuxSLL2])
  }

  @Test func anInterfaceOfTheSectionBeforeIsUnknown() {
    var file = MadePcapng(isBigEndian: true)
    file.section()
    file.interface(link: 1)
    file.interface(link: 1)
    file.packet(1, time: 1, packet)
    file.section()
    file.interface(link: 1)
    let offset = file.bytes.count
    file.packet(1, time: 2, packet)
    let reading = Reading(file.bytes)
    #expect(reading.records.count == 1)
    #expect(
      reading.error == CaptureFileError(.unknownInterface(1), offset: offset, packet: 1))
  }

  @Test func unitAndOffsetOfTimes() {
    var file = MadePcapng(isBigEndian: false)
    file.section()
    file.interface(link: 1, options: file.option(9, [9]))
    file.interface(link: 1, options: file.option(9, [0x80 | 10]) + file.option(14, 1_700_000_000))
    file.interface(link: 1, options: file.option(9, [0]) + file.option(14, UInt64(bitPattern: -5)))
    file.packet(0, time: 1_700_000_000_123_456_789, packet)
    file.packet(1, time: 1_536, packet)
    file.packet(2, time: 7, packet)
    #expect(
      Reading(file.bytes).records.map(\.time) == [
        1_700_000_000_123_456_789, 1_700_000_001_500_000_000, 2_000_000_000,
      ])
  }

  @Test func commentsAreKept() {
    var file = MadePcapng(isBigEndian: false)
    file.section(options: file.option(1, Array("the section".utf8)) + file.option(0, []))
    file.interface(link: 1, options: file.option(1, Array("the interface".utf8)))
    file.packet(
      0, time: 1, packet,
      options: file.option(1, Array("one".utf8)) + file.option(2, [0, 0, 0, 0])
        + file.option(1, [0x61, 0xFF]))
    let reading = Reading(file.bytes)
    #expect(reading.comments == ["the section", "the interface"])
    #expect(reading.records.map(\.comments) == [["one", "a\u{FFFD}"]])
  }

  @Test func otherBlocksAreSkipped() {
    var file = MadePcapng(isBigEndian: false)
    file.section()
    // Name resolution, statistics, systemd journal, decryption secrets, custom, unknown.
    for type in [UInt32(4), 5, 9, 10, 0xBAD, 0x4000_0BAD, 0x7777_7777] {
      file.block(type, [1, 2, 3, 4, 5, 6, 7, 8])
    }
    file.block(77, [])
    file.interface(link: 1)
    file.packet(0, time: 1, packet)
    let reading = Reading(file.bytes)
    #expect(reading.records.count == 1 && reading.error == nil)
  }

  @Test func lengthsThatDifferAreSaid() {
    var file = MadePcapng(isBigEndian: false)
    file.section()
    file.interface(link: 1)
    let offset = file.bytes.count
    file.block(5, [1, 2, 3, 4], lastLength: 20)
    #expect(
      Reading(file.bytes).error == CaptureFileError(.lengthsDiffer(16, 20), offset: offset))
  }

  @Test(arguments: [UInt32(0), 8, 13, 15, 0x1000_0001, 0xFFFF_FFFC])
  func lengthsThatCannotBeAreSaid(length: UInt32) {
    var file = MadePcapng(isBigEndian: false)
    file.section()
    let offset = file.bytes.count
    var made = MadeBytes(isBigEndian: false)
    made.add(UInt32(5))
    made.add(length)
    let bytes = file.bytes + made.bytes + [UInt8](repeating: 0, count: 40)
    #expect(
      Reading(bytes).error == CaptureFileError(.badLength(Int(length)), offset: offset))
  }

  @Test func captureLengthsBeyondTheBlockAreSaid() {
    for (isOld, captured) in [(true, UInt32(9)), (false, 9), (false, .max)] {
      var file = MadePcapng(isBigEndian: true)
      file.section()
      file.interface(link: 1)
      let offset = file.bytes.count
      file.packet(0, time: 1, packet, captured: captured, isOld: isOld)
      #expect(
        Reading(file.bytes).error
          == CaptureFileError(.badLength(Int(captured)), offset: offset))
    }
    var file = MadePcapng(isBigEndian: true)
    file.section()
    file.interface(link: 1)
    let offset = file.bytes.count
    file.simple([1, 2, 3, 4], length: 5)
    #expect(Reading(file.bytes).error == CaptureFileError(.badLength(5), offset: offset))
  }

  @Test func blocksShorterThanTheirFieldsAreSaid() {
    for (type, body) in [(UInt32(1), 4), (2, 16), (3, 0), (6, 16)] {
      var file = MadePcapng(isBigEndian: false)
      file.section()
      file.interface(link: 1)
      let offset = file.bytes.count
      file.block(type, [UInt8](repeating: 0, count: body))
      #expect(
        Reading(file.bytes).error == CaptureFileError(.badLength(body + 12), offset: offset))
    }
  }

  @Test func aSectionThatIsNone() {
    var file = MadePcapng(isBigEndian: true)
    file.section(mark: 0x1A2B_3C4E)
    #expect(Reading(file.bytes).error == CaptureFileError(.badByteOrder(0x1A2B_3C4E)))
    var short = MadePcapng(isBigEndian: true)
    short.block(0x0A0D_0D0A, [0x1A, 0x2B, 0x3C, 0x4D])
    #expect(Reading(short.bytes).error == CaptureFileError(.badLength(16)))
  }

  @Test(arguments: [(UInt16(1), UInt16(0), true), (1, 2, true), (1, 1, false), (2, 0, false)])
  func versions(major: UInt16, minor: UInt16, isKnown: Bool) {
    var file = MadePcapng(isBigEndian: true)
    file.section(version: (major, minor))
    #expect((Reading(file.bytes).error == nil) == isKnown)
  }

  @Test func anEmptyFileOfOneSection() {
    var file = MadePcapng(isBigEndian: true)
    file.section()
    #expect(Reading(file.bytes).error == nil)
  }
}
