import Calls
import Scenario
import Testing
import Timeline
import Wire

/// Sockets of a process that uses io_uring.
@Suite struct UnseenTests {
  private func holds(
    _ program: Program, _ time: Int, _ socket: Socket, written: UInt64, read: UInt64 = 0
  ) {
    var facts = SocketFacts(
      id: socket.id, kind: .tcp, local: socket.local, peer: socket.peer)
    facts.state = 1
    facts.streamOffset = written
    facts.readOffset = read
    program.event(time, .holds(descriptor: socket.descriptor, facts))
  }

  /// The client's end is connected by a ring: its SYN has no call, and is not another program's.
  @Test func aConnectionThatARingMadeIsNotUntraced() {
    let script = Script()
    let program = script.process(4121, "client", .client)
    let socket = script.socket(fd: 5)
    program.socket(0...8, socket)
    program.event(20, .blind("io_uring"))
    let stream = script.stream("127.0.0.1:51514", "127.0.0.1:3490")
    stream.client(100, .syn)
    stream.server(105, [.syn, .ack])
    stream.client(110, .ack)
    socket.local = Endpoint(parsing: "127.0.0.1:51514")
    socket.peer = Endpoint(parsing: "127.0.0.1:3490")
    stream.client(120, [.psh, .ack], length: 11)
    holds(program, 150, socket, written: 11)
    script.asksStreamOffset = true
    socket.written = 11
    program.write(200...220, socket, count: 8)
    stream.client(210, [.psh, .ack], length: 8)
    let played = script.played
    #expect(played.cause(1) == "unknown blind")
    #expect(played.cause(3).hasPrefix("reply handshakeAck"))
    #expect(played.cause(4) == "unknown blind")
    #expect(played.cause(5) == "call data c2 bytes 11..<19")
    #expect(played.connection(ofCall: 2) == 1)
    #expect(played.totals.offsets.agreed == 1)
    #expect(played.totals.offsets.disagreed == 0)
    #expect(played.totals.offsets.unseenBytes == 11)
  }

  @Test func aSocketThatARingAcceptedIsTheServers() {
    let pair = Pair()
    pair.server.event(40, .blind("io_uring"))
    pair.client.socket(90...98, pair.socket)
    let connect = pair.client.connect(
      100, pair.socket, "127.0.0.1:3490", local: "127.0.0.1:51514")
    pair.stream.handshake(115, 119, 123)
    connect.returns(136)
    let accepted = pair.script.socket(
      fd: 7, local: "127.0.0.1:3490", peer: "127.0.0.1:51514")
    holds(pair.server, 150, accepted, written: 0)
    pair.script.asksStreamOffset = true
    pair.server.write(200...220, accepted, count: 13)
    pair.stream.server(210, [.psh, .ack], length: 13)
    let played = pair.script.played
    #expect(played.cause(4) == "call data c6 bytes 0..<13")
    #expect(played.totals.reports.first?.connection.serverProcess?.id == 4120)
  }

  /// A ring read between two calls: what a later call reads is placed by the kernel.
  @Test func readsGoOnWhereTheKernelSays() {
    let pair = Pair()
    pair.connect(at: 100)
    pair.server.event(160, .blind("io_uring"))
    pair.client.write(200...220, pair.socket, count: 100)
    pair.stream.client(210, [.psh, .ack], length: 100)
    pair.client.write(230...250, pair.socket, count: 10)
    pair.stream.client(240, [.psh, .ack], length: 10)
    read(pair, 300...310, count: 10, at: 100, then: 110)
    let played = pair.script.played
    #expect(played.calls.last?.bytes == 100..<110)
    #expect(played.wake(9) == "did not wait 5")
  }

  @Test func aReadThatARingOvertookHasNoPlace() {
    let pair = Pair()
    pair.connect(at: 100)
    pair.server.event(160, .blind("io_uring"))
    pair.client.write(200...220, pair.socket, count: 100)
    pair.stream.client(210, [.psh, .ack], length: 100)
    read(pair, 300...310, count: 10, at: 0, then: 60)
    read(pair, 320...330, count: 10, at: 60, then: 70)
    let played = pair.script.played
    #expect(played.calls[played.calls.count - 2].bytes == nil)
    #expect(played.wake(8) == "not a wait")
    #expect(played.calls.last?.bytes == 60..<70)
  }

  private func read(
    _ pair: Pair, _ times: ClosedRange<Int>, count: Int, at before: UInt64, then after: UInt64
  ) {
    let number = 9_000 + times.lowerBound
    var facts = SocketFacts(id: pair.accepted.id, kind: .tcp)
    facts.state = 1
    facts.readOffset = before
    var arguments = CallArguments()
    arguments.descriptor = 4
    arguments.count = count
    pair.server.event(
      times.lowerBound,
      .entered(id: number, call: .read, arguments: arguments, socket: facts))
    facts.readOffset = after
    pair.server.event(
      times.upperBound,
      .returned(
        id: number, outcome: CallOutcome(result: Int64(count)), socket: facts, made: nil,
        ready: []))
  }

  /// A ring that holds the socket keeps it open after close(): the FIN is not that call's.
  @Test func aFINLongAfterItsCloseIsUnknown() {
    let pair = Pair()
    pair.connect(at: 100)
    pair.client.event(160, .blind("io_uring"))
    pair.client.close(200...220, pair.socket)
    pair.stream.client(5_000, [.fin, .ack])
    #expect(pair.script.played.cause(4) == "unknown blind")
  }

  @Test func aChildOfABlindProcessIsBlindUntilItExecutes() {
    let pair = Pair()
    pair.connect(at: 100)
    pair.client.event(160, .blind("io_uring"))
    let child = pair.client.forks(170, 4130, "child")
    let own = pair.script.socket(fd: 9)
    child.socket(180...188, own)
    let stream = pair.script.stream("127.0.0.1:40000", "127.0.0.1:9")
    stream.client(200, .syn)
    child.event(210, .executed(name: "tool", command: ["tool"], closed: [], entered: 205))
    #expect(pair.script.played.cause(4) == "unknown blind")
  }

  /// Several connect() calls wait for one server: the kernel tells which port is whose.
  @Test func connectsThatWaitTogetherHaveTheirOwnSYNs() {
    let script = Script()
    let program = script.process(4121, "clients", .client)
    let sockets = (0..<3).map { script.socket(fd: Int32(3 + $0)) }
    var calls: [OpenCall] = []
    for (index, socket) in sockets.enumerated() {
      let time = 100 + 2_000 * index
      let thread = program.thread(Int32(4130 + index))
      thread.socket((time - 20)...(time - 10), socket)
      calls.append(thread.connect(time, socket, "127.0.0.1:3490"))
      script.stream("127.0.0.1:\(40_001 + index)", "127.0.0.1:3490").client(time + 20, .syn)
      // Told at the next stop, of whichever thread.
      var facts = SocketFacts(id: socket.id, kind: .tcp)
      facts.local = Endpoint(parsing: "127.0.0.1:\(40_001 + index)")
      if index < 2 {
        thread.event(time + 1_900, .holds(descriptor: socket.descriptor, facts))
      }
    }
    for call in calls { call.returns(2_000_000, error: 110) }
    let played = script.played
    #expect(played.causes == ["call connect c2", "call connect c4", "call connect c6"])
  }
}
