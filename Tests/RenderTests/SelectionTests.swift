import Calls
import Golden
import Render
import Scenario
import Testing
import Timeline

@Suite struct SelectionTests {
  private func rows(
    _ scenario: Scenario, matches: (Int) -> Bool = { _ in true },
    _ change: (inout Selection) -> Void
  ) -> [Row] {
    var selection = Selection()
    change(&selection)
    var selector = Selector(selection)
    let rows = scenario.rows
    return rows.filter {
      if case .opening(let facts) = $0.content { selector.note(facts) }
      return selector.keeps($0, since: $0.time - rows[0].time, matches: matches)
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
    #expect(calls(kept) == [5, 9, 17, 21, 25, 29])
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
    #expect(packets(kept) == [1, 2, 8, 9])
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
    #expect(calls(kept).count == 14)
    #expect(packets(rows(.tcpDemo, matches: { $0 == 4 }) { _ in }).count == 10)
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
      let isKept = selector.keeps(row, since: 0, matches: { _ in true })
      #expect(isKept)
    }
    let size = Mirror(reflecting: selector).children.first { $0.label == "kept" }
    #expect((size?.value as? Set<CallID>)?.count ?? .max <= 8192)
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
