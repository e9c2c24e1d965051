import Calls
import Scenario
import Timeline
import Wire

/// Runs of many connections, made event by event so that the test itself needs no memory.
struct Hours {
  /// What a run of so many short connections holds, as one scenario.
  static func few(connections: Int) -> Scenario {
    var events: [Event] = []
    var hours = Hours()
    hours.begin { events.append($0) }
    for _ in 0..<connections { hours.connection { events.append($0) } }
    return Scenario(events: events)
  }

  /// Nanoseconds between two events.
  var step: Int64 = 10_000
  private var time: Int64 = 1_700_000_000_000_000_000
  private var packets = 0
  private var calls = 0
  private var cookie: UInt64 = 1000
  private var port: UInt16 = 20_000
  private let listener = SocketFacts(
    id: SocketID(900), kind: .tcp, local: Endpoint(.v4(0), 3490))
  private let server: Int32 = 4120
  private let client: Int32 = 4121

  /// The two processes, and the listening socket.
  mutating func begin(_ put: (Event) -> Void) {
    event(server, .started(parent: 1, name: "server"), put)
    event(client, .started(parent: 1, name: "client"), put)
    call(server, .socket, nil, made: SocketFacts(id: SocketID(900), kind: .tcp), result: 3, put)
    call(server, .listen, listener, result: 0, put) { $0.descriptor = 3 }
  }

  /// One short connection: eight packets and eight calls, some 25 steps.
  mutating func connection(_ put: (Event) -> Void) {
    cookie += 2
    port = port == 60_000 ? 20_000 : port + 1
    let near = Endpoint(.loopback4, port)
    let far = Endpoint(.loopback4, 3490)
    let own = SocketFacts(id: SocketID(cookie), kind: .tcp, local: near, peer: far)
    let other = SocketFacts(id: SocketID(cookie + 1), kind: .tcp, local: far, peer: near)
    let bare = SocketFacts(id: own.id, kind: .tcp)
    call(client, .socket, nil, made: bare, result: 5, put)
    let connect = enter(client, .connect, bare, put) {
      $0.descriptor = 5
      $0.address = .internet(far)
    }
    packet(near, far, .syn, 0, 0, 0, put)
    packet(far, near, [.syn, .ack], 0, 1, 0, put)
    packet(near, far, .ack, 1, 1, 0, put)
    leave(client, connect, own, 0, nil, put)
    call(server, .accept, listener, made: other, result: 6, put) { $0.descriptor = 3 }
    let write = enter(client, .write, bare, put) {
      $0.descriptor = 5
      $0.count = 13
    }
    packet(near, far, [.psh, .ack], 1, 1, 13, put)
    packet(far, near, .ack, 1, 14, 0, put)
    leave(client, write, bare, 13, nil, put)
    let answered = SocketFacts(id: other.id, kind: .tcp)
    call(server, .read, answered, result: 13, put) { $0.descriptor = 6 }
    let close = enter(client, .close, bare, put) { $0.descriptor = 5 }
    packet(near, far, [.fin, .ack], 14, 1, 0, put)
    leave(client, close, nil, 0, nil, put)
    call(server, .read, answered, result: 0, put) { $0.descriptor = 6 }
    let end = enter(server, .close, answered, put) { $0.descriptor = 6 }
    packet(far, near, [.fin, .ack], 1, 15, 0, put)
    packet(near, far, .ack, 15, 2, 0, put)
    leave(server, end, nil, 0, nil, put)
  }

  // MARK: events

  private mutating func tick() -> Int64 {
    time += step
    return time
  }

  private mutating func event(_ process: Int32, _ what: CallEvent.What, _ put: (Event) -> Void) {
    put(.call(CallEvent(time: tick(), process: process, thread: process, what: what)))
  }

  private mutating func enter(
    _ process: Int32, _ call: SystemCall, _ facts: SocketFacts?, _ put: (Event) -> Void,
    _ change: (inout CallArguments) -> Void = { _ in }
  ) -> Int {
    calls += 1
    var arguments = CallArguments()
    change(&arguments)
    event(
      process, .entered(id: calls, call: call, arguments: arguments, socket: facts), put)
    return calls
  }

  private mutating func leave(
    _ process: Int32, _ id: Int, _ facts: SocketFacts?, _ result: Int64, _ made: SocketFacts?,
    _ put: (Event) -> Void
  ) {
    event(
      process,
      .returned(
        id: id, outcome: CallOutcome(result: result), socket: facts, made: made, ready: []), put)
  }

  private mutating func call(
    _ process: Int32, _ call: SystemCall, _ facts: SocketFacts?, made: SocketFacts? = nil,
    result: Int64, _ put: (Event) -> Void, _ change: (inout CallArguments) -> Void = { _ in }
  ) {
    let id = enter(process, call, facts, put, change)
    leave(process, id, facts, result, made, put)
  }

  private mutating func packet(
    _ source: Endpoint, _ destination: Endpoint, _ flags: TCPFlags, _ sequence: UInt32,
    _ acknowledgement: UInt32, _ length: Int, _ put: (Event) -> Void
  ) {
    packets += 1
    var packet = Packet()
    packet.network = .ipv4(IPv4(source: source.address, destination: destination.address))
    packet.transport = .tcp(
      TCP(
        source: source.port, destination: destination.port,
        sequence: SequenceNumber(UInt32(truncatingIfNeeded: cookie) &* 7919 &+ sequence),
        acknowledgement: SequenceNumber(
          UInt32(truncatingIfNeeded: cookie) &* 7919 &+ acknowledgement),
        flags: flags))
    packet.payloadLength = length
    put(
      .packet(
        CapturedPacket(
          number: packets, time: Instant(tick()), frameLength: 54 + length, capturedLength: 54,
          packet: packet)))
  }
}

extension SocketFacts {
  /// The same facts of another socket.
  func moved(_ offset: Int) -> SocketFacts {
    var facts = self
    facts.id = id.moved(offset)
    return facts
  }
}

extension SocketID {
  /// Another socket's identity.
  func moved(_ offset: Int) -> SocketID { SocketID(rawValue + UInt64(offset) * 1_000_000) }
}

extension Scenario {
  /// How many packets there are.
  var packetCount: Int { events.filter { if case .packet = $0 { true } else { false } }.count }

  /// How many calls there are.
  var callCount: Int {
    events.filter {
      if case .call(let event) = $0, case .entered = event.what { true } else { false }
    }.count
  }
}
