import Calls
import Scenario
import Testing
import Timeline
import Wire

/// The same four numbers at once, in two network namespaces.
@Suite struct TwinsTests {
  /// A client and a server of another namespace, whose packets nobody captures.
  private func elsewhere(_ script: Script, at time: Int) -> (client: Socket, server: Socket) {
    let server = script.process(5120, "server")
    let client = script.process(5121, "client")
    let listener = script.socket(fd: 3)
    let accepted = script.socket(fd: 4)
    let socket = script.socket(fd: 3)
    server.listens(time, listener, "127.0.0.1:3490")
    client.socket((time + 30)...(time + 32), socket)
    let accept = server.accept(time + 35, listener)
    client.connect(time + 40, socket, "127.0.0.1:3490", local: "127.0.0.1:51514")
      .returns(time + 60)
    accept.returns(
      time + 64, accepted: accepted, local: "127.0.0.1:3490", peer: "127.0.0.1:51514")
    client.write((time + 70)...(time + 75), socket, "elsewhere")
    server.read((time + 80)...(time + 90), accepted, gives: 9)
    return (socket, accepted)
  }

  private func connections(_ played: Played, of process: Int32, _ call: SystemCall) -> [Int?] {
    played.calls.filter {
      $0.record.process.id == process && $0.record.call == call && $0.part != .exit
    }
    .map { played.connection(ofCall: $0.record.id.rawValue) }
  }

  @Test func whatIsOpenElsewhereHasTheCallsOfItsOwn() {
    let pair = Pair()
    pair.connect(at: 100)
    _ = elsewhere(pair.script, at: 1_000)
    pair.talk(at: 3_000)
    let played = pair.script.played
    #expect(played.totals.connections == 2)
    #expect(connections(played, of: 4121, .write) == [1])
    #expect(connections(played, of: 5121, .write) == [2])
    #expect(connections(played, of: 5120, .read) == [2])
    #expect(connections(played, of: 4120, .write) == [1])
    #expect(!played.causes.contains { $0.hasPrefix("unknown") || $0.hasPrefix("untraced") })
  }

  @Test func aSYNThatComesLaterIsNotOfWhatWasMadeUnseen() {
    let pair = Pair()
    _ = elsewhere(pair.script, at: 1_000)
    pair.connect(at: 3_000)
    pair.talk(at: 4_000)
    let played = pair.script.played
    #expect(played.totals.connections == 2)
    #expect(connections(played, of: 5121, .write) == [1])
    #expect(connections(played, of: 4121, .write) == [2])
    #expect(played.connection(ofPacket: 1) == 2)
    #expect(played.cause(1).hasPrefix("call connect"))
    #expect(!played.causes.contains { $0.hasPrefix("unknown") || $0.hasPrefix("untraced") })
  }

  @Test func aPortThatIsUsedAgainIsNoTwin() {
    let pair = Pair()
    pair.connect(at: 100)
    pair.client.close(200...210, pair.socket)
    pair.stream.client(205, [.fin, .ack])
    pair.stream.server(206, .ack)
    pair.server.close(220...230, pair.accepted)
    pair.stream.server(225, [.fin, .ack])
    pair.stream.client(226, .ack)
    #expect(pair.script.played.totals.connections == 1)
  }
}
