import Calls
import Scenario
import Testing
import Wire

@testable import Timeline

/// When a call that closes takes effect: at once, when other calls are done, or never.
@Suite struct CloseActsTests {
  /// A pair that is connected by 150 microseconds: packets 1 to 3, calls c1 to c6.
  private func connected() -> Pair {
    let pair = Pair()
    pair.connect(at: 100)
    return pair
  }

  private func held(_ socket: Socket, _ descriptor: Int32) -> CallEvent.What {
    .holding([HeldDescriptor(descriptor, SocketFacts(id: socket.id, kind: .tcp))])
  }

  @Test func aFINLongAfterTheCloseIsSomebodyElses() {
    let pair = connected()
    pair.client.close(200...210, pair.socket)
    pair.client.socket(300...304, pair.script.socket(fd: 40))
    pair.stream.client(20_000, [.fin, .ack])
    #expect(pair.script.played.cause(4) == "unknown heldElsewhere by c7")
  }

  @Test func aFINThatComesWhenAReaderReturns() {
    let pair = connected()
    let reader = pair.client.thread(9)
    let read = reader.enters(200, .read, pair.socket) { $0.count = 1 }
    pair.client.close(300...310, pair.socket)
    pair.client.socket(320...324, pair.script.socket(fd: 40))
    pair.stream.server(40_000, [.psh, .ack], length: 1)
    read.returns(40_010, 1)
    pair.stream.client(40_015, [.fin, .ack])
    let played = pair.script.played
    #expect(played.cause(5) == "call fin c8 by c7")
    #expect(played.sends(8) == .packets)
  }

  /// The thread that held the socket makes another call: what comes after is somebody else's.
  @Test func aFINLongAfterTheReaderReturned() {
    let pair = connected()
    let reader = pair.client.thread(9)
    let read = reader.enters(200, .read, pair.socket) { $0.count = 1 }
    pair.client.close(300...310, pair.socket)
    pair.client.socket(320...324, pair.script.socket(fd: 40))
    pair.stream.server(40_000, [.psh, .ack], length: 1)
    read.returns(40_010, 1)
    reader.socket(40_100...40_104, pair.script.socket(fd: 41))
    pair.stream.client(60_000, [.fin, .ack])
    #expect(pair.script.played.cause(5) == "unknown heldElsewhere by c8")
  }

  /// write() waits for room, another thread closes: the last bytes take the FIN along.
  @Test func aFINWithTheLastBytesOfTheWriteThatHeldTheSocket() {
    let pair = connected()
    let writer = pair.client.thread(9)
    let write = writer.write(200, pair.socket, count: 100)
    pair.stream.client(210, .ack, length: 60)
    pair.client.close(300...310, pair.socket)
    pair.client.socket(320...324, pair.script.socket(fd: 40))
    write.returns(20_000, 100)
    pair.stream.client(20_010, [.psh, .fin, .ack], length: 40)
    let played = pair.script.played
    #expect(played.cause(5) == "call dataAndFIN c7+c8 by c7 bytes 60..<100")
  }

  @Test func pollHoldsWhatItWatches() {
    let pair = connected()
    let poll = pair.client.thread(9).enters(200, .poll) {
      $0.watched = [pair.socket.descriptor]
      $0.timeout = 50
    }
    pair.client.close(300...310, pair.socket)
    pair.client.socket(320...324, pair.script.socket(fd: 40))
    poll.returns(50_200, 0)
    pair.stream.client(50_205, [.fin, .ack])
    #expect(pair.script.played.cause(4) == "call fin c8 by c7")
  }

  @Test func epollDoesNotHold() {
    let pair = connected()
    pair.client.thread(9).enters(200, .epollWait) {
      $0.descriptor = 20
      $0.watched = [pair.socket.descriptor]
    }
    pair.client.close(300...310, pair.socket)
    pair.client.socket(320...324, pair.script.socket(fd: 40))
    pair.stream.client(40_000, [.fin, .ack])
    #expect(pair.script.played.cause(4) == "unknown heldElsewhere by c8")
  }

  @Test func theEndOfAProcessThatGotTheSocket() {
    let pair = connected()
    let other = pair.script.process(4130, "other")
    pair.client.close(200...210, pair.socket)
    other.event(220, held(pair.socket, 7))
    pair.client.socket(230...234, pair.script.socket(fd: 40))
    other.dies(20_000...20_040, status: 0)
    pair.stream.client(20_020, [.fin, .ack])
    let played = pair.script.played
    #expect(played.cause(4) == "exit exitFIN other[4130]")
  }

  /// close() of a local socket in which a message with the socket waits.
  @Test func whatALocalSocketTakesAlong() {
    let pair = connected()
    let facts = SocketFacts(id: pair.socket.id, kind: .tcp)
    pair.client.close(200...210, pair.socket)
    func closes(_ time: Int) {
      pair.client.enters(time, .close) {
        $0.descriptor = 30
        $0.closes = [HeldDescriptor(30, facts)]
      }.returns(time + 20, 0)
    }
    closes(20_000)
    pair.stream.client(20_010, [.fin, .ack])
    closes(30_000)
    #expect(pair.script.played.cause(4) == "call fin c8")
  }

  /// The message that carries the socket is read by a call that has no room for it.
  @Test(arguments: [SystemCall.read, .recvfrom, .recvmsg])
  func whatAReadThrowsAway(call: SystemCall) {
    let pair = connected()
    let facts = SocketFacts(id: pair.socket.id, kind: .tcp)
    pair.client.enters(200, .close, pair.socket) { $0.passed = [pair.socket.id] }.returns(210)
    pair.client.enters(5_000, call) {
      $0.descriptor = 30
      $0.closes = [HeldDescriptor(30, facts)]
    }.returns(5_020, 1)
    pair.stream.client(5_030, [.fin, .ack])
    let played = pair.script.played
    #expect(played.cause(4) == "call fin c8")
    #expect(played.sends(7) == CallRow.Sends.none)
    #expect(played.sends(8) == .packets)
  }

  @Test func whatAMessageHoldsIsNotClosedByTheSender() {
    let pair = connected()
    pair.client.enters(200, .close, pair.socket) { $0.passed = [pair.socket.id] }.returns(210)
    pair.stream.client(5_000, [.fin, .ack])
    let played = pair.script.played
    #expect(played.cause(4) == "unknown heldElsewhere")
    #expect(played.calls.first { $0.record.id.rawValue == 7 }?.leavesOpen == true)
  }

  /// close() while bytes wait: the state changes with the call, not with the FIN.
  @Test func theStateWhileTheFINWaitsForItsTurn() {
    let pair = connected()
    pair.client.setsockopt(160...164, pair.socket, level: 1, name: 47, value: 100_000)
    pair.client.write(200...210, pair.socket, count: 3_000)
    pair.stream.client(205, [.psh, .ack], length: 3_000)
    pair.stream.server(206, .ack)
    pair.client.close(220...230, pair.socket)
    pair.client.socket(240...244, pair.script.socket(fd: 40))
    pair.stream.server(20_000, [.fin, .ack])
    pair.stream.client(20_001, .ack)
    pair.stream.client(34_000, [.fin, .ack])
    pair.stream.server(34_002, .ack)
    let played = pair.script.played
    #expect(played.cause(8) == "released releasedByTimer c9")
    #expect(played.calls.first { $0.record.id.rawValue == 9 }?.endState == .finWait1)
    #expect(played.states(6) == "CLOSING FIN-WAIT-1")
    #expect(played.states(7) == "- FIN-WAIT-2")
    #expect(played.states(8) == "- TIME-WAIT")
    #expect(played.states(9) == "TIME-WAIT -")
  }

  /// The bytes before it have taken as long: nothing says how fast the socket may send.
  @Test func aFINThatWaitsAsLongAsTheBytesBeforeIt() {
    let pair = connected()
    pair.client.write(200...210, pair.socket, count: 3_000)
    for index in 0..<3 {
      pair.stream.client(205 + index * 30_000, .ack, length: 1_000)
      pair.stream.server(206 + index * 30_000, .ack)
    }
    pair.client.close(60_300...60_310, pair.socket)
    pair.client.socket(60_320...60_324, pair.script.socket(fd: 40))
    pair.stream.client(90_400, [.fin, .ack])
    #expect(pair.script.played.cause(10) == "released releasedByTimer c8")
  }

  @Test func aShutdownSendsItsFINHoweverLate() {
    let pair = connected()
    pair.client.write(200...210, pair.socket, count: 2_000)
    pair.stream.client(205, .ack, length: 1_000)
    pair.client.shutdown(220...230, pair.socket)
    pair.client.socket(240...244, pair.script.socket(fd: 40))
    pair.stream.client(40_000, [.psh, .ack], length: 1_000)
    pair.stream.client(70_000, [.fin, .ack])
    #expect(pair.script.played.cause(6) == "released releasedByTimer c8")
  }

  /// connect(AF_UNSPEC) before there was an answer: CLOSED without a packet.
  @Test func aConnectionThatIsGivenUp() {
    let pair = Pair()
    pair.client.socket(20...24, pair.socket)
    let connect = pair.client.connect(
      30, pair.socket, "127.0.0.1:3490", local: "127.0.0.1:51514")
    pair.stream.client(35, .syn)
    connect.returns(40, error: 115)
    let none = pair.client.enters(200, .connect, pair.socket) { $0.address = .unspecified }
    none.returns(210, 0)
    let row = pair.script.played.calls.first { $0.record.arguments.address == .unspecified }
    #expect(row?.endState == .closed)
    #expect(row?.sends != .packets)
  }
}
