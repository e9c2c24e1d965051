import Calls
import Scenario
import Testing
import Timeline
import Wire

/// Which segments are of one connection, where captures show them in odd orders; the table and the
/// timeline say the same of each.
@Suite struct FlowOpeningTests {
  private typealias Segment = (
    side: Side, sequence: UInt32, acknowledgement: UInt32, flags: UInt16, length: Int
  )
  private static let (syn, ack, fin, rst): (UInt16, UInt16, UInt16, UInt16) = (2, 16, 1, 4)

  /// The connections that these segments are, a millisecond apart.
  private func connections(
    _ segments: [Segment], at times: [Int] = [], scales: [UInt8?] = []
  ) -> [ConnectionSummary] {
    let packets = segments.enumerated().map { index, one in
      var packet = RandomSegments.packet(
        index + 1, one.side, one.sequence, one.acknowledgement, one.flags, one.length,
        scale: index < scales.count ? scales[index] : 2)
      if index < times.count {
        packet.time = Instant(1_700_000_000_000_000_000 + Int64(times[index]) * 1_000_000_000)
        packet.stamp = packet.time
      }
      return packet
    }
    let (table, timeline) = FlowTableTests.summaries(packets)
    #expect(table == timeline)
    return table
  }

  @Test func aSYNBehindItsAnswer() {
    let one = connections([
      (.server, 5000, 1001, Self.syn | Self.ack, 0), (.client, 1000, 0, Self.syn, 0),
      (.client, 1001, 5001, Self.ack, 0), (.client, 1001, 5001, Self.ack, 10),
      (.server, 5001, 1011, Self.ack, 0),
    ])
    #expect(one.count == 1)
    #expect(one[0].client.initial == SequenceNumber(1000))
    #expect(one[0].client.state == .established && one[0].server.state == .established)
    #expect(one[0].client.retransmissions == 0 && one[0].client.payloadBytes == 10)
    #expect(one[0].handshake == 1_000_000)
  }

  /// The whole handshake backwards.
  @Test func aHandshakeBackwards() {
    let one = connections([
      (.client, 1001, 5001, Self.ack, 0), (.server, 5000, 1001, Self.syn | Self.ack, 0),
      (.client, 1000, 0, Self.syn, 0), (.client, 1001, 5001, Self.ack, 7),
    ])
    #expect(one.count == 1)
    #expect(one[0].client.payloadBytes == 7)
    #expect(one[0].client.retransmissions + one[0].server.retransmissions == 0)
    #expect(one[0].client.state == .established && one[0].server.state == .established)
    #expect(one[0].handshake == nil)
  }

  /// The answer to Fast Open acknowledges the data too.
  @Test func aFastOpenBehindItsAnswer() {
    let one = connections([
      (.server, 5000, 1011, Self.syn | Self.ack, 0), (.client, 1000, 0, Self.syn, 10),
      (.client, 1011, 5001, Self.ack, 0),
    ])
    #expect(one.count == 1)
    #expect(one[0].client.payloadBytes == 10)
    #expect(one[0].client.retransmissions == 0)
  }

  /// Ports used again while the older connection waits in TIME-WAIT, and again the answer comes first.
  @Test func anAnswerOnUsedPortsBeginsAnother() {
    let older: [Segment] = [
      (.client, 1000, 0, Self.syn, 0), (.server, 5000, 1001, Self.syn | Self.ack, 0),
      (.client, 1001, 5001, Self.ack, 0), (.client, 1001, 5001, Self.fin | Self.ack, 0),
      (.server, 5001, 1002, Self.fin | Self.ack, 0), (.client, 1002, 5002, Self.ack, 0),
    ]
    let two = connections(
      older + [
        (.server, 900_000, 700_001, Self.syn | Self.ack, 0), (.client, 700_000, 0, Self.syn, 0),
        (.client, 700_001, 900_001, Self.ack, 0),
      ])
    #expect(two.count == 2)
    #expect(two[0].client.state == .timeWait && two[0].server.state == .closed)
    #expect(two[1].client.packets == 2 && two[1].server.packets == 1)
    #expect(two[1].client.state == .established)
  }

  @Test func aServerThatNeverAnsweredHasNoState() {
    let one = connections(
      [
        (.client, 1000, 0, Self.syn, 0), (.client, 1000, 0, Self.syn, 0),
        (.client, 1000, 0, Self.syn, 0), (.client, 1000, 0, Self.syn, 0),
        (.client, 1000, 0, Self.syn, 0),
      ], at: [0, 1, 3, 7, 15])
    #expect(one.count == 1)
    #expect(one[0].client.state == .synSent)
    #expect(one[0].server.state == nil)
    #expect(one[0].client.retransmissions == 4)
    #expect(one[0].client.packets == 5)
  }

  @Test func anotherNumberIsAnotherConnection() {
    let two = connections(
      [
        (.client, 1000, 0, Self.syn, 0), (.client, 1000, 0, Self.syn, 0),
        (.client, 88_000, 0, Self.syn, 0), (.server, 5000, 88_001, Self.syn | Self.ack, 0),
      ], at: [0, 1, 130, 131])
    #expect(two.count == 2)
    #expect(two[0].client.packets == 2 && two[0].close == .open)
    #expect(two[1].server.state == .synReceived)
  }

  /// Some systems send the same SYN again after a RST.
  @Test func theSameSYNAfterARST() {
    let refused: [Segment] = [
      (.client, 1000, 0, Self.syn, 0), (.server, 0, 1001, Self.rst | Self.ack, 0),
    ]
    let one = connections(refused + refused + refused)
    #expect(one.count == 1)
    #expect(one[0].close == .refused)
    #expect(one[0].client.retransmissions == 2 && one[0].server.resets == 3)
    let made = connections(
      refused + [
        (.client, 1000, 0, Self.syn, 0), (.server, 5000, 1001, Self.syn | Self.ack, 0),
        (.client, 1001, 5001, Self.ack, 0),
      ])
    #expect(made.count == 1)
    #expect(made[0].close == .open)
    #expect(made[0].client.state == .established && made[0].server.state == .established)
  }

  /// A server that still holds an older connection answers each SYN with a bare ACK (RFC 5961).
  @Test func theSameSYNThatIsChallenged() {
    let old: [Segment] = [
      (.client, 1000, 0, Self.syn, 0), (.server, 5000, 1001, Self.syn | Self.ack, 0),
      (.client, 1001, 5001, Self.ack, 0),
    ]
    let challenged: [Segment] = [
      (.client, 700_000, 0, Self.syn, 0), (.server, 5001, 1001, Self.ack, 0),
    ]
    let two = connections(old + challenged + challenged + challenged)
    #expect(two.count == 2)
    #expect(two[0].server.packets == 4)
    #expect(two[1].client.packets == 3 && two[1].client.state == .synSent)
    let reset = connections(
      old + challenged + [
        (.client, 1001, 0, Self.rst, 0), (.client, 700_000, 0, Self.syn, 0),
        (.server, 900_000, 700_001, Self.syn | Self.ack, 0),
        (.client, 700_001, 900_001, Self.ack, 0),
      ])
    #expect(reset.count == 2)
    #expect(reset[0].close == .reset(by: .client))
    #expect(reset[1].client.packets == 3 && reset[1].client.state == .established)
  }

  /// What is left of it where the older connection was never seen.
  @Test func aChallengeOfAnUnseenConnection() {
    let one = connections([
      (.client, 700_000, 0, Self.syn, 0), (.server, 5001, 1001, Self.ack, 0),
      (.client, 1001, 0, Self.rst, 0), (.client, 700_000, 0, Self.syn, 0),
      (.server, 900_000, 700_001, Self.syn | Self.ack, 0), (.client, 700_001, 900_001, Self.ack, 0),
    ])
    #expect(one.count == 1)
    #expect(one[0].client.state == .established && one[0].server.state == .established)
    #expect(one[0].client.retransmissions == 1)
  }

  /// A server with SYN cookies, or a proxy, answers each SYN as if it were the first.
  @Test func eachSYNHasAnAnswerOfItsOwn() {
    let one = connections([
      (.client, 1000, 0, Self.syn, 0), (.server, 5000, 1001, Self.syn | Self.ack, 0),
      (.client, 1000, 0, Self.syn, 0), (.server, 777_000, 1001, Self.syn | Self.ack, 0),
      (.client, 1001, 777_001, Self.ack, 0), (.server, 777_001, 1001, Self.ack, 20),
    ])
    #expect(one.count == 1)
    #expect(one[0].server.initial == SequenceNumber(777_000))
    #expect(one[0].server.payloadBytes == 20 && one[0].server.retransmissions == 0)
    #expect(one[0].server.state == .established)
  }

  /// A capture that was played twice holds two connections.
  @Test func theSameConnectionOnceMore() {
    let whole: [Segment] = [
      (.client, 1000, 0, Self.syn, 0), (.server, 5000, 1001, Self.syn | Self.ack, 0),
      (.client, 1001, 5001, Self.ack, 0), (.client, 1001, 5001, Self.fin | Self.ack, 0),
      (.server, 5001, 1002, Self.fin | Self.ack, 0), (.client, 1002, 5002, Self.ack, 0),
    ]
    let two = connections(whole + whole)
    #expect(two.count == 2)
    #expect(two[1].client.retransmissions == 0)
  }

  @Test func silenceAloneIsNoEnd() {
    let open: [Segment] = [
      (.client, 1000, 0, Self.syn, 0), (.server, 5000, 1001, Self.syn | Self.ack, 0),
      (.client, 1001, 5001, Self.ack, 0), (.client, 1001, 5001, Self.ack, 10),
    ]
    let one = connections(
      open + [(.server, 5001, 1011, Self.ack, 20)], at: [0, 0, 0, 0, 4000])
    #expect(one.count == 1)
    #expect(one[0].server.payloadBytes == 20)
    // Numbers that do not go on are another connection's, whose handshake was not seen.
    let two = connections(
      open + [(.client, 3_000_000_000, 2_000_000_000, Self.ack, 20)], at: [0, 0, 0, 0, 4000])
    #expect(two.count == 2)
    #expect(two[1].beganBefore)
  }

  // MARK: what SYNs tell

  /// The window of a server's segment, of 500 in the header, in bytes.
  private func window(_ segments: [Segment], scales: [UInt8?]) -> (client: Int?, server: Int?) {
    let one = connections(segments, scales: scales)
    #expect(one.count == 1)
    return (one[0].client.smallestWindow, one[0].server.smallestWindow)
  }

  @Test func aScaledAnswerProvesAScaledSYN() {
    let answer: Segment = (.server, 5000, 1001, Self.syn | Self.ack, 0)
    let rest: [Segment] = [(.client, 1001, 5001, Self.ack, 0), (.server, 5001, 1001, Self.ack, 0)]
    // The client's own factor was in the SYN; the answer's window of 500 is not scaled.
    #expect(window([answer] + rest, scales: [2]) == (nil, 500))
    // An answer without it says that nothing is scaled.
    #expect(window([answer] + rest, scales: [nil]) == (500, 500))
    // And so does a SYN without it, whatever the answer was.
    #expect(window([(.client, 1000, 0, Self.syn, 0)] + rest, scales: [nil]) == (500, 500))
    #expect(window([(.client, 1000, 0, Self.syn, 0)] + rest, scales: [2]) == (500, nil))
  }

  @Test func theServersWindowIsKnownByItsAnswer() {
    var packets = [
      RandomSegments.packet(1, .server, 5000, 1001, 0x12, 0, scale: 3),
      RandomSegments.packet(2, .client, 1001, 5001, 0x10, 0),
      RandomSegments.packet(3, .server, 5001, 1001, 0x10, 0),
    ]
    packets[0].packet.payloadLength = 0
    var timeline = Timeline(hasCalls: false)
    var rows: [Row] = []
    for packet in packets { rows += timeline.append(.packet(packet)) }
    let played = Played(rows: rows + timeline.finish(), totals: timeline.totals)
    #expect(played.packets.map(\.window) == [500, 500, 4000])
  }

  // MARK: mid-stream

  /// Bytes below the first that was seen are new once, and a repetition afterwards.
  @Test func bytesBelowTheFirst() {
    let one = connections([
      (.client, 2000, 5001, Self.ack, 100), (.client, 1000, 5001, Self.ack, 100),
      (.client, 1000, 5001, Self.ack, 100), (.client, 1050, 5001, Self.ack, 100),
    ])
    #expect(one[0].client.payloadBytes == 250)
    #expect(one[0].client.retransmissions == 2)
  }

  /// What the peer had acknowledged before was sent before, though nobody saw it.
  @Test func bytesThatWereAcknowledgedBefore() {
    let one = connections([
      (.server, 5001, 2000, Self.ack, 0), (.client, 1900, 5001, Self.ack, 100),
      (.client, 2000, 5001, Self.ack, 100),
    ])
    #expect(one[0].client.payloadBytes == 200)
    #expect(one[0].client.retransmissions == 1)
  }

  @Test func aRSTToAConnectionThatWasNotSeen() {
    let one = connections([(.server, 0, 1001, Self.rst | Self.ack, 0)])
    #expect(one.count == 1)
    #expect(one[0].close == .reset(by: .server))
    #expect(!one[0].beganBefore)
  }

  /// Numbers that wrap, and a byte that only asks whether the peer is there.
  @Test func theNumbersWrap() {
    let one = connections(
      [
        (.client, 0xFFFF_FFF0, 0, Self.syn, 0),
        (.server, 5000, 0xFFFF_FFF1, Self.syn | Self.ack, 0),
        (.client, 0xFFFF_FFF1, 5001, Self.ack, 0), (.client, 1, 5001, Self.ack, 16),
        (.client, 0xFFFF_FFF1, 5001, Self.ack, 16), (.server, 5001, 17, Self.ack, 0),
        (.client, 16, 5001, Self.ack, 1),
      ], at: [0, 0, 0, 0, 0, 0, 60])
    #expect(one[0].client.payloadBytes == 32)
    #expect(one[0].client.retransmissions == 0)
  }
}
