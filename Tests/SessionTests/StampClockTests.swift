import CaptureFile
import Testing
import Wire

@testable import Session

@Suite struct StampClockTests {
  private static let second: Int64 = 1_000_000_000
  private static let start: Int64 = 1_700_000_000 * second

  /// The times of packets with these stamps, in milliseconds from the start; nil has none.
  private func times(_ stamps: [Int64?]) -> [Int64] {
    var order = ItemOrder()
    var times: [Int64] = []
    func take(_ isLast: Bool) {
      while case .packet(let record)? = order.take(isLast: isLast) {
        times.append(((record.order ?? -1) - Self.start) / 1_000_000)
        #expect(record.hasTime == (stamps[times.count - 1] != nil))
      }
    }
    for stamp in stamps {
      var record = CaptureRecord(
        time: stamp.map { Self.start + $0 * 1_000_000 } ?? 0, frameLength: 0, link: .ethernet,
        bytes: [])
      record.hasTime = stamp != nil
      order.put(.packet(record))
      take(false)
    }
    take(true)
    #expect(times.count == stamps.count)
    return times
  }

  @Test func followsStampsThatGoOn() {
    #expect(times([0, 1, 1, 700, 90_000, 90_001]) == [0, 1, 1, 700, 90_000, 90_001])
    #expect(times([nil, 5, nil, 7]).suffix(3) == [5, 5, 7])
  }

  /// Two queues of a card, some microseconds or milliseconds apart.
  @Test func aLittleDisorderMovesNothing() {
    #expect(times([0, 10, 4, 12, 11, 20]) == [0, 10, 10, 12, 12, 20])
  }

  @Test func oneWrongStampMovesNoOther() {
    let year: Int64 = 365 * 86_400_000
    #expect(times([0, 1, 10 * year, 2, 3]) == [0, 1, 1, 2, 3])
    #expect(times([0, 1, -10 * year, 2, 3]) == [0, 1, 1, 2, 3])
    #expect(times([10 * year, 0, 1, 2]) == [0, 0, 1, 2])
    #expect(times([0, 1, 2, 5_000, 3, 4]) == [0, 1, 2, 2, 3, 4])
  }

  /// The clock behind the stamps was set back by an hour: time goes on evenly.
  @Test func aClockThatIsSetBack() {
    let hour: Int64 = 3_600_000
    #expect(
      times([0, 10, 20, 30 - hour, 40 - hour, 60 - hour]) == [0, 10, 20, 20, 30, 50])
    // And set right again later.
    #expect(
      times([0, 10, 20 - hour, 30 - hour, 5_000, 5_010]) == [0, 10, 10, 20, 5_000, 5_010])
  }

  /// Wrong stamps at the end of what can be told are no end of time.
  @Test func theGreatestStamps() {
    var clock = StampClock()
    #expect(clock.take(Self.start, before: .max) == Self.start)
    #expect(clock.take(.max, before: .max) == StampClock.limit)
    #expect(clock.take(.max, before: Self.start) == StampClock.limit)
    #expect(clock.take(Self.start, before: nil) == StampClock.limit)
    #expect(clock.take(.min, before: nil) == StampClock.limit)
  }

  @Test(arguments: 1...4 as ClosedRange<UInt64>)
  func neverGoesBack(seed: UInt64) {
    var state = seed
    var clock = StampClock()
    var last: Int64 = 0
    for _ in 0..<5000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let stamp = Int64(bitPattern: state >> (1 + state % 40))
      let time = clock.take(stamp, before: state % 3 == 0 ? Int64(state % 1_000_000_007) : nil)
      #expect(time >= last && time <= StampClock.limit, "seed \(seed)")
      last = time
    }
  }
}
