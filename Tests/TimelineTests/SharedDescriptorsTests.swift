import Calls
import Scenario
import Testing
import Wire

@testable import Timeline

/// Descriptor tables that processes share (CLONE_FILES), and descriptors that no call made.
@Suite struct SharedDescriptorsTests {
  private func connected() -> Pair {
    let pair = Pair()
    pair.connect(at: 100)
    return pair
  }

  @Test func aSharerClosesForBoth() {
    let pair = connected()
    let sharer = pair.client.forks(180, 4125, "sharer")
    sharer.event(181, .sharing(process: pair.client.id))
    sharer.close(200...220, pair.socket)
    pair.stream.client(210, [.fin, .ack])
    let played = pair.script.played
    #expect(played.cause(4) == "call fin c7")
    #expect(played.sends(7) == .packets)
    #expect(played.calls.last?.leavesOpen == false)
  }

  @Test func theEndOfASharerClosesNothing() {
    let pair = connected()
    let sharer = pair.client.forks(180, 4125, "sharer")
    sharer.event(181, .sharing(process: pair.client.id))
    sharer.dies(190...230, status: 0)
    pair.client.close(200...220, pair.socket)
    pair.stream.client(210, [.fin, .ack])
    #expect(pair.script.played.cause(4) == "call fin c7")
  }

  @Test func whoPartedClosesForItselfAlone() {
    let pair = connected()
    let sharer = pair.client.forks(180, 4125, "sharer")
    sharer.event(181, .sharing(process: pair.client.id))
    sharer.event(190, .parted)
    sharer.close(200...220, pair.socket)
    pair.client.close(300...320, pair.socket)
    pair.stream.client(310, [.fin, .ack])
    let played = pair.script.played
    #expect(played.cause(4) == "call fin c8")
    #expect(played.sends(7) == CallRow.Sends.none)
  }

  /// A listening socket that was there from the start, as of socket activation.
  @Test func anInheritedListeningSocket() throws {
    let script = Script()
    let server = script.process(4120, "server", .server)
    let client = script.process(4121, "client", .client)
    let (listener, accepted, own) = (
      script.socket(fd: 3), script.socket(fd: 4), script.socket(fd: 3)
    )
    var facts = SocketFacts(id: listener.id, kind: .tcp)
    facts.local = Endpoint(.v4(0), 3490)
    facts.state = 10
    server.event(1, .holding([HeldDescriptor(3, facts)]))
    client.socket(90...98, own)
    let connect = client.connect(100, own, "127.0.0.1:3490", local: "127.0.0.1:51514")
    let stream = script.stream("127.0.0.1:51514", "127.0.0.1:3490", isn: (1000, 5000))
    stream.handshake(115, 119, 123)
    connect.returns(136)
    server.accept(150, listener).returns(
      160, accepted: accepted, local: "127.0.0.1:3490", peer: "127.0.0.1:51514")
    server.close(200...220, accepted)
    stream.server(210, [.fin, .ack])
    let played = script.played
    #expect(
      played.causes == [
        "call connect c2", "reply synAck of p1", "reply handshakeAck of p2", "call fin c4",
      ])
  }

  /// A program with a connection that was open when it began, or that was passed to it by another.
  private func inheriting() -> (Script, Program, Socket, Segments) {
    let script = Script()
    let program = script.process(4120, "program", .client)
    let own = script.socket(fd: 3)
    var facts = SocketFacts(id: own.id, kind: .tcp)
    facts.local = Endpoint(.loopback4, 51514)
    facts.peer = Endpoint(.loopback4, 3490)
    facts.state = 1
    program.event(1, .holding([HeldDescriptor(3, facts)]))
    return (script, program, own, script.stream("127.0.0.1:51514", "127.0.0.1:3490"))
  }

  /// Long after it closed its copy, somebody else lets go of the socket: no FIN was sent before.
  @Test func whoHadItBeforeMayHoldItToo() {
    let (script, program, own, stream) = inheriting()
    program.close(200...210, own)
    program.socket(220...224, script.socket(fd: 40))
    stream.client(300_000, [.fin, .ack])
    #expect(script.played.cause(1) == "unknown heldElsewhere by c1")
  }

  @Test func anInheritedConnection() {
    let (script, program, _, stream) = inheriting()
    program.dies(100...140, status: 0)
    stream.client(120, [.fin, .ack])
    let played = script.played
    #expect(played.cause(1) == "exit exitFIN program[4120]")
    #expect(played.states(1).contains("FIN-WAIT-1"))
  }
}
