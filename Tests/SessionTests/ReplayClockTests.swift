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

  /// The order goes on, the stamps are as the file has them.
  @Test func tellsOfStampsThatGoBack() {
    var clock = ReplayClock()
    let times: [Int64] = [10, 30, 20, 25, 40]
    var stamps: [Int64] = []
    for time in times {
      _ = clock.time(of: record(time))
      stamps.append(clock.stamp.nanoseconds)
    }
    #expect(stamps == times)
    #expect(
      clock.notes == [
        "1 packet has an earlier timestamp than the packet before: "
          + "order and times are those of the file."
      ])
  }

  @Test func givesPacketsWithoutTimeThatOfTheOneBefore() {
    var clock = ReplayClock()
    #expect(clock.time(of: record(10)) == Instant(10))
    #expect(clock.time(of: record(nil)) == Instant(10))
    #expect(clock.notes == ["1 packet has no time in the file."])
  }
}
