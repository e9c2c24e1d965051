import Calls
import Scenario
import Testing
import Timeline
import Wire

/// What is sent after a program was let go of has calls that nobody saw.
@Suite struct TraceEndTests {
  private let pair = Pair()

  /// A connection whose client and server are let go of at 1,000 microseconds.
  private func letGo() {
    pair.connect(at: 100)
    pair.client.write(200...220, pair.socket, count: 10)
    pair.stream.client(210, [.psh, .ack], length: 10)
    pair.stream.server(212, .ack)
    pair.client.event(1000, .letGo)
    pair.server.event(1000, .letGo)
  }

  @Test func dataAfterTheTraceSaysSo() {
    letGo()
    pair.stream.client(2000, [.psh, .ack], length: 10)
    pair.stream.server(2005, .ack)
    pair.stream.client(3000, [.fin, .ack])
    pair.stream.server(3005, .ack)
    let played = pair.script.played
    #expect(played.cause(4).hasPrefix("call data"))
    #expect(played.cause(6) == "unknown afterTrace")
    // What the kernel does by itself goes by the packets, as before.
    #expect(played.cause(7).hasPrefix("reply ackData"))
    #expect(played.cause(8) == "unknown afterTrace")
    #expect(played.cause(9).hasPrefix("reply ackFIN"))
    #expect(played.totals.outsideTrace == 2)
    #expect(played.totals.unexplained == 0)
  }

  /// A connection that begins later may be of the program that was let go of.
  @Test func aNewConnectionAfterTheTraceIsNotUntraced() {
    letGo()
    let stream = pair.script.stream("127.0.0.1:51600", "127.0.0.1:3490")
    stream.client(2000, .syn)
    stream.server(2005, [.syn, .ack])
    let played = pair.script.played
    #expect(played.cause(6) == "unknown afterTrace")
  }

  /// Bytes that were written before and leave later have their call all the same.
  @Test func whatWasWrittenBeforeKeepsItsCall() {
    pair.connect(at: 100)
    pair.client.write(200...220, pair.socket, count: 10)
    pair.client.event(230, .letGo)
    pair.stream.client(240, [.psh, .ack], length: 10)
    #expect(pair.script.played.cause(4).contains("bytes 0..<10"))
    #expect(!pair.script.played.cause(4).contains("afterTrace"))
  }

  /// One of two programs is let go of; the other is traced on.
  @Test func theOthersAreTracedOn() {
    pair.connect(at: 100)
    pair.client.event(1000, .letGo)
    pair.stream.client(2000, [.psh, .ack], length: 10)
    pair.server.write(2100...2120, pair.accepted, count: 4)
    pair.stream.server(2110, [.psh, .ack], length: 4)
    let played = pair.script.played
    #expect(played.cause(4) == "unknown afterTrace")
    #expect(played.cause(5).hasPrefix("call data"))
  }

  /// A program that was never traced stays untraced, while the trace goes on and after it.
  @Test func whatWasUntracedStaysSo() {
    let stream = pair.script.stream("127.0.0.1:40000", "127.0.0.1:9999")
    stream.client(50, .syn)
    stream.server(55, [.syn, .ack])
    letGo()
    stream.client(2000, [.psh, .ack], length: 3)
    #expect(pair.script.played.cause(1) == "untraced notTraced")
    let last = pair.script.played.packets.last?.packet.number ?? 0
    #expect(pair.script.played.cause(last) == "untraced notTraced")
  }
}
