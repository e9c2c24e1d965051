import Testing
import Wire

@testable import CaptureFile

@Suite struct PcapTests {
  private let packet: [UInt8] = [1, 2, 3, 4, 5]

  @Test(arguments: [true, false])
  func microAndNanoseconds(isBigEndian: Bool) {
    for (magic, time) in [
      (MadePcap.micro, Int64(1_700_000_000_000_123_000)),
      (MadePcap.nano, 1_700_000_000_000_000_123),
      (MadePcap.modified, 1_700_000_000_000_123_000),
    ] {
      var file = MadePcap(magic: magic, isBigEndian: isBigEndian, snaplen: 300)
      file.packet(1_700_000_000, 123, packet, length: 77)
      let reading = Reading(file.bytes)
      #expect(reading.error == nil)
      #expect(
        reading.records == [
          CaptureRecord(
            time: time, frameLength: 77, link: .ethernet, snaplen: 300, bytes: packet)
        ])
      #expect(reading.interfaces.map(\.snaplen) == [300])
    }
  }

  @Test(arguments: [UInt32(0), 1, 101, 108, 113, 228, 229, 276, 105])
  func linkTypes(number: UInt32) {
    // The upper bits tell of a frame check sequence.
    for upper in [UInt32(0), 0x1400_0000] {
      var file = MadePcap(magic: MadePcap.micro, isBigEndian: true, link: upper | number)
      file.packet(0, 0, packet)
      #expect(Reading(file.bytes).records.map(\.link.rawValue) == [Int32(number)])
    }
  }

  @Test func aFileWithoutPackets() {
    let reading = Reading(MadePcap(magic: MadePcap.micro, isBigEndian: false).bytes)
    #expect(reading.records.isEmpty && reading.error == nil && reading.interfaces.count == 1)
  }

  @Test func theFrameIsAtLeastWhatWasCaptured() {
    var file = MadePcap(magic: MadePcap.micro, isBigEndian: false)
    file.packet(0, 0, packet, length: 2)
    #expect(Reading(file.bytes).records.map(\.frameLength) == [5])
  }

  @Test func timesUpToTheLastOfTheFormat() {
    var file = MadePcap(magic: MadePcap.nano, isBigEndian: false)
    file.packet(.max, 999_999_999, packet)
    file.packet(.max, .max, packet)
    #expect(
      Reading(file.bytes).records.map(\.time) == [
        4_294_967_295_999_999_999, 4_294_967_299_294_967_295,
      ])
  }

  @Test(arguments: [(UInt16(1), UInt16(4)), (2, 5), (3, 0), (0, 0)])
  func otherVersionsAreSaid(major: UInt16, minor: UInt16) {
    let file = MadePcap(
      magic: MadePcap.micro, isBigEndian: false, version: (major, minor))
    #expect(
      Reading(file.bytes).error
        == CaptureFileError(.unknownVersion(major: Int(major), minor: Int(minor))))
  }

  @Test func aLengthThatCannotBeIsSaidAtOnce() {
    for captured in [UInt32(262_145), .max] {
      var file = MadePcap(magic: MadePcap.micro, isBigEndian: false)
      file.packet(0, 0, packet)
      file.packet(0, 0, packet, captured: captured)
      let reading = Reading(file.bytes)
      #expect(reading.records.count == 1)
      #expect(
        reading.error == CaptureFileError(.badLength(Int(captured)), offset: 45, packet: 1))
    }
  }

  @Test func packetsOfTheGreatestLength() {
    var file = MadePcap(magic: MadePcap.micro, isBigEndian: false)
    file.packet(0, 0, [UInt8](repeating: 1, count: 262_144))
    #expect(Reading(file.bytes, pieceSize: 4_096).records.map(\.bytes.count) == [262_144])
  }
}
