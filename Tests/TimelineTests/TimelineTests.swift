import Scenario
import Testing
import Timeline
import Wire

/// A small generator with a seed that a failing test can print (SplitMix64).
struct Random: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}

@Suite struct TimelineTests {
  /// The ready scenarios one after the other, with silences between, and long waits inside.
  static func long() -> Scenario {
    var events: [Event] = []
    let scenarios =
      [Hours.few(connections: 40), Exchange(seed: 3, connections: 6).script.scenario]
      + ScenarioTests.all.map(\.scenario).filter(\.hasCalls)
    var calls = 0
    var packets = 0
    var offset: Int64 = 0
    for (index, scenario) in scenarios.enumerated() {
      let moved = scenario.events.map { $0.moved(by: offset, calls: calls, packets: packets) }
      events += moved
      calls += scenario.callCount
      packets += scenario.packetCount
      let last = scenario.events.last?.time ?? Instant(0)
      let length = last - Instant(1_700_000_000_000_000_000)
      let pauses: [Int64] = [3_000_000, 90_000_000, 2_000_000_000, 700_000_000_000]
      offset += length + pauses[index % pauses.count]
    }
    return Scenario(events: events)
  }

  @Test func rowsDoNotDependOnWhenTheyAreAskedFor() {
    let scenario = TimelineTests.long()
    let (rows, totals) = scenario.played()
    for seed in UInt64(1)...30 {
      var random = Random(state: seed)
      var timeline = scenario.timeline
      var asked: [Row] = []
      var last = scenario.events[0].time
      for event in scenario.events {
        while Int.random(in: 0..<3, using: &random) == 0 {
          let step = Int64.random(in: 0...max(1, event.time - last), using: &random)
          last = last + step
          asked += timeline.advance(to: last)
        }
        asked += timeline.append(event)
        last = max(last, event.time)
      }
      if Bool.random(using: &random) { asked += timeline.advance(to: last + 50_000_000) }
      asked += timeline.finish()
      #expect(asked == rows, "seed \(seed)")
      #expect(timeline.totals == totals, "seed \(seed)")
    }
  }

  @Test func rowsDoNotDependOnWhatComesLaterThanTheLookahead() {
    let scenario = TimelineTests.long()
    let all = scenario.rows
    for cut in stride(from: 1, to: scenario.events.count, by: 7) {
      var timeline = scenario.timeline
      let rows = scenario.events[..<cut].flatMap { timeline.append($0) }
      #expect(rows == Array(all.prefix(rows.count)), "after \(cut) events")
    }
  }

  @Test func rowsAreNoLaterThanTheLookahead() {
    let scenario = TimelineTests.long()
    var timeline = scenario.timeline
    var seen = 0
    for (index, event) in scenario.events.enumerated() {
      _ = timeline.append(event).map { _ in seen += 1 }
      let later = timeline.advance(to: event.time)
      #expect(later.isEmpty, "event \(index)")
    }
    #expect(seen > scenario.events.count / 2)
    let rest = timeline.finish()
    let oldest = scenario.events[scenario.events.count - 1].time + -Timeline.lookahead
    #expect(rest.allSatisfy { $0.time >= oldest })
  }

  @Test func everyPacketHasOneRowAndEveryCallHasOneBeginning() {
    let scenario = TimelineTests.long()
    let played = Played(scenario)
    #expect(played.packets.map(\.packet.number) == Array(1...scenario.packetCount))
    let begun = played.calls.filter { $0.part != .exit }.map(\.record.id.rawValue)
    #expect(begun == Array(1...scenario.callCount))
    #expect(played.totals.packets == scenario.packetCount)
    #expect(played.totals.calls == scenario.callCount)
    #expect(played.totals.causes.all.values.reduce(0, +) == scenario.packetCount)
    let unexplained = played.packets.filter { [.unknown, .ambiguous].contains($0.cause.kind) }
    #expect(unexplained.map { text(of: $0.cause) } == [])
  }

  @Test func rowsStandInTheOrderOfTime() {
    let rows = TimelineTests.long().rows
    #expect(zip(rows, rows.dropFirst()).allSatisfy { $0.time <= $1.time })
  }

  @Test func totalsCountConnectionsResetsAndReports() {
    let totals = Played(.fourConnections).totals
    #expect(totals.connections == 4)
    #expect(totals.resets == 0)
    #expect(totals.reports.map(\.connection.id.rawValue) == [1, 2, 3, 4])
    #expect(totals.reports.allSatisfy { $0.packets == 8 && $0.clientBytes == 13 })
    #expect(totals.causes.all == [.call: 16, .reply: 16])
    #expect(Played(.reset).totals.resets == 1)
  }

  @Test func theReportOfTheDemoIsWhole() throws {
    let report = try #require(Played(.tcpDemo).totals.reports.first)
    #expect(report.handshake == 8000)
    #expect(report.packets == 10)
    #expect(report.clientBytes == 13)
    #expect(report.serverBytes == 13)
    #expect(report.retransmissions == 0)
    #expect(
      report.closing == .fins(first: .client, firstFIN: 8, secondFIN: 9, segments: 3))
    #expect(report.clientState == .timeWait)
    #expect(report.serverState == .closed)
  }

  @Test func noMoreThanTwelveConnectionsAreReported() {
    let totals = Hours.few(connections: 40).played().totals
    #expect(totals.connections == 40)
    #expect(totals.reports.map(\.connection.id.rawValue) == Array(1...12))
  }
}

extension Event {
  /// The same event at another time, with other numbers.
  func moved(by offset: Int64, calls: Int, packets: Int) -> Event {
    switch self {
    case .packet(var packet):
      packet.time = packet.time + offset
      packet.number += packets
      return .packet(packet)
    case .printed(var line):
      line.time = line.time + offset
      return .printed(line)
    case .call(var event):
      event.time += offset
      switch event.what {
      case .entered(let id, let call, let arguments, let socket):
        event.what = .entered(
          id: id + calls, call: call, arguments: arguments, socket: socket?.moved(calls))
      case .returned(let id, let outcome, let socket, let made, let ready):
        event.what = .returned(
          id: id + calls, outcome: outcome, socket: socket?.moved(calls), made: made?.moved(calls),
          ready: ready.map { $0.moved(calls) })
      case .executed(let name, let command, let closed, let entered):
        event.what = .executed(
          name: name, command: command, closed: closed.map { $0.moved(calls) },
          entered: entered + offset)
      case .exiting(let holds):
        event.what = .exiting(holds: holds.map { $0.moved(calls) })
      default: break
      }
      return .call(event)
    }
  }
}
