import Calls
import Scenario
import Testing
import Timeline
import Wire

@Suite struct OffsetChecksTests {
  /// A connection, whose writes the tracer asks the kernel about.
  private func connected() -> Pair {
    let pair = Pair()
    pair.connect(at: 100)
    pair.script.asksStreamOffset = true
    return pair
  }

  @Test func writesThatAgreeAreCounted() {
    let pair = connected()
    for index in 0..<5 {
      pair.client.write((200 + 100 * index)...(220 + 100 * index), pair.socket, count: 13)
      pair.stream.client(210 + 100 * index, [.psh, .ack], length: 13)
    }
    let played = pair.script.played
    #expect(played.totals.offsets.agreed == 5)
    #expect(played.totals.offsets.disagreed == 0)
    #expect(played.totals.unexplained == 0)
  }

  @Test func withoutTheKernelNothingIsCounted() {
    let pair = Pair()
    pair.connect(at: 100)
    pair.client.write(200...220, pair.socket, count: 13)
    #expect(pair.script.played.totals.offsets.all == 0)
  }

  /// Another process writes between two calls: both brackets are known, so only its bytes are unknown.
  @Test func bytesBetweenTwoCallsAreNobodys() {
    let pair = connected()
    pair.client.write(200...220, pair.socket, count: 13)
    pair.stream.client(210, [.psh, .ack], length: 13)
    pair.stream.client(240, [.psh, .ack], length: 50)
    pair.socket.written += 50
    pair.client.write(300...320, pair.socket, count: 13)
    pair.stream.client(310, [.psh, .ack], length: 13)
    let played = pair.script.played
    #expect(played.cause(4) == "call data c7 bytes 0..<13")
    #expect(played.cause(5) == "unknown unseen")
    #expect(played.cause(6) == "call data c8 bytes 63..<76")
    #expect(played.totals.offsets.agreed == 1)
    #expect(played.totals.offsets.disagreed == 1)
    #expect(played.totals.offsets.unseenBytes == 50)
    #expect(played.calls.last?.bytes == 63..<76)
  }

  /// Another process writes while a call does: in which order, nobody knows.
  @Test func bytesWithinACallMakeItUnknown() {
    let pair = connected()
    pair.client.write(200...220, pair.socket, count: 13)
    pair.stream.client(210, [.psh, .ack], length: 13)
    let write = pair.client.write(300, pair.socket, count: 13)
    pair.stream.client(305, [.psh, .ack], length: 50)
    pair.stream.client(310, [.psh, .ack], length: 13)
    pair.socket.written += 50
    write.returns(320, 13)
    pair.client.write(400...420, pair.socket, count: 7)
    pair.stream.client(410, [.psh, .ack], length: 7)
    let played = pair.script.played
    #expect(played.cause(4) == "call data c7 bytes 0..<13")
    #expect(played.cause(5) == "unknown unseen")
    #expect(played.cause(6) == "unknown unseen")
    #expect(played.cause(7) == "call data c9 bytes 76..<83")
    #expect(played.totals.offsets.agreed == 2)
    #expect(played.totals.offsets.disagreed == 1)
    #expect(played.calls[played.calls.count - 2].bytes == nil)
  }

  @Test func callsThatOverlapAreNoDisagreement() {
    let pair = connected()
    let long = pair.client.write(200, pair.socket, count: 1000)
    pair.stream.client(205, [.psh, .ack], length: 400)
    // The kernel has taken a part of the first by now.
    pair.socket.written = 400
    let short = pair.client.thread(4130).write(210, pair.socket, count: 10)
    pair.socket.written = 0
    long.returns(230, 1000)
    short.returns(240, 10)
    pair.client.write(300...320, pair.socket, count: 5)
    let played = pair.script.played
    #expect(played.totals.offsets.agreed == 2)
    #expect(played.totals.offsets.disagreed == 0)
  }

  @Test func aCallOfAThreadThatDiedIsGivenWhatTheKernelTook() {
    let pair = connected()
    let thread = pair.client.thread(4130)
    _ = thread.write(200, pair.socket, count: 100)
    pair.stream.client(210, [.psh, .ack], length: 40)
    // The thread does something else: its call never returned.
    thread.read(220, pair.socket).returns(225, error: 11)
    pair.socket.written = 40
    pair.client.write(300...320, pair.socket, count: 10)
    pair.stream.client(310, [.psh, .ack], length: 10)
    let played = pair.script.played
    #expect(played.cause(4) == "call data c7 bytes 0..<40")
    #expect(played.cause(5) == "call data c9 bytes 40..<50")
    #expect(played.totals.offsets.disagreed == 0)
  }

  /// A socket from before the trace: where its stream stands is learnt, and compared from then on.
  @Test func theFirstQuestionOnAnUnknownSocketIsNoComparison() {
    let script = Script()
    script.asksStreamOffset = true
    let program = script.process(4121, "client")
    let socket = script.socket(fd: 3, local: "127.0.0.1:51514", peer: "127.0.0.1:3490")
    socket.written = 5000
    let first = program.enters(100, .write, socket, names: true) { $0.count = 13 }
    first.returns(120, 13)
    program.write(200...220, socket, count: 13)
    let played = script.played
    #expect(played.totals.offsets.agreed == 1)
    #expect(played.totals.offsets.disagreed == 0)
  }

  @Test func aSocketThatWasResetIsNotCompared() {
    let pair = connected()
    pair.client.write(200...220, pair.socket, count: 13)
    pair.stream.client(210, [.psh, .ack], length: 13)
    pair.stream.server(230, [.rst, .ack])
    var facts = SocketFacts(id: pair.socket.id, kind: .tcp)
    facts.state = 7
    facts.streamOffset = 0
    var arguments = CallArguments()
    arguments.descriptor = 3
    arguments.count = 13
    pair.client.event(
      300, .entered(id: 99, call: .write, arguments: arguments, socket: facts))
    pair.client.event(
      310,
      .returned(
        id: 99, outcome: CallOutcome(result: -32, error: Errno(32)), socket: nil, made: nil,
        ready: []))
    #expect(pair.script.played.totals.offsets.disagreed == 0)
  }

  /// Bytes of which the kernel says that they are another's are not given to calls when repeated.
  @Test func aRetransmissionOfUnseenBytesNamesNoCall() {
    let pair = connected()
    pair.client.write(200...220, pair.socket, count: 13)
    pair.stream.client(210, [.psh, .ack], length: 13)
    let write = pair.client.write(300, pair.socket, count: 13)
    pair.stream.client(305, [.psh, .ack], length: 63)
    pair.socket.written += 50
    write.returns(320, 13)
    pair.stream.again(.client, 300_000, length: 63)
    #expect(pair.script.played.cause(6) == "retransmission timeout of p5 bytes 13..<76")
  }

  /// One write is one comparison, whether the two counts differ before it, after it, or both.
  @Test func aWriteIsCountedOnce() {
    let pair = connected()
    pair.client.write(200...220, pair.socket, count: 13)
    pair.socket.written += 50
    let write = pair.client.write(300, pair.socket, count: 13)
    pair.socket.written += 50
    write.returns(320, 13)
    let played = pair.script.played
    #expect(played.totals.offsets.agreed == 1)
    #expect(played.totals.offsets.disagreed == 1)
    #expect(played.totals.offsets.unseenBytes == 100)
  }
}
