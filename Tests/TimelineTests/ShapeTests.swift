import Calls
import Scenario
import Testing
import Timeline
import Wire

@Suite struct ShapeTests {
  /// A pair that is connected by 150 microseconds: packets 1 to 3, calls c1 to c6.
  private func connected() -> Pair {
    let pair = Pair()
    pair.connect(at: 100)
    return pair
  }

  // MARK: sent again

  @Test func aTimeoutNamesTheFirstPacketAndItsCall() {
    let played = Played(.retransmission)
    #expect(played.cause(5) == "retransmission timeout c8 of p4 bytes 0..<13")
    #expect(played.cause(6) == "reply ackData of p5")
    #expect(played.wake(7) == "packet 5")
  }

  @Test func aProbeOfTheTailComesSooner() {
    let played = Played(.retransmission)
    #expect(played.cause(8) == "retransmission tailLossProbe c10 of p7 bytes 0..<13")
    #expect(played.wake(9) == "packet 8")
    #expect(played.totals.reports[0].retransmissions == 2)
    #expect(played.totals.reports[0].clientBytes == 13)
  }

  @Test func threeDuplicatesMakeAFastRetransmission() {
    let pair = connected()
    pair.client.write(200...210, pair.socket, count: 5000)
    for index in 0..<5 { pair.stream.client(201 + index, .ack, length: 1000) }
    for index in 0..<4 { pair.stream.server(300 + index, .ack, ack: 1) }
    pair.stream.client(310, .ack, length: 1000, seq: 1)
    pair.stream.server(320, .ack)
    let played = pair.script.played
    #expect(played.cause(9) == "reply duplicateAck of p8")
    #expect(played.cause(13) == "retransmission fastRetransmit c7 of p4 bytes 0..<1000")
    #expect(played.packets[13].acknowledges == [13, 5, 6, 7, 8])
  }

  @Test func aGapThatSelectiveAcknowledgementsReportMakesOneToo() {
    let pair = connected()
    pair.client.write(200...210, pair.socket, count: 2000)
    pair.stream.client(201, .ack, length: 1000)
    pair.stream.client(202, .ack, length: 1000)
    pair.stream.server(300, .ack, ack: 1, sack: [1001..<2001])
    pair.stream.client(310, .ack, length: 1000, seq: 1)
    #expect(
      pair.script.played.cause(7) == "retransmission fastRetransmit c7 of p4 bytes 0..<1000")
  }

  @Test func whatRepairsTheSameLossAfterAPartialAckIsFastToo() {
    let pair = connected()
    pair.client.write(200...210, pair.socket, count: 5000)
    for index in 0..<5 { pair.stream.client(201 + index, .ack, length: 1000) }
    for index in 0..<4 { pair.stream.server(300 + index, .ack, ack: 1) }
    pair.stream.client(310, .ack, length: 1000, seq: 1)
    pair.stream.server(320, .ack, ack: 2001)
    pair.stream.client(322, .ack, length: 1000, seq: 2001)
    #expect(
      pair.script.played.cause(15) == "retransmission fastRetransmit c7 of p6 bytes 2000..<3000")
  }

  @Test func aSYNIsSentAgain() {
    let pair = Pair()
    let accept = pair.server.accept(50, pair.listener)
    pair.client.socket(90...98, pair.socket)
    let connect = pair.client.connect(
      100, pair.socket, "127.0.0.1:3490", local: "127.0.0.1:51514")
    pair.stream.client(110, .syn)
    pair.stream.client(1_030_000, .syn, seq: 0)
    pair.stream.server(1_030_004, [.syn, .ack])
    pair.stream.client(1_030_008, .ack)
    connect.returns(1_030_020)
    accept.returns(
      1_030_030, accepted: pair.accepted, local: "127.0.0.1:3490", peer: "127.0.0.1:51514")
    let played = pair.script.played
    #expect(played.cause(1) == "call connect c6")
    #expect(played.cause(2) == "retransmission timeout c6 of p1")
    #expect(played.cause(3) == "reply synAck of p2")
    #expect(played.states(1) == "SYN-SENT -")
    #expect(played.states(2) == "- SYN-RCVD")
    #expect(played.wake(6) == "packet 3")
    #expect(played.packets[1].makesSocket)
    #expect(!played.packets[0].makesSocket)
  }

  @Test func aSYNACKIsSentAgain() {
    let pair = Pair()
    pair.client.socket(90...98, pair.socket)
    let connect = pair.client.connect(
      100, pair.socket, "127.0.0.1:3490", local: "127.0.0.1:51514")
    pair.stream.client(110, .syn)
    pair.stream.server(114, [.syn, .ack])
    pair.stream.server(1_030_000, [.syn, .ack], seq: 0)
    pair.stream.client(1_030_004, .ack)
    connect.returns(1_030_020)
    let played = pair.script.played
    #expect(played.cause(2) == "reply synAck of p1")
    #expect(played.cause(3) == "retransmission timeout of p2")
    #expect(played.cause(4) == "reply handshakeAck of p3")
  }

  @Test func aFINIsSentAgain() {
    let pair = connected()
    pair.client.close(200...220, pair.socket)
    pair.stream.client(210, [.fin, .ack])
    pair.stream.client(204_210, [.fin, .ack], seq: 1)
    pair.stream.server(204_214, .ack)
    let played = pair.script.played
    #expect(played.cause(5) == "retransmission timeout c7 of p4")
    #expect(played.cause(6) == "reply ackFIN of p5")
  }

  @Test func aRetransmissionThatThePeerDidNotNeedIsSpurious() {
    let pair = connected()
    let read = pair.server.read(190, pair.accepted)
    pair.client.write(200...220, pair.socket, count: 13)
    pair.stream.client(210, [.psh, .ack], length: 13)
    read.returns(230, 13)
    pair.stream.client(4_000, [.psh, .ack], length: 13, seq: 1)
    pair.stream.server(4_004, .ack, sack: [1..<14])
    let played = pair.script.played
    #expect(played.cause(5) == "retransmission spurious c8 of p4 bytes 0..<13")
    #expect(played.cause(6) == "reply ackData of p5")
    #expect(played.wake(7) == "packet 4")
  }

  @Test func aRetransmissionThatCrossedItsAckIsSpurious() {
    let pair = connected()
    pair.client.write(200...220, pair.socket, count: 13)
    pair.stream.client(210, [.psh, .ack], length: 13)
    pair.stream.server(3_999, .ack)
    pair.stream.client(4_000, [.psh, .ack], length: 13, seq: 1)
    pair.stream.server(4_004, .ack, sack: [1..<14])
    let played = pair.script.played
    #expect(played.cause(6) == "retransmission spurious c7 of p4 bytes 0..<13")
    #expect(played.cause(7) == "reply duplicateAck of p6")
  }

  @Test func theSameMessageTwiceIsNoRetransmission() {
    let pair = connected()
    for time in [200, 300] {
      pair.client.write(time...(time + 20), pair.socket, "Hello, server")
      pair.stream.client(time + 10, [.psh, .ack], length: 13)
      pair.stream.server(time + 12, .ack)
    }
    let played = pair.script.played
    #expect(played.cause(4) == "call data c7 bytes 0..<13")
    #expect(played.cause(6) == "call data c8 bytes 13..<26")
  }

  @Test func aSegmentThatFillsAGapOfTheCaptureIsNew() {
    let pair = connected()
    pair.client.write(200...210, pair.socket, count: 2000)
    pair.stream.client(202, .ack, length: 1000, seq: 1001)
    pair.stream.client(203, .ack, length: 1000, seq: 1)
    let played = pair.script.played
    #expect(played.cause(4) == "call data c7 bytes 1000..<2000")
    #expect(played.cause(5) == "call data c7 bytes 0..<1000")
  }

  // MARK: timers

  @Test func aKeepAliveIsATimerAndItsAnswerAReply() {
    let pair = connected()
    pair.stream.client(2_000_000, .ack, seq: 0)
    pair.stream.server(2_000_004, .ack)
    pair.talk(at: 3_000_000)
    pair.stream.server(9_000_000, .ack, seq: 13)
    pair.stream.client(9_000_004, .ack)
    let played = pair.script.played
    #expect(played.cause(4) == "timer keepAlive")
    #expect(played.cause(5) == "reply probeAck of p4")
    #expect(played.cause(10) == "timer keepAlive")
    #expect(played.cause(11) == "reply probeAck of p10")
  }

  @Test func aKeepAliveWithAByteIsOneToo() {
    let pair = connected()
    pair.talk(at: 200)
    pair.stream.client(9_000_000, .ack, length: 1, seq: 13)
    pair.stream.server(9_000_004, .ack)
    let played = pair.script.played
    #expect(played.cause(8) == "timer keepAlive")
    #expect(played.totals.reports[0].retransmissions == 0)
    #expect(played.totals.reports[0].clientBytes == 13)
  }

  @Test func aClosedWindowIsProbedAndOpensAgain() {
    let pair = connected()
    pair.client.write(200...210, pair.socket, count: 30_000)
    pair.stream.client(205, [.psh, .ack], length: 20_000)
    pair.stream.server(207, .ack, window: 0)
    pair.stream.client(300_000, .ack, seq: 20_000)
    pair.stream.server(300_004, .ack, window: 0)
    pair.server.read(500_000...500_020, pair.accepted, count: 20_000, gives: 20_000)
    pair.stream.server(500_010, .ack, window: 300)
    pair.stream.client(500_014, [.psh, .ack], length: 10_000)
    let played = pair.script.played
    #expect(played.cause(6) == "timer zeroWindowProbe")
    #expect(played.cause(7) == "reply probeAck of p6")
    #expect(played.cause(8) == "reply windowUpdate of p6 by c8")
    #expect(played.cause(9) == "released releasedByAck c7 of p8 bytes 20000..<30000")
    #expect(played.packets[4].window == 0)
    #expect(played.packets[7].window == 300 << 7)
  }

  // MARK: acknowledgements

  @Test func anAckThatComesLateIsDelayed() {
    let pair = connected()
    pair.client.write(200...220, pair.socket, count: 13)
    pair.stream.client(210, [.psh, .ack], length: 13)
    pair.stream.server(40_210, .ack)
    #expect(pair.script.played.cause(5) == "reply ackData of p4 delayed")
  }

  @Test func anAckThatComesWithALaterReadIsDelayedByIt() {
    let pair = connected()
    pair.client.write(200...220, pair.socket, count: 13)
    pair.stream.client(210, [.psh, .ack], length: 13)
    pair.server.read(5_000...5_020, pair.accepted, gives: 13)
    pair.stream.server(5_010, .ack)
    #expect(pair.script.played.cause(5) == "reply ackData of p4 by c8 delayed")
  }

  @Test func oneAckAnswersSeveralSegments() {
    let pair = connected()
    pair.client.write(200...220, pair.socket, count: 3000)
    for index in 0..<3 { pair.stream.client(202 + index, .ack, length: 1000) }
    pair.stream.server(210, .ack)
    let played = pair.script.played
    #expect(played.packets[6].acknowledges == [4, 5, 6])
    #expect(played.cause(7) == "reply ackData of p6")
  }

  @Test func dataMayAcknowledgeTheHandshake() {
    let pair = Pair()
    pair.client.socket(90...98, pair.socket)
    let connect = pair.client.connect(
      100, pair.socket, "127.0.0.1:3490", local: "127.0.0.1:51514")
    pair.stream.client(110, .syn)
    pair.stream.server(114, [.syn, .ack])
    connect.returns(130)
    pair.client.write(140...160, pair.socket, count: 13)
    pair.stream.client(150, [.psh, .ack], length: 13)
    let played = pair.script.played
    #expect(played.cause(3) == "call data c6 bytes 0..<13")
    #expect(played.states(3) == "- ESTABLISHED")
    #expect(played.totals.reports[0].handshake == 40_000)
  }

  @Test func aSYNInAnOpenConnectionIsChallenged() {
    let pair = connected()
    let other = pair.script.stream("127.0.0.1:51514", "127.0.0.1:3490", isn: (777_777, 0))
    other.client(200, .syn)
    pair.stream.server(204, .ack)
    pair.talk(at: 300)
    let played = pair.script.played
    #expect(played.cause(5) == "reply challengeAck of p4")
    #expect(played.connection(ofPacket: 5) == 1)
    #expect(played.cause(6) == "call data c8 bytes 0..<13")
  }
}
