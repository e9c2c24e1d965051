import Calls
import Scenario
import Testing
import Timeline
import Wire

/// In which lane the calls of UDP sockets stand.
@Suite struct DatagramLanesTests {
  /// One process has both ends: what it sends stands at the sender's end.
  @Test func bothEndsOfOneProcess() {
    let script = Script()
    let program = script.process(4121, "program")
    let (to, from) = (script.socket(fd: 3, .udp), script.socket(fd: 4, .udp))
    program.socket(0...4, to)
    program.bind(6...10, to, "127.0.0.1:3490")
    program.socket(12...16, from)
    program.sendto(100...120, from, "127.0.0.1:3490", "Hello", local: "127.0.0.1:40512")
    script.flow("127.0.0.1:40512", "127.0.0.1:3490").client(110, 5)
    program.recvfrom(130, to).returns(140, 5, from: "127.0.0.1:40512")
    program.sendto(200...220, to, "127.0.0.1:40512", "Back")
    script.flow("127.0.0.1:40512", "127.0.0.1:3490").server(210, 4)
    program.recvfrom(230, from).returns(240, 4, from: "127.0.0.1:3490")
    program.close(300...305, from)
    program.close(310...315, to)
    let sides = script.played.calls.filter { $0.record.id.rawValue >= 4 && $0.part != .exit }.map(
      \.side)
    #expect(sides == [.client, .server, .server, .client, .client, .server])
  }

  /// Two that are bound: who sends first is the flow's client.
  @Test func twoThatAreBound() {
    let script = Script()
    let program = script.process(4121, "program")
    let (one, two) = (script.socket(fd: 3, .udp), script.socket(fd: 4, .udp))
    program.socket(0...4, one)
    program.bind(6...10, one, "0.0.0.0:3490")
    program.socket(12...16, two)
    program.bind(18...22, two, "0.0.0.0:3491")
    program.sendto(100...120, two, "127.0.0.1:3490", "Hello")
    script.flow("127.0.0.1:3491", "127.0.0.1:3490").client(110, 5)
    program.recvfrom(130, one).returns(140, 5, from: "127.0.0.1:3491")
    let calls = script.played.calls
    #expect(calls.first { $0.record.call == .sendto }?.side == .client)
    #expect(calls.first { $0.record.call == .recvfrom }?.side == .server)
  }
}
