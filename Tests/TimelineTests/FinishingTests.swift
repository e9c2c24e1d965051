import Calls
import Scenario
import Testing
import Timeline
import Wire

@Suite struct FinishingTests {
  @Test func aCallIsOneRowWhereNothingLiesBetween() {
    let parts = Played(.tcpDemo).calls.filter { $0.record.id.rawValue <= 6 }.map(\.part)
    #expect(parts == [.whole, .whole, .whole, .enter, .whole, .enter, .exit, .exit])
  }

  @Test func aCallThatWaitsLongerThanTheLookaheadIsTwoRows() throws {
    let script = Script()
    let program = script.process(4120, "server")
    let socket = script.socket(fd: 3, .udp)
    program.socket(0...4, socket)
    program.recvfrom(10, socket).returns(900_000, error: 4)
    let rows = script.played.calls
    #expect(rows.map(\.part) == [.whole, .enter, .exit])
    #expect(rows[1].record.outcome == nil)
    #expect(rows[2].record.outcome?.error == Errno(4))
  }

  @Test func aConnectionIsAnnouncedBeforeItsFirstRow() {
    for scenario in ScenarioTests.all.map(\.scenario) {
      var open: Set<ConnectionID> = []
      for row in Played(scenario).rows {
        if case .opening(let facts) = row.content {
          #expect(open.insert(facts.id).inserted)
          #expect(row.connection == facts.id)
        } else if let id = row.connection {
          #expect(open.contains(id))
        }
      }
    }
  }

  @Test func theHeadingKnowsBothProcesses() throws {
    let row = try #require(
      Played(.tcpDemo).rows.first { if case .opening = $0.content { true } else { false } })
    guard case .opening(let facts) = row.content else { return }
    #expect(facts.clientProcess == ProcessName(id: 4121, name: "client"))
    #expect(facts.serverProcess == ProcessName(id: 4120, name: "server"))
    #expect(facts.clientISN == SequenceNumber(305_419_896))
    #expect(facts.serverISN == SequenceNumber(882_093_311))
    #expect(facts.kernelChosePort)
  }

  @Test func aListenerSaysSo() {
    let played = Played(.tcpDemo)
    let rows = played.calls.filter(\.onListener).map(\.record.id.rawValue)
    #expect(Set(rows) == [1, 2, 3, 4, 14])
    #expect(played.calls.first { $0.record.id == CallID(3) }?.listenerState == .listen)
  }

  @Test func acceptSaysWhichConnectionItGave() {
    let played = Played(.fourConnections)
    let given = played.calls.filter { $0.record.call == .accept }.map(\.accepted?.rawValue)
    #expect(given == [1, 2, 3, 4])
  }

  @Test func aCloseThatLeavesTheSocketOpenSaysSo() {
    let rows = Played(.fork).calls.filter { $0.record.call == .close && $0.part != .enter }
    #expect(rows.map(\.leavesOpen) == [true, false, false, false])
  }

  @Test func aCallThatWorksOnNoSocketIsARowAllTheSame() {
    let script = Script()
    let program = script.process(4120, "server")
    program.enters(0, .close) { $0.descriptor = 99 }.returns(4, error: 9)
    let row = script.played.calls.first
    #expect(row?.part == .whole)
    #expect(row?.record.socket == nil)
    #expect(row?.sends == CallRow.Sends.none)
  }

  @Test func aThreadThatEntersAgainHasLeftItsCall() {
    let pair = Pair()
    pair.connect(at: 100)
    _ = pair.server.read(200, pair.accepted)
    pair.server.read(300, pair.accepted).returns(400, 13)
    pair.client.write(350...370, pair.socket, count: 13)
    pair.stream.client(360, [.psh, .ack], length: 13)
    let played = pair.script.played
    #expect(played.calls.filter { $0.record.id == CallID(7) }.map(\.part) == [.enter])
    #expect(played.wake(8) == "packet 4")
  }
}
