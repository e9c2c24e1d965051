import Testing

@testable import Timeline

@Suite struct SeenNumbersTests {
  @Test func whatIsAheadLeavesAHole() {
    var seen = SeenNumbers()
    let news = [0..<1, 1..<11, 21..<31, 41..<51].map { seen.take($0) }
    #expect(news == [1, 10, 10, 10])
    #expect(seen.holes == [11..<21, 31..<41])
    #expect(seen.unseen(5..<45) == 20)
    #expect(seen.unseenParts(5..<55) == [11..<21, 31..<41, 51..<55])
    #expect(seen.take(5..<45) == 20)
    #expect(seen.holes.isEmpty)
  }

  @Test func aHoleIsFilledFromItsMiddle() {
    var seen = SeenNumbers()
    _ = [0..<1, 101..<102].map { seen.take($0) }
    #expect(seen.take(40..<60) == 20)
    #expect(seen.holes == [1..<40, 60..<101])
    #expect(seen.take(30..<70) == 20)
    #expect(seen.take(0..<102) == 60)
    #expect(seen.take(0..<102) == 0)
  }

  /// Below the first that was seen nothing was seen either: it is new once.
  @Test func whatLiesBelowTheFirstIsNewOnce() {
    var seen = SeenNumbers(at: 1)
    #expect(seen.take(1..<101) == 100)
    #expect(!seen.touch(-299 ..< -199))
    #expect(seen.take(-299 ..< -199) == 100)
    #expect(seen.take(-299 ..< -199) == 0)
    #expect(seen.unseen(-299..<1) == 200)
    #expect(seen.take(-399..<51) == 300)
    #expect(seen.holes.isEmpty)
    #expect(seen.floor == -399)
  }

  @Test func whatWasNeverBegunBeginsAnywhere() {
    var seen = SeenNumbers(at: 1)
    #expect(seen.take(2_001..<3_001) == 1000)
    #expect(seen.holes.isEmpty)
    #expect(seen.take(1..<2_001) == 2000)
    #expect(seen.floor == 1)
  }

  /// Whatever comes in whatever order, each number is new once.
  @Test(arguments: 1...5 as ClosedRange<UInt64>)
  func agreesWithASet(seed: UInt64) {
    var random = Random(state: seed)
    var seen = SeenNumbers(at: 500)
    var all: Set<Int> = []
    for _ in 0..<500 {
      let low = Int(random.next() % 1000)
      let range = low..<(low + Int(random.next() % 20))
      #expect(seen.unseen(range) == Set(range).subtracting(all).count, "seed \(seed)")
      let parts = seen.unseenParts(range).flatMap { Array($0) }
      #expect(parts == Set(range).subtracting(all).sorted(), "seed \(seed)")
      let new = seen.take(range)
      #expect(new == Set(range).subtracting(all).count, "seed \(seed)")
      all.formUnion(range)
    }
  }

  @Test func thereIsALimit() {
    var seen = SeenNumbers()
    for index in 0..<(SeenNumbers.mostHoles + 10) {
      _ = seen.take((index * 10)..<(index * 10 + 5))
    }
    #expect(seen.holes.count == SeenNumbers.mostHoles)
  }
}
