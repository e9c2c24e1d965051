import Calls
import Scenario
import Testing
import Timeline
import Wire

@Suite struct AcceptQueuesTests {
  /// A server whose backlog is 1 (so two connections find room), and clients that connect.
  private final class Lesson {
    let script = Script()
    let server: Program
    let listener: Socket
    let clients: Program

    init(backlog: Int = 1) {
      server = script.process(4120, "server", .server)
      clients = script.process(4121, "clients", .client)
      listener = script.socket(fd: 3)
      server.socket(0...8, listener)
      server.bind(10...18, listener, "0.0.0.0:3490")
      listener.queue = AcceptQueue(waiting: 0, backlog: backlog)
      server.listen(20...28, listener, backlog: Int32(backlog))
    }

    /// connect() of a client; with `answer`, a whole handshake.
    @discardableResult
    func connect(_ time: Int, port: Int, answer: Bool = true) -> (OpenCall, Stream) {
      let local = "127.0.0.1:\(port)"
      let socket = script.socket(fd: Int32(port - 40_000 + 10))
      let program = clients.thread(Int32(port))
      program.socket((time - 10)...(time - 5), socket)
      let call = program.connect(time, socket, "127.0.0.1:3490", local: local)
      let stream = script.stream(local, "127.0.0.1:3490")
      stream.client(time + 5, .syn)
      if answer {
        stream.server(time + 6, [.syn, .ack])
        stream.client(time + 7, .ack)
        call.returns(time + 20)
      }
      return (call, stream)
    }

    /// accept() of a client that waits; so many wait before, and so many after it.
    func accept(_ times: ClosedRange<Int>, port: Int, before: Int, after: Int) {
      let backlog = listener.queue?.backlog ?? 0
      listener.queue?.waiting = before
      let call = server.accept(times.lowerBound, listener)
      listener.queue = AcceptQueue(waiting: after, backlog: backlog)
      call.returns(
        times.upperBound, accepted: script.socket(fd: Int32(port - 40_000 + 10)),
        local: "127.0.0.1:3490", peer: "127.0.0.1:\(port)")
    }
  }

  private func notes(_ played: Played) -> [String] {
    played.packets.map { packet in
      switch packet.listener {
      case .full(let queue): "full \(queue.waiting)/\(queue.room)"
      case .dropped: "dropped"
      case .room(let call): "room c\(call.rawValue)"
      case nil: "-"
      }
    }
  }

  @Test func aSYNThatFindsTheQueueFullSaysSo() throws {
    let lesson = Lesson()
    lesson.connect(1_000, port: 40_001)
    lesson.connect(2_000, port: 40_002)
    let (call, stream) = lesson.connect(3_000, port: 40_003, answer: false)
    lesson.accept(500_000...500_010, port: 40_001, before: 2, after: 1)
    stream.client(1_003_000, .syn, seq: 0)
    stream.server(1_003_002, [.syn, .ack])
    stream.client(1_003_004, .ack)
    call.returns(1_003_020)
    let played = lesson.script.played
    let numbers = played.numbers(of: .accept)
    let accept = try #require(numbers.first)
    #expect(
      notes(played) == [
        "-", "-", "-", "-", "-", "-", "full 2/2", "-", "room c\(accept)", "-",
      ])
    let connect = try #require(played.calls.last { $0.record.call == .connect })
    #expect(connect.letIn == CallID(accept))
    let row = try #require(played.calls.first { $0.record.id == CallID(accept) })
    #expect(row.queueBefore == AcceptQueue(waiting: 2, backlog: 1))
    #expect(row.queueAfter == AcceptQueue(waiting: 1, backlog: 1))
    #expect(played.wake(connect.record.id.rawValue) == "packet 9")
  }

  /// A SYN that is answered found room, whatever was counted.
  @Test func anAnsweredSYNFoundRoom() {
    let lesson = Lesson()
    for index in 1...3 { lesson.connect(1_000 * index, port: 40_000 + index) }
    #expect(notes(lesson.script.played).allSatisfy { $0 == "-" })
  }

  /// Two handshakes at once: the last ACK of the later one finds the queue full.
  @Test func anACKThatFindsTheQueueFullIsDropped() {
    let lesson = Lesson(backlog: 0)
    let (one, first) = lesson.connect(1_000, port: 40_001, answer: false)
    let (two, second) = lesson.connect(1_001, port: 40_002, answer: false)
    first.server(1_010, [.syn, .ack])
    second.server(1_011, [.syn, .ack])
    first.client(1_012, .ack)
    second.client(1_013, .ack)
    one.returns(1_020)
    two.returns(1_021)
    second.server(1_001_000, [.syn, .ack], seq: 0)
    second.client(1_001_002, .ack)
    lesson.accept(1_500_000...1_500_010, port: 40_001, before: 1, after: 0)
    second.server(3_001_000, [.syn, .ack], seq: 0)
    second.client(3_001_002, .ack)
    let played = lesson.script.played
    let all = notes(played)
    #expect(all[6] == "dropped" && all[8] == "dropped")
    // The client believes that it is connected, the server does not, until there is room.
    #expect(played.states(6) == "- -")
    #expect(played.states(10) == "- ESTABLISHED")
  }

  @Test func whereConnectionsWaitForDataNothingIsCounted() {
    let lesson = Lesson(backlog: 0)
    lesson.server.setsockopt(30...32, lesson.listener, level: 6, name: 9, value: 5)
    lesson.connect(1_000, port: 40_001)
    lesson.connect(2_000, port: 40_002, answer: false)
    #expect(notes(lesson.script.played).allSatisfy { $0 == "-" })
  }

  @Test func whereTwoListenOnThePortNothingIsCounted() {
    let lesson = Lesson(backlog: 0)
    let other = lesson.script.socket(fd: 4)
    other.queue = AcceptQueue(waiting: 0, backlog: 0)
    lesson.server.listens(100, other, "0.0.0.0:3490")
    lesson.connect(1_000, port: 40_001)
    lesson.connect(2_000, port: 40_002, answer: false)
    #expect(notes(lesson.script.played).allSatisfy { $0 == "-" })
  }

  /// A recording that has no answers of the kernel says nothing of queues.
  @Test func withoutTheKernelNothingIsSaid() {
    let lesson = Lesson(backlog: 0)
    lesson.listener.queue = nil
    let other = lesson.script.socket(fd: 4)
    lesson.server.listens(100, other, "0.0.0.0:3491")
    let stream = lesson.script.stream("127.0.0.1:40009", "127.0.0.1:3491")
    stream.client(1_000, .syn)
    #expect(notes(lesson.script.played) == ["-"])
  }

  /// The SYN queue is counted from packets: SYN,ACK sent, the last ACK not come, or dropped.
  @Test func connectionsThatAreHalfOpenAreCounted() {
    let lesson = Lesson(backlog: 5)
    lesson.connect(1_000, port: 40_001)
    for port in 40_002...40_004 {
      let (_, stream) = lesson.connect(1_000 + port % 10 * 50, port: port, answer: false)
      stream.server(1_010 + port % 10 * 50, [.syn, .ack])
      if port == 40_004 { stream.client(1_300, .rst) }
    }
    lesson.accept(2_000...2_010, port: 40_001, before: 1, after: 0)
    let played = lesson.script.played
    #expect(played.calls.last { $0.record.call == .accept }?.synQueue == 2)
  }
}
