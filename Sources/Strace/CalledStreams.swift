import Calls
import Wire

/// A connection or a datagram socket as the log's calls show it: which event stands for which bytes.
final class CalledStream {
  let id: SocketID
  let kind: TransportKind
  var local: Endpoint?
  var peer: Endpoint?
  /// Whether the bytes are counted from the first one.
  var isCounted: Bool
  /// The events of its connect(): entry and return.
  var connect: (entry: Int, exit: Int?)?
  /// Whether it continues in the background (EINPROGRESS).
  var isConnecting = false
  /// Whether connect() returned when the connection was made.
  var isConnected = false
  /// The return of its accept().
  var accept: Int?
  /// The entry of its accept().
  var acceptEntry: Int?
  var written = 0
  var read = 0
  var writes: [(entry: Int, exit: Int?, bytes: Range<Int>)] = []
  var reads: [(exit: Int, last: Int)] = []
  /// Returns of reads that reported the end of the stream.
  var ends: [Int] = []
  /// Entries and returns of the calls that may have ended it.
  var drops: [(entry: Int, exit: Int?)] = []
  /// The entry of its first shutdown() for sending, or else of what let go of its last descriptor.
  var end: Int?
  /// Datagrams sent: to whom, how long, by which call.
  var sent: [(entry: Int, exit: Int?, destination: Endpoint?, length: Int)] = []
  /// Datagrams received: from whom, how long, by which call.
  var received: [(exit: Int, source: Endpoint?, length: Int)] = []
  /// The first event.
  let start: Int

  init(_ facts: SocketFacts, isCounted: Bool, start: Int) {
    id = facts.id
    kind = facts.kind
    local = facts.local
    peer = facts.peer
    self.isCounted = isCounted
    self.start = start
  }

  func learn(_ facts: SocketFacts) {
    if let own = facts.local, own.port != 0 { local = own }
    if let other = facts.peer, other.port != 0 { peer = other }
  }
}

/// All sockets of a log.
struct CalledStreams {
  private(set) var all: [CalledStream] = []
  private var current: [SocketID: CalledStream] = [:]
  private var open: [Int: OpenCall] = [:]

  private struct OpenCall {
    var entry: Int
    var call: SystemCall
    var arguments: CallArguments
    var stream: CalledStream?
    /// Whether the stream had no other write running when it began; otherwise positions are
    /// unknown.
    var isAlone: Bool
  }

  /// Writes in progress, by stream.
  private var running: [ObjectIdentifier: Int] = [:]

  init(_ events: [FollowedEvent], lastDrops: [SocketID: Int]) {
    for (index, event) in events.enumerated() {
      switch event.what {
      case .entered(let id, let call, let arguments, let socket):
        enter(id, call, arguments, socket, index)
      case .returned(let id, let outcome, let socket, let made, _):
        leave(id, outcome, socket, made, index)
      default: break
      }
    }
    for (id, index) in lastDrops {
      if let stream = current[id], stream.end == nil, stream.start <= index { stream.end = index }
    }
  }

  private mutating func add(_ facts: SocketFacts, isCounted: Bool, _ index: Int) -> CalledStream {
    let stream = CalledStream(facts, isCounted: isCounted, start: index)
    all.append(stream)
    current[facts.id] = stream
    return stream
  }

  private mutating func enter(
    _ id: Int, _ call: SystemCall, _ arguments: CallArguments, _ socket: SocketFacts?, _ index: Int
  ) {
    var entered = OpenCall(
      entry: index, call: call, arguments: arguments, stream: nil, isAlone: true)
    defer { open[id] = entered }
    guard let socket else { return }
    let known = current[socket.id]
    let stream: CalledStream
    let isAnother = known.map { $0.connect != nil && !$0.isConnecting } ?? false
    if call.role == .connects, socket.kind == .tcp, isAnother {
      stream = add(socket, isCounted: true, index)
    } else {
      stream = known ?? add(socket, isCounted: false, index)
    }
    stream.learn(socket)
    entered.stream = stream
    if call.role == .connects, !stream.isConnecting { stream.connect = (index, nil) }
    if call.role == .writes, !arguments.receives {
      let count = running[ObjectIdentifier(stream), default: 0]
      running[ObjectIdentifier(stream)] = count + 1
      if count > 0 { stream.isCounted = false }
    }
    if call.role == .shuts {
      stream.drops.append((index, nil))
      if arguments.flags != 0 { stream.end = stream.end ?? index }
    }
    for closed in arguments.closes { current[closed.socket.id]?.drops.append((index, nil)) }
  }

  private mutating func leave(
    _ id: Int, _ outcome: CallOutcome, _ socket: SocketFacts?, _ made: SocketFacts?, _ index: Int
  ) {
    guard let entered = open.removeValue(forKey: id) else { return }
    if let made, entered.call.role == .opens { _ = add(made, isCounted: true, index) }
    if let made, entered.call.accepts {
      let stream = add(made, isCounted: true, index)
      stream.accept = index
      stream.acceptEntry = entered.entry
    }
    guard let stream = entered.stream else { return }
    if let socket { stream.learn(socket) }
    let isSend = entered.call.role == .writes && !entered.arguments.receives
    if isSend { running[ObjectIdentifier(stream), default: 1] -= 1 }
    if entered.call.role == .connects, stream.connect?.entry == entered.entry {
      stream.connect?.exit = index
      stream.isConnected = outcome.error == nil
      stream.isConnecting = outcome.error == .inProgress
    }
    if let place = stream.drops.lastIndex(where: { $0.entry == entered.entry }) {
      stream.drops[place].exit = index
    }
    guard outcome.error == nil else { return }
    let count = Int(clamping: max(0, outcome.result))
    if stream.kind == .udp {
      note(datagrams: entered, stream, outcome, count, index)
    } else if isSend, count > 0 {
      let bytes = stream.written..<min(Int.max / 2, stream.written + min(count, 1 << 48))
      stream.written = bytes.upperBound
      stream.writes.append((entered.entry, index, bytes))
      if entered.call.shape == .splice { stream.isCounted = false }
    } else if entered.call.role == .reads {
      note(read: entered, stream, count, index)
    }
  }

  private func note(read call: OpenCall, _ stream: CalledStream, _ count: Int, _ index: Int) {
    let flags = call.arguments.flags ?? 0
    // These are not bytes of the stream; peeked bytes stay in it.
    if flags & (MessageFlag.outOfBand | MessageFlag.errorQueue) != 0 { return }
    if count == 0 {
      if call.arguments.count != 0 { stream.ends.append(index) }
      return
    }
    stream.reads.append((index, stream.read + min(count, 1 << 48) - 1))
    if flags & MessageFlag.peek == 0 {
      stream.read = min(Int.max / 2, stream.read + min(count, 1 << 48))
    }
  }

  private func note(
    datagrams call: OpenCall, _ stream: CalledStream, _ outcome: CallOutcome, _ count: Int,
    _ index: Int
  ) {
    func end(_ address: SocketAddress?) -> Endpoint? {
      if case .internet(let end)? = address { end.unmapped } else { nil }
    }
    if call.call.role == .writes, call.call.gives == .messages {
      for (place, length) in call.arguments.messageLengths.prefix(count).enumerated() {
        let address = place < call.arguments.addresses.count ? call.arguments.addresses[place] : nil
        stream.sent.append((call.entry, index, end(address) ?? stream.peer, length))
      }
    } else if call.call.role == .writes {
      stream.sent.append((call.entry, index, end(call.arguments.address) ?? stream.peer, count))
    } else if call.call.role == .reads,
      (call.arguments.flags ?? 0) & (MessageFlag.peek | MessageFlag.errorQueue) == 0
    {
      let source = end(outcome.address) ?? stream.peer
      if call.call.gives == .messages {
        for (place, length) in outcome.messageLengths.enumerated() {
          stream.received.append((index, place == 0 ? source : nil, length))
        }
      } else {
        stream.received.append((index, source, count))
      }
    }
  }
}
