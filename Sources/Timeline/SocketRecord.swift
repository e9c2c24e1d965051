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
  /// Up to which byte the peer's window let the stream go when the call was entered.
  var edge: Int?
  /// How many bytes of the stream the peer had acknowledged when the call was entered.
  var acknowledged: Int?
  /// When the oldest call was entered that was writing when this one was.
  var openSince = Instant(0)
  /// The acknowledgement that let out the last of its bytes, where one did while the call ran.
  var opener: Int?
  /// Whether another call wrote at the same time, so that the order is not known.
  var overlaps = false
  /// Whether its thread died in it, so that it is not known how much of it was written.
  var isCutOff = false

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
  /// Of an exit: when the process was last heard of before. The kernel may not tell that its last
  /// thread is about to go (exit_group(2)), so that it is told of only when it is gone.
  var heard: Instant?
  /// shutdown: 0 SHUT_RD, 1 SHUT_WR, 2 SHUT_RDWR.
  var how: Int32 = 2
  /// Whether the socket was used later on, so that this close did not drop its last reference.
  var isDisproved = false
  /// When its thread was next heard of after it had returned.
  var followed: Instant?
  /// Whether a message that was under way held the socket too, so that it dropped no last reference.
  var isPassed = false
  /// Whether calls of other threads ran on the socket when it returned: they hold it until they
  /// return too.
  var isHeld = false
  /// When the last of these calls returned, and which it was.
  var heldUntil: Instant?
  var heldBy: CallID?
  /// When the thread of that call was next heard of.
  var heldFollowed: Instant?
  /// When the oldest call was entered that ran on the socket when this one was entered.
  var openSince = Instant(0)
  /// Whether it asked the socket for nothing: a connect() that only took the error of one before.
  var isVain = false

  /// Whether it shuts down one direction, and drops no reference.
  var isShutdown: Bool { system.role == .shuts }

  func isRunning(at time: Instant) -> Bool {
    entered <= time + slack && (returned.map { time <= $0 } ?? true)
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
  /// Up to which byte the calls are forgotten that wrote them, since too many waited.
  var forgotten = 0
  /// Writing calls that run, with the bytes that they offered.
  var writing: [(call: CallID, count: Int)] = []
  var connects = Acts()
  /// Whether its last connect() returned before it was done, so that the next one goes on with it.
  var isConnecting = false
  /// The port it is connecting to, while its own is not known.
  var pendingPort: UInt16?
  /// Calls and exits that may have dropped the last reference, or shut down the stream.
  var drops: [SocketAct] = []
  /// How many of them there may be before it is looked for what can be forgotten.
  private var dropsMark = 64
  /// setsockopt() calls that may have pushed bytes.
  var options = Acts()
  var reads = Acts()
  var datagrams = SentDatagrams()
  /// Calls whose bytes wait in a corked datagram.
  var corked: [CallID] = []
  var corkedLength = 0
  /// Where the corked datagram goes, and the size that UDP_SEGMENT cuts it into: what the first
  /// of its calls said.
  var corkedDestination: Endpoint?
  var corkedSegment = 0
  /// The first bytes of the corked datagram.
  var corkedOpening: [UInt8] = []
  var isCorked = false
  /// Bytes of the datagrams that UDP_SEGMENT cuts what is sent into, 0 where it is not set.
  var segmentSize = 0
  /// Whether SO_OOBINLINE is set.
  var readsUrgentInline = false
  /// Ends that it had before, and until when: a UDP socket that is disconnected may get another port.
  private(set) var formerLocals: [(end: Endpoint, until: Instant)] = []
  /// Connections whose handshake is done and that nobody accepted, for a listening socket.
  var completed = Deque<Conversation>()
  /// Its accept queue, for a listening socket of which the kernel told it.
  var queue: ListenQueue?
  /// Its SYN queue, for a listening socket: connections whose SYN it answered, and no more yet.
  var halfOpen = 0
  /// Whether connections wait for data before they enter the queue (TCP_DEFER_ACCEPT).
  var defersAccept = false
  /// The last connections that came to it, and the calls that wait for one.
  var arrivals = Arrivals()
  var acceptors = Acceptors()
  /// The next byte to be read, counted from 0.
  var read = 0
  var lingersZero = false
  /// Whether connect() leaves the SYN to the first bytes (TCP_FASTOPEN_CONNECT).
  var defersConnect = false
  /// Whether calls have held bytes back (TCP_CORK, MSG_MORE), which a timer may then let out.
  var holdsBack = false
  /// Whether it goes without a word (TCP_REPAIR).
  var isRepaired = false
  /// Seconds that close() waits for the peer (SO_LINGER).
  var lingerSeconds: Int32 = 0
  /// The most bytes that waited in its send buffer when a writing call returned, and how many did
  /// when it last had no room for all that a call offered.
  var fullest = 0
  var filled = 0
  /// Bytes a second that it sends at most (SO_MAX_PACING_RATE), 0 where that is not set.
  var pacingRate: Int64 = 0
  /// Bytes without which recv() does not return (SO_RCVLOWAT).
  var lowWater = 1
  /// The call that asked for keep-alive probes.
  var keepAlive: CallID?
  /// Whether a process that holds it sends and receives in ways that are not seen (io_uring).
  var isBlind = false
  /// The ends by which it is found.
  var knownEnds: Set<Endpoint> = []
  /// When a process that held it was let go of: what is done with it from then on is not seen.
  var traceEnd: Instant?
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
  /// Whether it came to its process by no call that was seen: whoever had it before may hold it too.
  var isForeign = false
  /// When it was told that it had been open before the recording.
  var heldSince: Instant?
  var isHeld: Bool { heldSince != nil }
  /// Bytes of the kernel's count that come before the first one counted here.
  var base = 0
  /// Where the bytes end that were written before the recording.
  var heldBytes = 0
  /// Whether `read` is known of a socket that was open before.
  var knowsRead = false
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
    connects.running(at: time) ?? connects.running(at: time, margin: slack)
  }

  /// Adds what may have dropped the last reference or shut down the stream, and forgets what cannot
  /// have: what the socket was used after, or what came long before another of its kind, where no row
  /// before `frontier` is left to be made.
  func drop(_ act: SocketAct, keepingFrom frontier: Instant) {
    drops.append(act)
    guard drops.count > dropsMark else { return }
    let shutdown = drops.firstIndex { $0.isShutdown && $0.how != 0 }
    let last = drops.lastIndex { !$0.isShutdown && !$0.isDisproved }
    let lastShutdown = drops.lastIndex { $0.isShutdown }
    let old = frontier + -Timeline.linger
    let kept = drops.indices.filter { index in
      let act = drops[index]
      if [shutdown, last, lastShutdown].contains(index) { return true }
      guard let end = act.heldUntil ?? (act.isHeld ? nil : act.returned) else { return true }
      return end >= (act.isDisproved ? frontier : old)
    }
    drops = kept.map { drops[$0] }
    dropsMark = max(64, 2 * drops.count)
  }

  /// Notes that the socket is used at `time`: a close() before did not drop its last reference.
  func use(at time: Instant) {
    last = time
    if let end = streamSide.flatMap({ conversation?.end($0) }), !end.isShutDown { end.shut = nil }
    // A close() that running calls outlast still drops the last reference when they are done.
    for index in drops.indices where !drops[index].isShutdown {
      if let returned = drops[index].returned, returned <= time { drops[index].isDisproved = true }
    }
  }

  /// A call on the socket returned, or will not: a close() that it outlasted takes effect.
  ///
  /// - Returns: the calls that take effect.
  @discardableResult
  func endCall(_ call: CallID, at time: Instant) -> [CallID] {
    openCalls -= 1
    guard openCalls <= 0 else { return [] }
    var done: [CallID] = []
    for index in drops.indices where drops[index].isHeld && drops[index].heldUntil == nil {
      drops[index].heldUntil = time
      drops[index].heldBy = call
      done.append(drops[index].call)
    }
    return done
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

  /// The end of a flow of datagrams that the socket is, where it can be one of them alone.
  func datagramSide(in conversation: Conversation) -> Side? {
    guard kind == .udp, conversation.facts.kind == .udp else { return nil }
    let isClient = isOrWas(at: conversation.facts.client)
    guard isClient != isOrWas(at: conversation.facts.server) else { return nil }
    return isClient ? .client : .server
  }

  /// Remembers the end that a UDP socket had before it got this one at `time`.
  ///
  /// - Returns: ends that it had long before, and that are forgotten now.
  func rememberLocal(_ new: Endpoint, at time: Instant, keepingFrom frontier: Instant) -> [Endpoint]
  {
    guard kind == .udp, let local, local.port != 0, local.port != new.port else { return [] }
    formerLocals.removeAll { $0.end == new || $0.end == local }
    formerLocals.append((local, time))
    let old = formerLocals.dropLast(8).prefix { $0.until < frontier + -Timeline.linger }.map(\.end)
    formerLocals.removeFirst(old.count)
    return old
  }

  /// Whether the socket is, or was, bound where an end is.
  func isOrWas(at end: Endpoint) -> Bool {
    ([local] + formerLocals.map(\.end)).contains {
      $0.map { $0.port == end.port && ($0.address.isUnspecified || $0.address == end.address) }
        ?? false
    }
  }
}
