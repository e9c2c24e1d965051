import Calls
import Scenario
import Testing
import Timeline
import Wire

@Suite struct ProcessesTests {
  @Test func aDyingProgramHasItsRows() {
    let rows = Played(.dyingProgram).rows.filter {
      if case .exit = $0.content { true } else { false }
    }
    #expect(rows.count == 1)
    #expect(
      rows.first?.content
        == .exit(status: nil, signal: 9, ProcessName(id: 4121, name: "client"), .client))
  }

  @Test func aProcessWithoutSocketsEndsSilently() {
    let script = Script()
    script.process(4121, "true").dies(0...4, status: 0)
    script.process(4122, "false").dies(10...14, signal: 11)
    #expect(
      script.played.rows.map(\.content) == [
        .exit(status: nil, signal: 11, ProcessName(id: 4122, name: "false"), .client)
      ])
  }

  @Test func aNameChangesWithExec() {
    let script = Script()
    let program = script.process(4121, "sh")
    let socket = script.socket(fd: 3)
    program.socket(0...4, socket)
    program.event(
      10, .executed(name: "curl", command: ["curl"], closed: [], entered: script.start + 8000))
    program.write(20...30, socket, count: 1)
    let names = script.played.calls.map(\.record.process.name)
    #expect(names.first == "sh")
    #expect(names.last == "curl")
  }

  @Test func childrenStandInTheLaneOfTheirParent() {
    let script = Script()
    let parent = script.process(4120, "sh", .server)
    let child = parent.forks(0, 4130, "nc")
    let grandchild = child.forks(1, 4131, "nc")
    grandchild.socket(10...14, script.socket(fd: 3))
    grandchild.dies(20...24, status: 1)
    for row in script.played.rows {
      switch row.content {
      case .call(let call): #expect(call.side == .server)
      case .exit(_, _, _, let side, _): #expect(side == .server)
      default: break
      }
    }
  }

  @Test func withoutHintsTheSocketsDecide() {
    var scenario = Scenario.tcpDemo
    scenario.hints = [:]
    for row in Played(scenario).calls {
      #expect(row.side == (row.record.process.name == "server" ? .server : .client))
    }
  }

  @Test func aProcessThatIsBothEndsHasBothLanes() {
    let script = Script()
    let program = script.process(4120, "both")
    let (listener, own, other) = (
      script.socket(fd: 3), script.socket(fd: 4), script.socket(fd: 5)
    )
    let stream = script.stream("127.0.0.1:51514", "127.0.0.1:3490")
    program.listens(0, listener, "127.0.0.1:3490")
    program.socket(40...44, own)
    let connect = program.connect(50, own, "127.0.0.1:3490", local: "127.0.0.1:51514")
    stream.handshake(55, 57, 59)
    connect.returns(65)
    program.accept(70, listener).returns(
      74, accepted: other, local: "127.0.0.1:3490", peer: "127.0.0.1:51514")
    program.write(80...90, own, count: 5)
    stream.client(85, [.psh, .ack], length: 5)
    program.read(100...104, other, gives: 5)
    let played = script.played
    let sides = played.calls.map { ($0.record.id.rawValue, $0.side) }
    #expect(sides.filter { $0.1 == .client }.map(\.0).allSatisfy { [4, 5, 7].contains($0) })
    #expect(played.cause(4) == "call data c7 bytes 0..<5")
    #expect(played.wake(8) == "did not wait 4")
  }

  @Test func aNumberIsUsedAgainByAnotherProcess() {
    let script = Script()
    let first = script.process(4121, "one")
    let socket = script.socket(fd: 3)
    first.socket(0...4, socket)
    _ = first.read(5, socket)
    first.dies(10...14, holding: [socket], status: 0)
    let second = script.process(4121, "two", at: 20)
    let other = script.socket(fd: 3)
    second.socket(30...34, other)
    second.close(40...44, other)
    let played = script.played
    #expect(played.calls.map(\.record.process.name) == ["one", "one", "two", "two"])
    #expect(played.calls.map(\.part) == [.whole, .enter, .whole, .whole])
  }

  @Test func printedLinesAndSignalsAreRows() {
    let script = Script()
    let server = script.process(4120, "server", .server)
    script.prints(0, server, "server: got connection from 127.0.0.1")
    server.event(10, .signalled(13))
    let name = ProcessName(id: 4120, name: "server")
    #expect(
      script.played.rows.map(\.content) == [
        .output("server: got connection from 127.0.0.1", name, .server),
        .signal(13, name, .server),
      ])
  }

  @Test func twoExitsAtOnceAreAnExit() {
    let pair = Pair()
    pair.connect(at: 100)
    let child = pair.server.forks(180, 4125, "server")
    pair.server.dies(200...260, holding: [pair.accepted], signal: 2)
    child.dies(210...250, holding: [pair.accepted], signal: 2)
    pair.stream.server(230, [.fin, .ack])
    #expect(pair.script.played.cause(4) == "exit exitFIN")
  }
}
