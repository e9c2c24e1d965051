import Calls
import Timeline
import Wire

/// Writes down an exchange, in the spirit of packetdrill: calls and segments on one axis of time.
///
/// Times are microseconds from the start. Things may be written in any order; the scenario holds
/// them by time, and of one time in the order they were written. Packets and calls are numbered
/// then, as a capture and a tracer would.
///
///     let script = Script()
///     let client = script.process(4121, "client", .client)
///     let socket = script.socket(fd: 3)
///     let stream = script.stream("127.0.0.1:51514", "127.0.0.1:3490")
///     client.socket(0...5, socket)
///     let connect = client.connect(10, socket, "127.0.0.1:3490")
///     stream.client(15, .syn)
///     stream.server(20, [.rst, .ack])
///     connect.returns(25, error: 111)
public final class Script {
  /// Nanoseconds since the epoch at the start.
  public let start: Int64
  /// Whether the tracer asks for TCP_INFO at writes.
  public var asksStreamOffset = false
  /// Whether calls are written down.
  public var hasCalls = true
  var entries: [(time: Int64, event: Event)] = []
  /// The bytes of packets, by their place in `entries`.
  private var bytes: [Int: [UInt8]] = [:]
  var hints: [Int32: Side] = [:]
  private var nextCookie: UInt64 = 1
  private var nextCall = 1

  /// Makes an empty script.
  public init(start: Int64 = 1_700_000_000_000_000_000) { self.start = start }

  /// A process that runs from the start, with its lane where that is known beforehand.
  public func process(
    _ id: Int32, _ name: String, _ side: Side? = nil, parent: Int32 = 4000, at time: Int = -1000
  ) -> Program {
    hints[id] = side
    let program = Program(script: self, id: id, thread: id)
    program.event(time, .started(parent: parent, name: name))
    return program
  }

  /// A socket, not made yet: its identity, and the descriptor programs will have for it.
  public func socket(
    fd: Int32, _ kind: TransportKind = .tcp, local: String? = nil, peer: String? = nil
  ) -> Socket {
    defer { nextCookie += 1 }
    let socket = Socket(id: SocketID(nextCookie), kind: kind, descriptor: fd)
    socket.local = local.map { Endpoint(parsing: $0) }
    socket.peer = peer.map { Endpoint(parsing: $0) }
    return socket
  }

  /// The packets of a TCP connection.
  public func stream(
    _ client: String, _ server: String, isn: (client: UInt32, server: UInt32) = (1000, 5000)
  ) -> Stream {
    Stream(
      script: self, client: Endpoint(parsing: client), server: Endpoint(parsing: server),
      clientISN: SequenceNumber(isn.client), serverISN: SequenceNumber(isn.server))
  }

  /// The packets of two UDP ends.
  public func flow(_ client: String, _ server: String) -> Flow {
    Flow(script: self, client: Endpoint(parsing: client), server: Endpoint(parsing: server))
  }

  /// Adds a captured frame.
  public func frame(_ time: Int, _ bytes: [UInt8], length: Int) {
    let moment = start + Int64(time) * 1000
    let packet = Packet.decode(bytes.span, link: .ethernet, frameLength: length)
    let captured = CapturedPacket(
      number: 0, time: Instant(moment), frameLength: length, capturedLength: bytes.count,
      packet: packet)
    self.bytes[entries.count] = bytes
    entries.append((moment, .packet(captured)))
  }

  /// A line that a program printed.
  public func prints(_ time: Int, _ process: Program, _ text: String) {
    let moment = start + Int64(time) * 1000
    let line = PrintedLine(time: Instant(moment), process: process.id, text: text)
    entries.append((moment, .printed(line)))
  }

  func add(_ event: CallEvent) { entries.append((event.time, .call(event))) }

  /// A provisional number of a call; the scenario numbers them by time of entry.
  func callNumber() -> Int {
    defer { nextCall += 1 }
    return nextCall
  }

  /// What was written down, in the order of time.
  public var scenario: Scenario {
    let order = entries.indices.sorted {
      (entries[$0].time, $0) < (entries[$1].time, $1)
    }
    var packets = 0
    var calls: [Int: Int] = [:]
    var frames: [Int: [UInt8]] = [:]
    let events = order.map { index -> Event in
      switch entries[index].event {
      case .packet(var captured):
        packets += 1
        captured.number = packets
        frames[packets] = bytes[index]
        return .packet(captured)
      case .call(var event):
        renumber(&event, &calls)
        return .call(event)
      case .printed(let line): return .printed(line)
      }
    }
    var scenario = Scenario(events: events, hints: hints, hasCalls: hasCalls)
    scenario.frames = frames
    return scenario
  }

  private func renumber(_ event: inout CallEvent, _ calls: inout [Int: Int]) {
    switch event.what {
    case .entered(let id, let call, let arguments, let socket):
      let number = calls.count + 1
      calls[id] = number
      event.what = .entered(id: number, call: call, arguments: arguments, socket: socket)
    case .returned(let id, let outcome, let socket, let made, let ready):
      guard let number = calls[id] else { preconditionFailure("returned before it was entered") }
      event.what = .returned(
        id: number, outcome: outcome, socket: socket, made: made, ready: ready)
    default: break
    }
  }
}

/// A socket in a script, with what the kernel would say of it.
public final class Socket {
  /// Its cookie.
  public let id: SocketID
  /// Its protocol.
  public let kind: TransportKind
  /// The descriptor by which programs know it.
  public var descriptor: Int32
  /// Its own end.
  public var local: Endpoint?
  /// The other end.
  public var peer: Endpoint?
  /// Bytes that calls wrote to its stream.
  public var written = 0
  /// Its accept queue, as the kernel tells it of a listening socket.
  public var queue: AcceptQueue?

  init(id: SocketID, kind: TransportKind, descriptor: Int32) {
    self.id = id
    self.kind = kind
    self.descriptor = descriptor
  }

  /// What the kernel says when it is asked for the identity alone.
  var identity: SocketFacts {
    var facts = SocketFacts(id: id, kind: kind)
    facts.queue = queue
    return facts
  }

  /// What the kernel says when it is asked for both names too.
  var names: SocketFacts {
    var facts = SocketFacts(id: id, kind: kind, local: local?.unmapped, peer: peer?.unmapped)
    facts.queue = queue
    return facts
  }
}
