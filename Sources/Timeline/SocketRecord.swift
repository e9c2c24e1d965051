import Calls
import Wire

/// Nanoseconds by which the stamps of a packet and of the stop before its call may disagree.
let slack: Int64 = 20_000

/// Bytes that a call put into a stream.
struct WrittenSpan {
  var call: CallID
  /// Positions counted from 0 at the first byte, at most as wide as what was offered; where calls
  /// overlapped, the widest range in which the bytes can lie.
  var bytes: Range<Int>
  var entered: Instant
  var returned: Instant?
  /// Whether another call wrote at the same time, so that the order is not known.
  var overlaps = false
  /// Whether the call may have read instead, so that what follows it is not certain either.
  var isUncertain = false

  func isRunning(at time: Instant) -> Bool {
    entered <= time + slack && (returned.map { time <= $0 } ?? true)
  }
}

/// A call on a socket that may send by itself: connect, close, shutdown, setsockopt.
struct SocketAct {
  var call: CallID
  var system: SystemCall
  var entered: Instant
  var returned: Instant?
  /// The process, where it was an exit or an exec and no call.
  var exit: ProcessName?
  /// shutdown: 0 SHUT_RD, 1 SHUT_WR, 2 SHUT_RDWR.
  var how: Int32 = 2
  /// Whether the socket was used later on, so that this close did not drop its last reference.
  var isDisproved = false

  /// Whether it shuts down one direction, and drops no reference.
  var isShutdown: Bool { system == .shutdown }

  func isRunning(at time: Instant) -> Bool {
    entered <= time + slack && (returned.map { time <= $0 } ?? true)
  }
}

/// A datagram that calls handed to the kernel.
struct SentDatagram {
  /// The call, or several where the socket was corked.
  var calls: [CallID]
  var destination: Endpoint?
  var length: Int
  var entered: Instant
  var returned: Instant?
  /// The setsockopt() that uncorked it.
  var trigger: CallID?

  /// Whether the call ran at `time` by the clock.
  func runs(at time: Instant) -> Bool {
    entered <= time && (returned.map { time <= $0 } ?? true)
  }

  /// Whether the datagram can have left at `time`, where the clocks disagree a little.
  func isRunning(at time: Instant) -> Bool {
    entered <= time + slack && (returned.map { time <= $0 + slack } ?? true)
  }
}

/// A socket as the calls show it.
final class SocketRecord {
  let id: SocketID
  var kind: TransportKind
  var local: Endpoint?
  var peer: Endpoint?
  var isListener = false
  var wasBound = false
  var side: Side?
  var conversation: Conversation?
  var process: ProcessName
  /// Descriptors in traced processes that are known to hold it.
  var references = 0
  /// Calls that run on it.
  var openCalls = 0
  /// The next byte of the stream to be written, counted from 0, without calls that still run.
  var written = 0
  var spans = Deque<WrittenSpan>()
  /// Writing calls that run, with the bytes that they offered.
  var writing: [(call: CallID, count: Int)] = []
  var connects: [SocketAct] = []
  /// The port it is connecting to, while its own is not known.
  var pendingPort: UInt16?
  /// Calls and exits that may have dropped the last reference, or shut down the stream.
  var drops: [SocketAct] = []
  /// setsockopt() calls that may have pushed bytes.
  var options: [SocketAct] = []
  var reads: [SocketAct] = []
  var datagrams = Deque<SentDatagram>()
  /// Calls whose bytes wait in a corked datagram.
  var corked: [CallID] = []
  var corkedLength = 0
  var isCorked = false
  /// Connections whose handshake is done and that nobody accepted, for a listening socket.
  var completed = Deque<Conversation>()
  /// Its accept queue, for a listening socket of which the kernel told it.
  var queue: ListenQueue?
  /// Its SYN queue, for a listening socket: connections whose SYN it answered, and no more yet.
  var halfOpen = 0
  /// Whether connections wait for data before they enter the queue (TCP_DEFER_ACCEPT).
  var defersAccept = false
  /// The next byte to be read, counted from 0.
  var read = 0
  var lingersZero = false
  /// Whether a process that holds it sends and receives in ways that are not seen (io_uring).
  var isBlind = false
  /// Whether the position of its reads is not known, until the kernel is asked.
  var readsUnseen = false
  /// The bytes of its stream that cannot be given to calls for certain.
  var doubts = StreamDoubts()
  /// Up to which byte the kernel's count was that of the calls.
  var verified = 0
  /// The last call at whose entry the kernel's count was that of the calls.
  var checked: CallID?
  /// Bytes offered by calls that never returned, since the kernel was asked.
  var abandoned = 0
  /// Whether the stream's bytes are counted from its first one.
  var countsFromStart = false
  var last: Instant

  init(_ facts: SocketFacts, process: ProcessName, at time: Instant) {
    id = facts.id
    kind = facts.kind
    local = facts.local
    peer = facts.peer
    self.process = process
    last = time
  }

  /// The connect() that sends a packet at `time`: one that runs by the clock, else one that begins
  /// within the clocks' disagreement.
  func connecting(at time: Instant) -> SocketAct? {
    connects.last { $0.entered <= time && $0.isRunning(at: time) }
      ?? connects.last { $0.isRunning(at: time) }
  }

  /// Adds an act, and forgets the oldest ones.
  static func remember(_ act: SocketAct, in acts: inout [SocketAct]) {
    acts.append(act)
    if acts.count > 64 { acts.removeFirst(32) }
  }

  /// Notes that the socket is used at `time`: a close() before did not drop its last reference.
  func use(at time: Instant) {
    last = time
    for index in drops.indices where !drops[index].isShutdown {
      if let returned = drops[index].returned, returned <= time { drops[index].isDisproved = true }
    }
  }

  /// Whether every process that is known to have held it has let it go.
  var isLetGo: Bool {
    references == 0 && openCalls == 0 && drops.contains { !$0.isShutdown && !$0.isDisproved }
  }

  /// The end of its stream that the socket is.
  var streamSide: Side? { conversation.flatMap { side(in: $0) } }

  /// The end of a connection that the socket is.
  func side(in conversation: Conversation) -> Side? {
    if conversation.client.socket == id { return .client }
    if conversation.server.socket == id { return .server }
    return local.map { conversation.side(of: $0) }
  }
}
