import Calls
import Scenario
import Testing
import Timeline
import Wire

@Suite struct RepetitionsTests {
  /// A pair that is connected by 150 microseconds: packets 1 to 3, calls c1 to c6.
  private func connected() -> Pair {
    let pair = Pair()
    pair.connect(at: 100)
    return pair
  }

  @Test func aRepetitionNamesTheFirstPacketAndItsCall() {
    let played = Played(.retransmission)
    #expect(played.cause(5) == "retransmission tailLossProbe c8 of p4 bytes 0..<13")
    #expect(played.cause(6) == "reply ackData of p5")
    #expect(played.wake(7) == "packet 5")
  }

  @Test func oneSegmentIsProbedOnceThenItsTimeRunsOut() {
    let pair = connected()
    pair.client.write(200...220, pair.socket, count: 4)
    pair.stream.client(210, [.psh, .ack], length: 4)
    for time in [205_000, 412_000, 840_000] { pair.stream.again(.client, time, length: 4) }
    pair.stream.server(840_010, .ack)
    pair.client.write(900_000...900_020, pair.socket, count: 4)
    pair.stream.client(900_010, [.psh, .ack], length: 4)
    pair.stream.again(.client, 1_110_000, length: 4)
    let causes = pair.script.played.causes.map { $0.prefix { $0 != "c" } }
    #expect(
      causes[4...6] == [
        "retransmission tailLossProbe ", "retransmission timeout ", "retransmission timeout ",
      ])
    #expect(causes[9] == "retransmission tailLossProbe ")
  }

  @Test func withoutSACKThereIsNoProbe() {
    let pair = Pair()
    pair.stream.hasOptions = false
    pair.connect(at: 100)
    pair.client.write(200...220, pair.socket, count: 4)
    pair.stream.client(210, [.psh, .ack], length: 4)
    pair.stream.again(.client, 205_000, length: 4)
    #expect(pair.script.played.cause(5).hasPrefix("retransmission timeout"))
  }

  @Test func ofOtherSystemsAProbeIsKnownByItsTimeAlone() {
    let script = Script()
    script.hasCalls = false
    let stream = script.stream("10.0.0.1:40000", "10.0.0.2:3490")
    stream.handshake(0, 10, 20)
    stream.client(100, [.psh, .ack], length: 4)
    stream.again(.client, 205_000, length: 4)
    #expect(script.played.cause(5) == "retransmission timeout of p4 bytes 0..<4")
  }

  @Test func dataAtThePlaceOfTheSYNIsNoRepetition() {
    let script = Script()
    script.hasCalls = false
    let stream = script.stream("10.0.0.1:40000", "10.0.0.2:3490")
    stream.client(0, .syn)
    stream.client(1_000, [.psh, .ack], length: 13, seq: 0)
    stream.client(2_000_000, [.psh, .ack], length: 13, seq: 0)
    let played = script.played
    #expect(played.cause(2).hasPrefix("untraced"))
    #expect(played.cause(3).hasPrefix("retransmission timeout of p2"))
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
    #expect(played.cause(5) == "retransmission tailLossProbe c7 of p4")
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
}
