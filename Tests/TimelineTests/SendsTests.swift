import Calls
import Scenario
import Testing
import Timeline
import Wire

/// What calls put on the wire; "no packet" is an answer too.
@Suite struct SendsTests {
  @Test func theCallsOfTheDemo() {
    let played = Played(.tcpDemo)
    let sending = [6, 8, 10, 12, 13]
    for call in 1...14 {
      #expect(played.sends(call) == (sending.contains(call) ? .packets : CallRow.Sends.none))
    }
  }

  @Test func everyRowOfACallSaysTheSame() {
    for scenario in ScenarioTests.all.map(\.scenario) {
      let played = Played(scenario)
      for row in played.calls where row.part == .exit {
        let first = played.calls.first { $0.record.id == row.record.id }
        #expect(first?.sends == row.sends, "c\(row.record.id.rawValue)")
      }
    }
  }

  @Test func aPeerThatCannotBeSeenIsElsewhere() {
    let script = Script()
    let client = script.process(4121, "client")
    let socket = script.socket(fd: 3)
    let datagrams = script.socket(fd: 4, .udp)
    client.socket(0...4, socket)
    client.connect(10, socket, "192.0.2.1:80", local: "10.0.0.7:51514").returns(5_000)
    client.write(5_010...5_020, socket, count: 13)
    client.close(5_030...5_040, socket)
    client.socket(5_050...5_054, datagrams)
    client.sendto(
      5_060...5_070, datagrams, "192.0.2.1:53", "Hello", local: "0.0.0.0:40512")
    client.sendto(5_080...5_090, datagrams, "127.0.0.1:53", "Hello")
    var scenario = script.scenario
    scenario.capturesOnlyLoopback = true
    let played = Played(scenario)
    for call in [2, 3, 4, 6] { #expect(played.sends(call) == .elsewhere, "c\(call)") }
    #expect(played.sends(7) == .packets)
  }

  @Test func aConnectThatFailsAtOnceSendsNothing() {
    let script = Script()
    let client = script.process(4121, "client")
    let socket = script.socket(fd: 3)
    client.socket(0...4, socket)
    client.connect(10, socket, "127.0.0.1:3490").returns(14, error: 101)
    #expect(script.played.sends(2) == CallRow.Sends.none)
  }

  @Test func aListenerThatClosesSendsNothing() {
    let played = Played(.tcpDemo)
    #expect(played.sends(14) == CallRow.Sends.none)
    let row = played.calls.last { $0.record.id == CallID(14) }
    #expect(row?.listenerState == .closed)
    #expect(row?.onListener == true)
  }

  @Test func aListenerThatAChildHoldsStaysOpen() {
    let script = Script()
    let server = script.process(4120, "server")
    let listener = script.socket(fd: 3)
    server.listens(0, listener, "127.0.0.1:3490")
    let child = server.forks(40, 4125, "server")
    server.close(50...54, listener)
    child.close(60...64, listener)
    let played = script.played
    #expect(played.calls.first { $0.record.id == CallID(4) }?.listenerState == nil)
    #expect(played.calls.first { $0.record.id == CallID(5) }?.listenerState == .closed)
  }
}
