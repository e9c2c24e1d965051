import Scenario
import Testing
import Timeline

@testable import Render

@Suite struct LayoutTests {
  private func silences(_ times: [Int64]) -> [LadderLine.Middle?] {
    var layout = layout()
    return times.map { layout.silence(before: Instant($0))?.middle }
  }

  @Test func longSilencesAreSaid() {
    #expect(silences([0, 20_000, 1_148_000]).last == .note("1.128 ms pass", .faint))
    #expect(silences([0, 2_500_000_000]).last == .note("2.500 s pass", .faint))
    #expect(silences([0, 999_999]) == [nil, nil])
  }

  /// What was silent before changes nothing: 36, 220 and 444 ms, and the same again.
  @Test func noSilenceHidesTheNext() {
    let times: [Int64] = [0, 36_000_000, 256_000_000, 700_000_000, 736_000_000, 736_000_010]
    #expect(
      silences(times) == [
        nil, .note("36.000 ms pass", .faint), .note("220.000 ms pass", .faint),
        .note("444.000 ms pass", .faint), .note("36.000 ms pass", .faint), nil,
      ])
    #expect(
      silences([0, 5_200_000, 6_200_000, 7_199_999]).map { $0 != nil } == [
        false, true, true, false,
      ])
  }

  @Test func aSilenceShowsWhatGoesOn() {
    var layout = layout()
    _ = layout.silence(before: Instant(0))
    _ = layout.lines(of: callRow(1, .read))
    let line = layout.silence(before: Instant(5_000_000))
    #expect(line?.client.bar == .inside(several: false))
    #expect(line?.client.end == .runs)
    #expect(line?.time == nil)
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
