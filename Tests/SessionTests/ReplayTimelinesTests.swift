import Calls
import Scenario
import Testing
import Timeline
import Wire

@testable import Session

@Suite struct ReplayTimelinesTests {
  /// The rows of scenarios that go on at the same time, each in a timeline of its own.
  private func play(_ scenarios: [Scenario]) -> (rows: [Row], totals: Totals) {
    var timelines = ReplayTimelines()
    for (run, scenario) in scenarios.enumerated() {
      timelines.begin(run, hasCalls: scenario.hasCalls)
      for (process, side) in scenario.hints { timelines.hint(process, side, of: run) }
    }
    let events = scenarios.enumerated().flatMap { run, scenario in
      scenario.events.map { (run, $0) }
    }
    let order = events.indices.sorted {
      (events[$0].1.time, $0) < (events[$1].1.time, $1)
    }
    var rows: [Row] = []
    for index in order { timelines.append(events[index].1, of: events[index].0, into: &rows) }
    timelines.finish(into: &rows)
    return (rows, timelines.totals)
  }

  private func causes(_ rows: [Row]) -> [Cause] {
    rows.compactMap { if case .packet(let row) = $0.content { row.cause } else { nil } }
  }

  @Test func oneIsAsItIs() {
    let played = play([.fourConnections])
    let (rows, totals) = Scenario.fourConnections.played()
    #expect(played.rows == rows)
    #expect(played.totals == totals)
  }

  /// The same ports, sockets, processes and calls at the same time: nothing is taken for the other.
  @Test func twinsStayApart() {
    let (rows, totals) = play([.tcpDemo, .tcpDemo])
    let single = Scenario.tcpDemo.played()
    #expect(rows.map(\.time) == rows.map(\.time).sorted())
    #expect(rows.count == 2 * single.rows.count)
    #expect(totals.packets == 20 && totals.calls == 28 && totals.connections == 2)
    #expect(totals.reports.map(\.connection.id.rawValue) == [1, 2])
    for id in [1, 2] {
      let own = rows.filter { $0.connection == ConnectionID(id) }
      #expect(causes(own) == causes(single.rows))
      let openings = own.filter { if case .opening = $0.content { true } else { false } }
      #expect(openings.count == 1)
    }
  }

  @Test func numbersThatWereGivenHold() {
    var timelines = ReplayTimelines()
    let late = Scenario.tcpDemo
    var rows: [Row] = []
    timelines.begin(0, hasCalls: true)
    for event in Scenario.fourConnections.events {
      timelines.append(event, of: 0, into: &rows)
    }
    timelines.advance(to: Instant(Int64.max / 2), into: &rows)
    let first = Set(rows.compactMap(\.connection?.rawValue))
    timelines.begin(1, hasCalls: true)
    var more: [Row] = []
    for event in late.events { timelines.append(event, of: 1, into: &more) }
    timelines.finish(into: &more)
    let second = Set(more.compactMap(\.connection?.rawValue))
    #expect(first == [1, 2, 3, 4])
    #expect(second == [5])
  }

  @Test func packetsOfNoRecordingHaveTheirOwn() {
    var timelines = ReplayTimelines()
    timelines.begin(0, hasCalls: true)
    var rows: [Row] = []
    for event in Scenario.withoutCalls.events {
      timelines.append(event, of: nil, into: &rows)
    }
    timelines.finish(into: &rows)
    #expect(causes(rows).count == 10)
    #expect(causes(rows) == causes(Scenario.withoutCalls.rows))
  }
}
