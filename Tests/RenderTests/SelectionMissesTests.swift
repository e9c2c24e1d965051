import Calls
import Testing
import Timeline

@testable import Render

@Suite struct SelectionMissesTests {
  @Test func nothingIsAskedFor() {
    let misses = SelectionMisses(Selection())
    #expect(misses.misses(connections: 0, hasCalls: false) == [])
  }

  @Test func connectionsBehindTheLast() {
    var selection = Selection()
    selection.connections = [1, 3, 999]
    let misses = SelectionMisses(selection)
    #expect(misses.misses(connections: 999, hasCalls: true) == [])
    #expect(
      misses.misses(connections: 2, hasCalls: true) == [
        .connection(3, of: 2), .connection(999, of: 2),
      ])
  }

  @Test func processesCallsAndTimes() {
    let name = ProcessName(id: 7, name: "client")
    var selection = Selection()
    selection.processes = [7, 8]
    selection.from = 2.5
    var misses = SelectionMisses(selection)
    misses.note([
      Row(time: Instant(1_000), content: .signal(13, name, .client)),
      Row(time: Instant(2_000_001_000), content: .signal(13, name, .client)),
    ])
    #expect(
      misses.misses(connections: 1, hasCalls: true) == [
        .process(8, known: [7]), .from(2.5, last: 2_000_000_000),
      ])
    selection.processes = []
    selection.from = 1.5
    selection.calls = [.sendmmsg, .connect]
    misses = SelectionMisses(selection)
    #expect(
      misses.misses(connections: 1, hasCalls: true).contains(.calls(["connect", "sendmmsg"])))
    #expect(misses.misses(connections: 1, hasCalls: false).contains(.noCalls))
  }
}
