import Calls
import Scenario
import Testing
import Timeline
import Wire

@Suite struct WakingTests {
  /// A pair that is connected by 150 microseconds: packets 1 to 3, calls c1 to c6.
  private func connected() -> Pair {
    let pair = Pair()
    pair.connect(at: 100)
    return pair
  }

  @Test func theDemoWaitsFiveTimes() {
    let played = Played(.tcpDemo)
    #expect(played.wake(4) == "packet 3")
    #expect(played.wake(6) == "packet 2")
    #expect(played.wake(7) == "packet 4")
    #expect(played.wake(9) == "packet 6")
    #expect(played.wake(11) == "packet 8")
    for call in [1, 2, 3, 5, 8, 10, 12, 13, 14] { #expect(played.wake(call) == "not a wait") }
  }

  @Test func howLongAgoIsTold() throws {
    let row = try #require(
      Played(.tcpDemo).calls.last { $0.record.id == CallID(7) })
    #expect(row.wake == .packet(4, before: 16_000))
  }

  @Test func acceptMayComeLongAfterTheHandshake() {
    let pair = Pair()
    pair.client.socket(90...98, pair.socket)
    let connect = pair.client.connect(
      100, pair.socket, "127.0.0.1:3490", local: "127.0.0.1:51514")
    pair.stream.handshake(110, 112, 114)
    connect.returns(120)
    pair.server.accept(5_000_000, pair.listener).returns(
      5_000_010, accepted: pair.accepted, local: "127.0.0.1:3490", peer: "127.0.0.1:51514")
    #expect(pair.script.played.wake(6) == "did not wait 3")
  }

  @Test func oneReadTakesTheBytesOfTwoSegments() {
    let pair = connected()
    for time in [200, 230] {
      pair.client.write(time...(time + 20), pair.socket, count: 10)
      pair.stream.client(time + 10, [.psh, .ack], length: 10)
    }
    pair.server.read(300...304, pair.accepted, gives: 20)
    #expect(pair.script.played.wake(9) == "did not wait 5")
  }

  @Test func twoReadsTakeTheBytesOfOneSegment() {
    let pair = connected()
    let read = pair.server.read(190, pair.accepted, count: 4)
    pair.client.write(200...220, pair.socket, count: 10)
    pair.stream.client(210, [.psh, .ack], length: 10)
    read.returns(225, 4)
    pair.server.read(230...234, pair.accepted, gives: 6)
    let played = pair.script.played
    #expect(played.wake(7) == "packet 4")
    #expect(played.wake(9) == "did not wait 4")
  }

  @Test func peekingTakesNothing() {
    let pair = connected()
    pair.client.write(200...220, pair.socket, count: 10)
    pair.stream.client(210, [.psh, .ack], length: 10)
    pair.client.write(230...250, pair.socket, count: 10)
    pair.stream.client(240, [.psh, .ack], length: 10)
    pair.server.enters(300, .recv, pair.accepted) {
      $0.count = 100
      $0.flags = 2
    }
    .returns(304, 20)
    pair.server.read(310...314, pair.accepted, count: 10, gives: 10)
    pair.server.read(320...324, pair.accepted, count: 10, gives: 10)
    pair.server.close(330...350, pair.accepted)
    pair.stream.server(340, [.rst, .ack])
    let played = pair.script.played
    #expect(played.wake(9) == "did not wait 5")
    #expect(played.wake(10) == "did not wait 4")
    #expect(played.wake(11) == "did not wait 5")
    #expect(played.cause(6) == "call abort c12")
  }

  @Test func theErrorQueueIsNoData() {
    let pair = connected()
    pair.client.write(200...220, pair.socket, count: 10)
    pair.stream.client(210, [.psh, .ack], length: 10)
    pair.server.enters(300, .recvmsg, pair.accepted) {
      $0.count = 100
      $0.flags = 0x2000
    }
    .returns(304, 7)
    pair.server.read(310...314, pair.accepted, gives: 10)
    let played = pair.script.played
    #expect(played.wake(8) == "not a wait")
    #expect(played.wake(9) == "did not wait 4")
  }

  @Test func theUrgentByteIsReadBesideTheStream() {
    let pair = connected()
    pair.client.enters(200, .send, pair.socket) {
      $0.count = 1
      $0.flags = 1
    }
    .returns(220, 1)
    pair.stream.client(210, [.psh, .urg, .ack], length: 1)
    pair.server.enters(300, .recv, pair.accepted) {
      $0.count = 1
      $0.flags = 1
    }
    .returns(304, 1)
    let played = pair.script.played
    #expect(played.cause(4) == "call data c7 bytes 0..<1")
    #expect(played.wake(8) == "not a wait")
  }

  @Test func aReadThatIsResetIsWokenByTheReset() {
    let pair = connected()
    let read = pair.client.read(200, pair.socket)
    pair.server.setsockopt(205...206, pair.accepted, level: 1, name: 13, value: 1, linger: 0)
    pair.server.close(210...230, pair.accepted)
    pair.stream.server(220, [.rst, .ack])
    read.returns(240, error: 104)
    #expect(pair.script.played.wake(7) == "packet 4")
  }

  @Test func anEndThatWasThereIsNotWaitedFor() {
    let pair = connected()
    pair.client.close(200...220, pair.socket)
    pair.stream.client(210, [.fin, .ack])
    pair.server.read(300...304, pair.accepted, gives: 0)
    pair.server.read(310...314, pair.accepted, gives: 0)
    let played = pair.script.played
    #expect(played.wake(8) == "did not wait 4")
    #expect(played.wake(9) == "did not wait 4")
  }

  @Test func aReadOfNoBytesIsNoEnd() {
    let pair = connected()
    pair.client.close(200...220, pair.socket)
    pair.stream.client(210, [.fin, .ack])
    pair.server.read(300...304, pair.accepted, count: 0, gives: 0)
    #expect(pair.script.played.wake(8) == "not a wait")
  }

  @Test func aNonBlockingReadThatFindsNothingDoesNotWait() {
    let pair = connected()
    pair.server.read(200, pair.accepted).returns(204, error: 11)
    pair.server.read(300, pair.accepted).returns(2_000_304, error: 11)
    let played = pair.script.played
    #expect(played.wake(7) == "not a wait")
    #expect(played.wake(8) == "other")
  }

  @Test func anInterruptedCallIsWokenByNoPacket() {
    let pair = connected()
    pair.server.read(200, pair.accepted).returns(5_000, error: 4)
    pair.server.read(6_000, pair.accepted).returns(7_000, error: 512)
    let played = pair.script.played
    #expect(played.wake(7) == "other")
    #expect(played.wake(8) == "other")
  }

  @Test func aCallThatDidNotReturnHasNoWake() {
    let pair = connected()
    _ = pair.server.read(200, pair.accepted)
    pair.server.dies(300...400, holding: [pair.accepted, pair.listener], signal: 9)
    let played = pair.script.played
    #expect(played.wake(7) == "no such return")
    #expect(played.calls.last { $0.record.id == CallID(7) }?.record.outcome == nil)
  }

  @Test func aBlockedSendIsWokenByTheAckThatMadeRoom() {
    let pair = connected()
    let write = pair.client.write(200, pair.socket, count: 3_000_000)
    pair.stream.client(210, .ack, length: 61_440)
    pair.stream.server(900_000, .ack)
    write.returns(900_020, 3_000_000)
    pair.client.write(900_100...900_120, pair.socket, count: 13)
    let played = pair.script.played
    #expect(played.wake(7) == "packet 5")
    #expect(played.wake(8) == "not a wait")
  }

  @Test func oneOfTwoThreadsInAcceptGetsTheConnectionOfTheOther() {
    let pair = Pair()
    let other = pair.server.thread(4199)
    let early = pair.server.accept(50, pair.listener)
    let late = other.accept(60, pair.listener)
    var streams: [Stream] = []
    for (index, time) in [100, 110].enumerated() {
      let stream = pair.script.stream("127.0.0.1:\(51514 + index)", "127.0.0.1:3490")
      stream.handshake(time, time + 1, time + 2)
      streams.append(stream)
    }
    let made = [pair.accepted, pair.script.socket(fd: 9)]
    // The second thread runs first, and takes the first connection.
    late.returns(
      120, accepted: made[0], local: "127.0.0.1:3490", peer: "127.0.0.1:51514", paused: true)
    early.returns(
      130, accepted: made[1], local: "127.0.0.1:3490", peer: "127.0.0.1:51515", paused: true)
    let played = pair.script.played
    #expect(played.wake(4) == "packet 3")
    #expect(played.wake(5) == "packet 6")
  }

  @Test func aWaitThatEndsByItsTimeIsNotWokenByWhatComesAfter() {
    let pair = connected()
    let poll = pair.server.enters(190, .poll) { $0.timeout = 5 }
    pair.client.write(9_000...9_020, pair.socket, count: 10)
    pair.stream.client(9_010, [.psh, .ack], length: 10)
    poll.returns(9_100, 1, ready: [pair.accepted], paused: true)
    let pipe = pair.server.enters(9_200, .poll) { $0.timeout = 5 }
    pipe.returns(9_300, 1, paused: true)
    let played = pair.script.played
    #expect(played.wake(7) == "other")
    #expect(played.wake(9) == "other")
  }

  @Test func aCloseThatLingersIsWokenByTheAckOfItsFIN() {
    let pair = connected()
    pair.client.setsockopt(180...182, pair.socket, level: 1, name: 13, value: 1, linger: 5)
    let close = pair.client.enters(200, .close, pair.socket)
    pair.stream.client(210, [.fin, .ack])
    pair.stream.server(40_210, .ack)
    close.returns(40_230, 0, paused: true)
    #expect(pair.script.played.wake(8) == "packet 5")
  }
}
