import Scenario
import Testing
import Timeline

@testable import Render

@Suite struct LayoutTests {
  @Test func longSilencesAreSaid() {
    var layout = layout()
    _ = layout.lines(of: callRow(1, .shutdown, .whole, at: 0))
    _ = layout.lines(of: callRow(2, .shutdown, .whole, at: 20_000))
    let lines = layout.lines(of: callRow(3, .shutdown, .whole, at: 1_148_000))
    #expect(lines.first?.middle == .note("1.128 ms pass", .faint))
    #expect(lines.first?.time == nil)
    #expect(lines.first?.client.end == .runs)
    #expect(lines.count == 2)
  }

  @Test func usualSilencesAreNotSaid() {
    var layout = layout()
    _ = layout.lines(of: callRow(1, .shutdown, .whole, at: 0))
    let first = layout.lines(of: callRow(2, .shutdown, .whole, at: 20_000_000))
    #expect(first.count == 2)
    let second = layout.lines(of: callRow(3, .shutdown, .whole, at: 40_000_000))
    #expect(second.count == 1)
  }

  @Test func secondsAreSaidAsSuch() {
    var layout = layout()
    _ = layout.lines(of: callRow(1, .shutdown, .whole, at: 0))
    let lines = layout.lines(of: callRow(2, .shutdown, .whole, at: 2_500_000_000))
    #expect(lines.first?.middle == .note("2.500 s pass", .faint))
  }

  @Test func deathEndsTheCallsOfAProcess() {
    var layout = layout()
    _ = layout.lines(of: callRow(9, .read))
    let row = Row(
      time: Instant(2000), content: .exit(status: nil, signal: 9, client, .client))
    let lines = layout.lines(of: row)
    #expect(words(lines, .client) == [["inside c9", "killed by SIGKILL"]])
    #expect(lines.first?.client.bar == .returns(several: false))
    #expect(layout.scene.calls.isEmpty)
    #expect(layout.frame(ConnectionID(1)).client.bar == Lane.Bar.none)
  }

  @Test func signalsAreRows() {
    var layout = layout()
    let row = Row(time: Instant(2000), content: .signal(13, client, .client))
    #expect(words(layout.lines(of: row), .client) == [["client[4121] gets SIGPIPE"]])
  }

  @Test func whatProgramsPrintIsHarmlessAndWrapped() {
    var layout = layout()
    let row = Row(
      time: Instant(2000),
      content: .output("server: got \u{1B}[31m connection from 127.0.0.1", server, .server))
    #expect(
      words(layout.lines(of: row), .server)
        == [["prints \"server: got \\x1b[31m"], ["connection from 127.0.0.1\""]])
  }

  @Test func nothingOfWhatIsOverIsKept() {
    var layout = Layout(
      room: Room(width: 104, time: 7, number: 3, connection: 0), style: LadderStyle(),
      language: .english)
    for scenario in [Scenario.tcpDemo, .fourConnections, .reset, .refused, .ipv6, .fork] {
      layout = Layout(room: layout.room, style: layout.style, language: .english)
      for row in scenario.rows {
        if case .opening(let facts) = row.content {
          layout.open(facts, at: row.time)
        } else {
          _ = layout.lines(of: row)
        }
      }
      #expect(layout.scene.connections.isEmpty)
      #expect(layout.scene.calls.isEmpty)
      #expect(layout.handshakes.isEmpty)
      #expect(layout.hasServerISN.isEmpty)
    }
  }

  @Test func flowsOfDatagramsAreForgottenInTime() {
    var layout = layout()
    for number in 2..<500 {
      layout.open(connection(number, kind: .udp), at: Instant(Int64(number)))
    }
    #expect(layout.scene.connections.count == 499)
    _ = layout.lines(of: callRow(1, .shutdown, .whole, at: 2 * Timeline.linger))
    #expect(layout.scene.connections.count == 1)
  }
}
