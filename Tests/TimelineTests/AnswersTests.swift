import Calls
import Scenario
import Testing
import Timeline
import Wire

/// Which segment an acknowledgement was sent for.
@Suite struct AnswersTests {
  /// A pair with five segments of 1,000 bytes on their way: packets 4 to 8 of c7.
  private func sent() -> Pair {
    let pair = Pair()
    pair.connect(at: 100)
    pair.client.write(200...210, pair.socket, count: 5000)
    for index in 0..<5 { pair.stream.client(201 + index, .ack, length: 1000) }
    return pair
  }

  @Test func oneThatIsOvertakenAnswersItsOwnSegment() {
    let pair = sent()
    pair.stream.server(220, .ack, ack: 3001)
    pair.stream.server(221, .ack, ack: 1001)
    pair.stream.server(222, .ack, ack: 2001, window: 600)
    pair.stream.server(223, .ack, ack: 5001)
    let played = pair.script.played
    #expect(
      played.causes[8...] == [
        "reply ackData of p6", "reply ackData of p4", "reply ackData of p5", "reply ackData of p8",
      ])
    #expect(played.packets[9].acknowledges == [])
  }

  @Test func oneThatIsOvertakenByTheLastStillFindsItsSegment() {
    let pair = sent()
    pair.stream.server(220, .ack, ack: 5001)
    for ack in [4001, 3001] { pair.stream.server(221, .ack, ack: ack) }
    let played = pair.script.played
    #expect(played.cause(10) == "reply ackData of p7")
    #expect(played.cause(11) == "reply ackData of p6")
  }

  @Test func oneThatIsOvertakenIsNoDuplicate() {
    let pair = sent()
    pair.stream.server(220, .ack, ack: 4001)
    for ack in [1001, 2001, 3001] { pair.stream.server(221, .ack, ack: ack) }
    pair.stream.client(222, .ack, length: 1000, seq: 4001)
    #expect(pair.script.played.cause(13).hasPrefix("retransmission sentAgain"))
  }

  @Test func aDuplicateNamesWhatItsBlockSaysCameLast() {
    let pair = sent()
    pair.stream.server(220, .ack, ack: 1, sack: [1001..<2001])
    pair.stream.server(221, .ack, ack: 1, sack: [3001..<4001, 1001..<2001])
    pair.stream.server(222, .ack, ack: 1, sack: [3001..<5001, 1001..<2001])
    // What fills the second hole at its end makes the block longer at its beginning.
    pair.stream.server(223, .ack, ack: 1, sack: [2001..<5001])
    pair.stream.server(224, .ack, ack: 1)
    let played = pair.script.played
    #expect(
      played.causes[8...11] == [
        "reply duplicateAck of p5", "reply duplicateAck of p7", "reply duplicateAck of p8",
        "reply duplicateAck of p6",
      ])
  }

  @Test func aReportThatSomethingCameTwiceNamesTheSecondCopy() {
    let pair = sent()
    pair.stream.server(220, .ack)
    pair.stream.client(400, .ack, length: 1000, seq: 2001)
    pair.stream.client(401, .ack, length: 1000, seq: 3001)
    pair.stream.server(410, .ack, sack: [2001..<3001])
    pair.stream.server(411, .ack, sack: [3001..<4001])
    let played = pair.script.played
    #expect(played.cause(12) == "reply duplicateAck of p10")
    #expect(played.cause(13) == "reply duplicateAck of p11")
  }

  @Test func whatFillsAHoleIsAnsweredThoughLaterBytesAreAcknowledged() {
    let pair = sent()
    for right in [2001, 3001, 4001, 5001] {
      pair.stream.server(220, .ack, ack: 1, sack: [1001..<right])
    }
    pair.stream.client(230, .ack, length: 1000, seq: 1)
    pair.stream.server(240, .ack)
    #expect(pair.script.played.cause(14) == "reply ackData of p13")
  }

  @Test func anUpdateOfTheWindowNamesDataAndNoProbe() {
    let pair = sent()
    pair.stream.server(220, .ack, window: 0)
    pair.stream.client(400_000, .ack, seq: 5000)
    pair.stream.server(400_010, .ack, window: 0)
    let read = pair.server.read(500_000, pair.accepted, count: 5000)
    pair.stream.server(500_010, .ack)
    read.returns(500_020, 5000)
    let played = pair.script.played
    #expect(played.cause(10) == "timer zeroWindowProbe")
    #expect(played.cause(11) == "reply probeAck of p10")
    #expect(played.cause(12) == "reply windowUpdate of p8 by c8")
  }
}
