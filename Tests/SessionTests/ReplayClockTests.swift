import CaptureFile
import Testing
import Timeline
import Wire

@testable import Session

@Suite struct ReplayClockTests {
  private func record(_ time: Int64?) -> CaptureRecord {
    var record = CaptureRecord(time: time ?? 0, frameLength: 0, link: .ethernet, bytes: [])
    record.hasTime = time != nil
    return record
  }

  @Test func keepsTimesThatGoOn() {
    var clock = ReplayClock()
    let times: [Int64] = [10, 10, 20]
    #expect(times.map { clock.time(of: record($0)).nanoseconds } == times)
    #expect(clock.notes.isEmpty)
  }

  @Test func neverGoesBack() {
    var clock = ReplayClock()
    let times: [Int64] = [10, 30, 20, 25, 40]
    #expect(times.map { clock.time(of: record($0)).nanoseconds } == [10, 30, 30, 30, 40])
    #expect(
      clock.notes == [
        "2 packets are stamped earlier than a packet before: "
          + "shown at that one's time, in the order of the file."
      ])
  }

  @Test func givesPacketsWithoutTimeThatOfTheOneBefore() {
    var clock = ReplayClock()
    #expect(clock.time(of: record(10)) == Instant(10))
    #expect(clock.time(of: record(nil)) == Instant(10))
    #expect(clock.notes == ["1 packet has no time in the file."])
  }
}
