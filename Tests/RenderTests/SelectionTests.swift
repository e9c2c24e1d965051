import Calls
import Golden
import Scenario
import Testing
import Timeline

@testable import Render

@Suite struct SelectionTests {
  private func rows(
    _ scenario: Scenario, matches: (Int) -> Bool = { _ in true },
    joins: (Connection) -> Bool = { _ in false }, _ change: (inout Selection) -> Void
  ) -> [Row] {
    var selection = Selection()
    change(&selection)
    var selector = Selector(selection)
    let rows = scenario.rows
    return rows.filter {
      if case .opening(let facts) = $0.content { selector.note(facts, joins: joins) }
      return selector.judge($0, since: $0.time - rows[0].time, matches: matches) == .shown
    }
  }

  private func packets(_ rows: [Row]) -> [Int] {
    rows.compactMap { if case .packet(let row) = $0.content { row.packet.number } else { nil } }
  }

  private func calls(_ rows: [Row]) -> [Int] {
    rows.compactMap { row in
      if case .call(let call) = row.content, call.part != .exit {
        call.record.id.rawValue
      } else {
        nil
      }
    }
  }

  @Test func everythingIsKeptWithoutASelection() {
    #expect(rows(.tcpDemo) { _ in }.count == Scenario.tcpDemo.rows.count)
  }

  @Test func connectionsAreChosen() {
    let kept = rows(.fourConnections) { $0.connections = [2] }
    #expect(packets(kept) == [4, 5, 6, 15, 16, 22, 27, 28])
    #expect(calls(kept) == [5, 9, 13, 17, 21, 25, 29])
  }

  @Test func processesAreChosenWithTheirConnections() {
    let kept = rows(.fourConnections) { $0.processes = [4123] }
    #expect(calls(kept) == [6, 10, 18, 26])
    #expect(packets(kept) == [7, 8, 9, 17, 18, 23, 29, 30])
  }

  @Test func callsAreChosenWithThePacketsTheyCaused() {
    let kept = rows(.tcpDemo) { $0.calls = [.connect, .write] }
    #expect(calls(kept) == [6, 8, 10])
    #expect(packets(kept) == [1, 4, 6])
  }

  /// Packets stay, whatever caused them.
  @Test func callsAreLeftOut() {
    let all = rows(.tcpDemo) { _ in }
    let kept = rows(.tcpDemo) { $0.hiddenCalls = [.connect, .write] }
    #expect(packets(kept) == packets(all))
    #expect(calls(kept) == calls(all).filter { ![6, 8, 10].contains($0) })
  }

  @Test func controlIsHandshakeAndClose() {
    let kept = rows(.tcpDemo) { $0.isControl = true }
    #expect(packets(kept) == [1, 2, 3, 8, 9, 10])
    #expect(calls(kept) == [1, 2, 3, 4, 5, 6, 12, 13, 14])
  }

  @Test func timesAreSecondsSinceTheZero() {
    let kept = rows(.tcpDemo) {
      $0.from = 0.001368
      $0.to = 0.001437
    }
    #expect(packets(kept) == [4, 5, 6, 7])
  }

  @Test func countsArePackets() {
    let kept = rows(.tcpDemo) { $0.count = 3 }
    #expect(packets(kept) == [1, 2, 3])
    #expect(calls(kept).last == 6)
    #expect(rows(.tcpDemo) { $0.count = 0 }.isEmpty)
  }

  @Test func filtersChoosePackets() {
    let kept = rows(.tcpDemo, matches: { $0 == 4 }) { $0.hasFilter = true }
    #expect(packets(kept) == [4])
    #expect(packets(rows(.tcpDemo, matches: { $0 == 4 }) { _ in }).count == 10)
  }

  /// A filter keeps the calls of the connections whose packets pass, and none of others.
  @Test func filtersChooseTheCallsOfTheirConnections() {
    let own = [4, 5, 6, 15, 16, 22, 27, 28]
    let kept = rows(
      .fourConnections, matches: { own.contains($0) }, joins: { $0.id.rawValue == 2 }
    ) { $0.hasFilter = true }
    #expect(packets(kept) == own)
    #expect(calls(kept) == [5, 9, 13, 17, 21, 25, 29])
  }

  /// The accept() of the second connection, and epoll_wait() that its packets woke.
  @Test func whatAConnectionWokeStays() {
    let kept = rows(.proxy) { $0.connections = [2] }
    let names = kept.compactMap { row in
      if case .call(let call) = row.content, call.part != .enter { call.record.call } else { nil }
    }
    #expect(names.contains(.accept))
    #expect(names.contains(.epollWait))
    #expect(
      kept.allSatisfy { $0.connection == nil || $0.connection == ConnectionID(2) || $0.isOpening })
  }

  /// A call that was shown and returns later is told as a whole.
  @Test func callsAreCutNowhere() {
    var selection = Selection()
    selection.to = 0.00137
    var selector = Selector(selection)
    let rows = Scenario.tcpDemo.rows
    let verdicts = rows.map { row in
      selector.judge(row, since: row.time - rows[0].time) { _ in true }
    }
    #expect(verdicts.contains(.late))
    #expect(!verdicts.contains(.early))
  }

  /// Whatever a row names is shown, or marked as left out.
  @Test(arguments: [0, 1, 2, 3, 4])
  func whatIsLeftOutIsMarked(kind: Int) {
    var selection = Selection()
    switch kind {
    case 0: selection.isControl = true
    case 1: selection.calls = [.connect, .accept, .write]
    case 2: selection.from = 0.00135
    case 3: selection.processes = [4121]
    default: selection.count = 5
    }
    for isLines in [false, true] {
      let text = ladder(.tcpDemo, selection) {
        $0.width = 152
        $0.isLines = isLines
      }
      let lines = text.split(separator: "\n").prefix { !$0.hasPrefix("TCP 1 closed") }
      let shown = Set(
        lines.compactMap { line in
          line.prefixMatch(of: /\ *[\d.]+(?:\ ms)?\ +(\d+)\ /)?.output.1
        })
      for line in lines {
        for match in line.matches(of: /(?:woken by|answers|because of|wait:) (\d+)(\*?)/) {
          let (_, number, mark) = match.output
          #expect(shown.contains(number) == mark.isEmpty, "\(line)\n\(text)")
        }
      }
    }
  }

  @Test func callsThatWereKeptAreForgottenInTime() {
    var selection = Selection()
    selection.calls = [.write]
    var selector = Selector(selection)
    var arguments = CallArguments()
    arguments.count = 1
    for number in 1...20_000 {
      let record = CallRecord(
        id: CallID(number), call: .write, arguments: arguments,
        process: ProcessName(id: 1, name: "a"), thread: 1, entered: Instant(0))
      let row = Row(
        time: Instant(0), content: .call(CallRow(record: record, part: .whole, side: .client)))
      let verdict = selector.judge(row, since: 0, matches: { _ in true })
      #expect(verdict == .shown)
    }
    let size = Mirror(reflecting: selector).children.first { $0.label == "kept" }
    #expect((size?.value as? RecentNumbers)?.count ?? .max <= 8192)
  }

  /// Everything is analysed first and selected then.
  @Test(arguments: ["control", "connection", "late", "calls"])
  func selectedLaddersAreTheGoldenText(name: String) {
    var selection = Selection()
    var scenario = Scenario.tcpDemo
    switch name {
    case "control": selection.isControl = true
    case "connection":
      selection.connections = [2]
      scenario = .fourConnections
    case "late": selection.from = 0.0013
    default: selection.calls = [.connect, .accept]
    }
    let difference = Golden.difference(
      of: ladder(scenario, selection), from: "selection-\(name).txt")
    #expect(difference == nil, "\(difference ?? "")")
  }
}
