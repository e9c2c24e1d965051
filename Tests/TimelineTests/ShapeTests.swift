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
    #expect(played.cause(8) == "reply windowUpdate of p4 by c8")
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
