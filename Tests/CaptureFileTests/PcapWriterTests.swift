import CaptureFile
import Testing
import Wire

@Suite struct PcapWriterTests {
  private func file(_ writer: PcapWriter, _ records: [CaptureRecord]) -> [UInt8] {
    records.reduce(into: writer.header()) {
      $0 += writer.record(
        timeNanoseconds: $1.time, frameLength: $1.frameLength, bytes: $1.bytes)
    }
  }

  @Test func whatIsWrittenReadsBackTheSame() {
    let records = [0, 1, 60, 1_514, 65_549].map { count in
      CaptureRecord(
        time: 1_700_000_000_123_456_789, frameLength: count + 3, link: .linuxSLL2,
        snaplen: 262_144, bytes: (0..<count).map { UInt8(truncatingIfNeeded: $0) })
    }
    let reading = Reading(file(PcapWriter(link: .linuxSLL2, snaplen: 262_144), records))
    #expect(reading.records == records && reading.error == nil)
  }

  @Test func packetsAreCutToTheSnaplen() {
    let record = CaptureRecord(
      time: 5, frameLength: 9, link: .ethernet, bytes: [1, 2, 3, 4, 5])
    let reading = Reading(file(PcapWriter(link: .ethernet, snaplen: 3), [record]))
    #expect(reading.records.map(\.bytes) == [[1, 2, 3]])
    #expect(reading.records.map(\.frameLength) == [9] && reading.records.map(\.snaplen) == [3])
  }

  @Test func zeroIsNoLimit() {
    let record = CaptureRecord(time: 5, frameLength: 5, link: .ethernet, bytes: [1, 2, 3, 4, 5])
    let reading = Reading(file(PcapWriter(link: .ethernet, snaplen: 0), [record]))
    #expect(reading.records.map(\.bytes) == [[1, 2, 3, 4, 5]])
    #expect(reading.interfaces.map(\.snaplen) == [262_144])
  }

  @Test(arguments: [Int32(12), 14, 101])
  func rawLinksHaveTheNumberOfFiles(number: Int32) {
    let writer = PcapWriter(link: LinkType(rawValue: number), snaplen: 96)
    #expect(Reading(writer.header()).interfaces.map(\.link) == [.raw])
  }

  @Test(arguments: [
    (Int64(-1), Int64(0)), (.min, 0), (.max, 4_294_967_295_999_999_999),
    (4_294_967_295_999_999_999, 4_294_967_295_999_999_999),
  ])
  func timesThatTheFormatCannotHold(time: Int64, written: Int64) {
    let record = CaptureRecord(time: time, frameLength: 1, link: .raw, bytes: [1])
    #expect(
      Reading(file(PcapWriter(link: .raw, snaplen: 96), [record])).records.map(\.time)
        == [written])
  }

  @Test func theFrameIsAtLeastWhatIsThere() {
    let record = CaptureRecord(time: 0, frameLength: 1, link: .raw, bytes: [1, 2, 3])
    let reading = Reading(file(PcapWriter(link: .raw, snaplen: 2), [record]))
    #expect(reading.records.map(\.frameLength) == [3])
    #expect(reading.records.map(\.bytes) == [[1, 2]])
  }
}
