import Calls
import Scenario
import Testing
import Timeline
import Wire

@Suite struct PacketIngestTests {
  @Test func packetsThatCannotBeReadAreUnknown() {
    let script = Script()
    script.frame(0, [1, 2, 3], length: 60)
    script.frame(1, [UInt8](repeating: 0, count: 12) + [0x08, 0x06, 0, 1], length: 60)
    let played = script.played
    #expect(played.cause(1) == "unknown undecoded")
    #expect(played.cause(2) == "untraced otherProtocol")
    #expect(played.packets.allSatisfy { $0.sender == nil })
    #expect(played.totals.unexplained == 1)
  }

  @Test func aSegmentOfWhichLittleWasCapturedCountsWhole() {
    let pair = Pair()
    pair.connect(at: 100)
    pair.client.write(200...220, pair.socket, count: 60_000)
    pair.stream.client(210, [.psh, .ack], length: 60_000)
    let played = pair.script.played
    #expect(played.packets[3].packet.capturedLength < 100)
    #expect(played.cause(4) == "call data c7 bytes 0..<60000")
  }

  @Test func echoesAreReplies() {
    for (type, cause) in [(UInt8(0), "reply echoReply"), (8, "untraced otherProtocol")] {
      let script = Script()
      let header: [UInt8] = [
        0x45, 0, 0, 28, 0, 0, 0, 0, 64, 1, 0, 0, 127, 0, 0, 1, 127, 0, 0, 1, type, 0, 0, 0, 0, 0,
        0, 0,
      ]
      let frame = [UInt8](repeating: 0, count: 12) + [0x08, 0] + header
      script.frame(0, frame, length: frame.count)
      #expect(script.played.cause(1) == cause)
    }
  }

  @Test func aFragmentThatIsNotTheFirstIsUnknown() {
    let script = Script()
    let header: [UInt8] = [
      0x45, 0, 0, 28, 0, 1, 0, 10, 64, 17, 0, 0, 127, 0, 0, 1, 127, 0, 0, 1, 1, 2, 3, 4, 5, 6, 7,
      8,
    ]
    let frame = [UInt8](repeating: 0, count: 12) + [0x08, 0] + header
    script.frame(0, frame, length: frame.count)
    #expect(script.played.cause(1) == "unknown undecoded")
  }

  @Test func theLowerPortIsTheServerInMidStream() throws {
    let script = Script()
    script.stream("127.0.0.1:443", "127.0.0.1:50000")
      .client(0, [.psh, .ack], length: 5, seq: 9, ack: 9)
    let facts = try #require(script.played.totals.reports.first).connection
    #expect(facts.server.port == 443)
    #expect(facts.client.port == 50_000)
  }

  @Test func theListenerIsTheServerInMidStream() throws {
    let script = Script()
    script.process(4120, "server").listens(0, script.socket(fd: 3), "127.0.0.1:50000")
    script.stream("127.0.0.1:443", "127.0.0.1:50000")
      .client(100, [.psh, .ack], length: 5, seq: 9, ack: 9)
    let facts = try #require(script.played.totals.reports.first).connection
    #expect(facts.server.port == 50_000)
  }

  @Test func aSYNACKWithoutItsSYNKnowsTheServer() throws {
    let script = Script()
    let stream = script.stream("127.0.0.1:51514", "127.0.0.1:3490")
    stream.server(0, [.syn, .ack], ack: 1)
    stream.client(4, .ack, seq: 1)
    let facts = try #require(script.played.totals.reports.first).connection
    #expect(facts.server.port == 3490)
    #expect(facts.serverISN == SequenceNumber(5000))
  }

  @Test func windowsAreScaledWhereBothEndsDo() {
    let script = Script()
    let stream = script.stream("127.0.0.1:51514", "127.0.0.1:3490")
    stream.handshake(0, 4, 8)
    #expect(script.played.packets.map(\.window) == [65495, 65495, 512 << 7])
    let plain = Script()
    let unscaled = plain.stream("127.0.0.1:51514", "127.0.0.1:3490")
    unscaled.hasOptions = false
    unscaled.handshake(0, 4, 8)
    #expect(plain.played.packets[2].window == 512)
  }
}
