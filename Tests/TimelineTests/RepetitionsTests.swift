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
    let pair = connected()
    pair.client.write(200...210, pair.socket, count: 2000)
    for time in [202, 203] { pair.stream.client(time, .ack, length: 1000) }
    pair.stream.again(.client, 6_200, length: 1000)
    #expect(
      pair.script.played.cause(6) == "retransmission tailLossProbe c7 of p5 bytes 1000..<2000")
  }

  @Test func oneSegmentAloneIsNotProbedSoSoon() {
    let played = Played(.retransmission)
    #expect(played.cause(8) == "retransmission sentAgain c10 of p7 bytes 0..<13")
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

  /// Two segments on their way, and the last or the first of them sent again after so many
  /// microseconds.
  @Test(arguments: [
    (1_000, true, "sentAgain"), (6_000, true, "tailLossProbe"), (10_000, false, "sentAgain"),
    (100_000, false, "sentAgain"), (210_000, false, "timeout"),
  ])
  func aReasonNeedsItsTime(waited: Int, isTail: Bool, reason: String) {
    let pair = connected()
    pair.client.write(200...210, pair.socket, count: 2000)
    for time in [202, 203] { pair.stream.client(time, .ack, length: 1000) }
    pair.stream.client(203 + waited, .ack, length: 1000, seq: isTail ? 1001 : 1)
    #expect(pair.script.played.cause(6).hasPrefix("retransmission \(reason) c7"))
  }

  @Test(arguments: [(6_000, "sentAgain"), (11_000, "tailLossProbe")])
  func aProbeWaitsForTwoRoundTrips(waited: Int, reason: String) {
    let script = Script()
    script.hasCalls = false
    let stream = script.stream("10.0.0.1:40000", "10.0.0.2:3490")
    stream.handshake(0, 4_000, 4_010)
    for time in [20_000, 20_001] { stream.client(time, .ack, length: 1000) }
    stream.again(.client, 20_001 + waited, length: 1000)
    #expect(script.played.cause(6) == "retransmission \(reason) of p5 bytes 1000..<2000")
  }

  @Test func anAcknowledgementWithNewsStartsTheTimeAnew() {
    let pair = connected()
    pair.client.write(200...210, pair.socket, count: 3000)
    for time in [202, 203, 204] { pair.stream.client(time, .ack, length: 1000) }
    pair.stream.server(150_000, .ack, ack: 1001)
    pair.stream.client(210_000, .ack, length: 1000, seq: 1001)
    #expect(pair.script.played.cause(8).hasPrefix("retransmission sentAgain c7"))
  }

  /// The 30 ms of other systems than Linux.
  @Test(arguments: [(10_000, "sentAgain"), (40_000, "timeout"), (250_000, "timeout")])
  func otherSystemsHaveShorterTimes(waited: Int, reason: String) {
    let script = Script()
    script.hasCalls = false
    let stream = script.stream("10.0.0.1:40000", "10.0.0.2:3490")
    stream.hasOptions = false
    stream.handshake(0, 10, 20)
    for time in [100, 101] { stream.client(time, .ack, length: 1000) }
    stream.client(101 + waited, .ack, length: 1000, seq: 1)
    #expect(script.played.cause(6) == "retransmission \(reason) of p4 bytes 0..<1000")
  }

  @Test func everythingIsLostSinceATimeout() {
    let pair = connected()
    pair.client.write(200...210, pair.socket, count: 3000)
    for time in [202, 203, 204] { pair.stream.client(time, .ack, length: 1000) }
    pair.stream.client(210_000, .ack, length: 1000, seq: 1)
    pair.stream.server(210_010, .ack, ack: 1001)
    pair.stream.client(210_020, .ack, length: 1000, seq: 1001)
    let causes = pair.script.played.causes.map { $0.split(separator: " ")[1] }
    #expect(causes[6] == "timeout")
    #expect(causes[8] == "timeout")
  }

  /// The first copy of bytes 0 to 999 was lost before the place of the capture.
  private func holed(_ acks: [[Range<Int>]]) -> Pair {
    let pair = connected()
    pair.client.write(200...210, pair.socket, count: 5000)
    for index in 1..<5 {
      pair.stream.client(201 + index, .ack, length: 1000, seq: 1 + index * 1000)
    }
    for (index, blocks) in acks.enumerated() {
      pair.stream.server(300 + index, .ack, ack: 1, sack: blocks)
    }
    return pair
  }

  @Test(arguments: [true, false])
  func aHoleThatIsFilledAfterThreeDuplicatesWasSentBefore(selective: Bool) {
    let blocks = selective ? [1001..<2001, 1001..<3001, 1001..<4001] : []
    let pair = holed(
      selective ? blocks.map { [$0] } : Array(repeating: [], count: 3))
    pair.stream.client(310, .ack, length: 1000, seq: 1)
    pair.stream.server(312, .ack)
    let played = pair.script.played
    #expect(played.cause(11) == "retransmission fastRetransmit c7 bytes 0..<1000")
    #expect(played.cause(12) == "reply ackData of p11")
    #expect(played.packets[11].acknowledges == [11, 4, 5, 6, 7])
    #expect(played.totals.reports[0].retransmissions == 0)
    #expect(played.totals.reports[0].clientBytes == 5000)
  }

  @Test func aHoleThatIsFilledAtOnceJustCameLate() {
    let pair = holed([[1001..<2001]])
    pair.stream.client(310, .ack, length: 1000, seq: 1)
    #expect(pair.script.played.cause(9) == "released releasedByAck c7 of p8 bytes 0..<1000")
  }

  @Test func aHoleThatIsFilledAfterASilenceIsATimeout() {
    let pair = holed([])
    pair.stream.client(220_000, .ack, length: 1000, seq: 1)
    #expect(pair.script.played.cause(8) == "retransmission timeout c7 bytes 0..<1000")
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
