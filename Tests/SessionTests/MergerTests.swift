import Calls
import Testing
import Timeline
import Wire

@testable import Session

@Suite struct MergerTests {
  private func printed(_ text: String, _ time: Int64) -> Event {
    .printed(PrintedLine(time: Instant(time), process: 1, text: text))
  }

  private func texts(_ events: [Event]) -> [String] {
    events.map { if case .printed(let line) = $0 { line.text } else { "?" } }
  }

  @Test func bringsSourcesIntoTheOrderOfTime() {
    var merger = Merger()
    merger.add([printed("a", 1), printed("c", 3), printed("e", 5)])
    merger.add([printed("b", 2), printed("d", 4)])
    #expect(texts(merger.take(before: Instant(10))) == ["a", "b", "c", "d", "e"])
    #expect(merger.isEmpty)
  }

  @Test func keepsWhatIsNotOldEnough() {
    var merger = Merger()
    merger.add([printed("late", 9), printed("early", 1)])
    #expect(texts(merger.take(before: Instant(9))) == ["early"])
    #expect(!merger.isEmpty)
    merger.add([printed("between", 5)])
    #expect(texts(merger.take(before: Instant(10))) == ["between", "late"])
  }

  @Test func equalTimesKeepTheOrderTheyCameIn() {
    var merger = Merger()
    let first = (0..<50).map { printed("a\($0)", 7) }
    let second = (0..<50).map { printed("b\($0)", 7) }
    merger.add(first)
    merger.add(second + [printed("before", 6)])
    let taken = texts(merger.take(before: Instant(8)))
    #expect(taken == ["before"] + (0..<50).map { "a\($0)" } + (0..<50).map { "b\($0)" })
  }

  @Test func equalTimesKeepTheirOrderAcrossAdditions() {
    var merger = Merger()
    merger.add([printed("x", 5), printed("a", 7)])
    #expect(texts(merger.take(before: Instant(6))) == ["x"])
    merger.add([printed("b", 7)])
    #expect(texts(merger.take(before: Instant(8))) == ["a", "b"])
  }

  @Test func nothingGivesNothing() {
    var merger = Merger()
    merger.add([])
    #expect(merger.isEmpty)
    #expect(merger.take(before: Instant(Int64.max)).isEmpty)
  }
}
