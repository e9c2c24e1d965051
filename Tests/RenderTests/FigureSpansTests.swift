import Testing
import Timeline

@testable import Render

@Suite struct FigureSpansTests {
  /// Entries on whose lines the client's end is drawn or not.
  private func entries(_ there: [Bool]) -> [FigureEntry] {
    there.map { isThere in
      var line = LadderLine()
      line.client.end = isThere ? .runs : .none
      return FigureEntry(line: line)
    }
  }

  private func spans(_ there: [Bool], _ states: [Int: TCPState]) -> [FigureSpan] {
    FigureSpans.of(entries(there), states: states.mapValues { [.client: $0] })
      .filter { $0.side == .client }
  }

  @Test func statesFollowEachOther() {
    let found = spans(
      [true, true, true, true, true],
      [0: .synSent, 1: .established, 3: .finWait1, 4: .timeWait])
    #expect(found.map(\.state) == [.synSent, .established, .finWait1, .timeWait])
    #expect(found.map(\.first) == [0, 1, 3, 4])
    #expect(found.map(\.last) == [1, 3, 4, 4])
  }

  @Test func aStateThatStaysIsOneSpan() {
    let found = spans([true, true, true], [0: .established, 1: .established])
    #expect(found.map(\.first) == [0])
    #expect(found.map(\.last) == [2])
  }

  @Test func anEndWithoutStatesHasABand() {
    let found = spans([false, true, true, false], [:])
    #expect(found.map(\.state) == [nil])
    #expect(found.map { $0.first...$0.last } == [1...2])
  }

  @Test func anEndThatNeverWasHasNone() {
    #expect(spans([false, false], [:]).isEmpty)
    #expect(spans([false, false], [1: .closed]).isEmpty)
  }
}
