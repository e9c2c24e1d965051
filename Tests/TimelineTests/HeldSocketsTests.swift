import Calls
import Scenario
import Testing
import Timeline
import Wire

/// Connections that were open before their program was attached to.
@Suite struct HeldSocketsTests {
  private let script = Script()
  private let server: Program
  private let socket: Socket
  private let stream: Segments

  init() {
    server = script.process(4120, "server")
    socket = script.socket(fd: 4, local: "127.0.0.1:3490", peer: "127.0.0.1:51514")
    stream = script.stream("127.0.0.1:51514", "127.0.0.1:3490")
  }

  /// The connection, held since `time`, with as many bytes sent and written and unread.
  private func holds(
    _ time: Int, sent: UInt64, written: UInt64, unread: Int? = 0, isQuiet: Bool = true
  ) {
    let listener = script.socket(fd: 3, local: "127.0.0.1:3490")
    var facts = SocketFacts(id: listener.id, kind: .tcp, local: listener.local)
    facts.state = 10
    server.event(time, .held(HeldSocket(3, facts)))
    facts = SocketFacts(id: socket.id, kind: .tcp, local: socket.local, peer: socket.peer)
    facts.state = 1
    facts.streamOffset = written
    var held = HeldSocket(4, facts)
    held.sent = sent
    held.isQuiet = isQuiet
    held.unread = unread
    server.event(time, .held(held))
  }

  @Test func whatIsWrittenNextIsTheNextSegment() {
    holds(100, sent: 5000, written: 5000)
    stream.client(200, [.psh, .ack], length: 7, seq: 901, ack: 5001)
    server.write(300...340, socket, count: 20)
    stream.server(320, [.psh, .ack], length: 20, seq: 5001)
    server.close(400...440, socket)
    stream.server(420, [.fin, .ack])
    let played = script.played
    #expect(played.cause(2) == "call data c1 bytes 0..<20")
    #expect(played.cause(3).hasPrefix("call fin c2"))
    #expect(played.totals.unexplained == 0)
    #expect(played.totals.reports.first?.connection.beganBefore == true)
    #expect(played.totals.reports.first?.connection.server == socket.local)
  }

  /// A segment before the attach, and another that came by unseen: the count begins at the first
  /// new one all the same.
  @Test func theCountBeginsWithTheFirstNewSegment() {
    stream.server(50, [.psh, .ack], length: 10, seq: 4001)
    holds(100, sent: 5000, written: 5000)
    server.write(300...340, socket, count: 20)
    stream.server(320, [.psh, .ack], length: 20, seq: 4031)
    #expect(script.played.cause(2) == "call data c1 bytes 30..<50")
  }

  /// A connection that its server had accepted and closed again before it was attached to; one that it
  /// accepts afterwards, in a call that nobody saw, is no such one.
  @Test func aConnectionThatEndedBeforeTheAttach() {
    func answered(at time: Int, from client: String) {
      let stream = script.stream(client, "127.0.0.1:3490")
      stream.client(time, .syn)
      stream.server(time + 1, [.syn, .ack])
      stream.client(time + 2, .ack)
      stream.server(time + 3, [.psh, .ack], length: 5)
      stream.server(time + 4, [.fin, .ack])
    }
    answered(at: 10, from: "127.0.0.1:40001")
    holds(100, sent: 5000, written: 5000)
    answered(at: 200, from: "127.0.0.1:40002")
    let played = script.played
    #expect([4, 5].map(played.cause) == Array(repeating: "unknown beforeTrace", count: 2))
    #expect(played.cause(9) == "unknown noCallHasTheseBytes")
    #expect(played.totals.outsideTrace == 2)
  }

  @Test func bytesOnTheWayAreOfBefore() {
    stream.server(50, [.psh, .ack], length: 1000, seq: 4001)
    holds(100, sent: 5000, written: 5600, isQuiet: false)
    server.write(300...340, socket, count: 20)
    stream.server(305, [.psh, .ack], length: 600, seq: 5001)
    stream.server(320, [.psh, .ack], length: 20, seq: 5601)
    let played = script.played
    #expect(
      played.cause(2) == "unknown beforeTrace bytes 1000..<1600"
        || played.cause(2) == "unknown beforeTrace")
    #expect(played.cause(3) == "call data c1 bytes 1600..<1620")
  }

  /// Where nothing was captured before, a segment could be an old one that is sent again.
  @Test func nothingIsGuessedWhileBytesAreOnTheWay() {
    holds(100, sent: 5000, written: 5000, isQuiet: false)
    server.write(300...340, socket, count: 20)
    stream.server(320, [.psh, .ack], length: 20, seq: 4801)
    #expect(script.played.cause(1) == "unknown beforeTrace")
  }

  @Test func unreadBytesMakeAReset() {
    stream.client(50, [.psh, .ack], length: 7, seq: 901, ack: 5001)
    holds(100, sent: 5000, written: 5000, unread: 7)
    server.close(300...340, socket)
    stream.server(320, [.rst, .ack], seq: 5001)
    #expect(script.played.cause(2).hasPrefix("call closeUnread c1"))
  }

  @Test func aReadTellsWhatWokeIt() {
    holds(100, sent: 5000, written: 5000)
    let read = server.enters(150, .read, socket) { $0.count = 100 }
    stream.client(200, [.psh, .ack], length: 7, seq: 901, ack: 5001)
    read.returns(230, 7)
    #expect(script.played.wake(1) == "packet 1")
  }

  @Test func packetsOfBeforeArePassedOver() {
    stream.server(50, [.psh, .ack], length: 10, seq: 4001)
    holds(100, sent: 5000, written: 5000)
    server.write(300...340, socket, count: 20)
    stream.server(320, [.psh, .ack], length: 20, seq: 4011)
    var timeline = Timeline(hasCalls: true, hidesOthers: true)
    var rows: [Row] = []
    for event in script.scenario.events { rows += timeline.append(event) }
    rows += timeline.finish()
    let numbers = rows.compactMap { row in
      if case .packet(let packet) = row.content { packet.packet.number } else { nil }
    }
    #expect(numbers == [2])
    #expect(timeline.totals.others == 1)
  }
}
