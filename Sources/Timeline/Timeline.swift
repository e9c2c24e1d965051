import Calls
import Wire

/// Turns packets and calls into rows: each packet with its cause, each call with what woke it.
///
/// Events are given in the order of time. A row is made when everything up to `lookahead` after it
/// is known, and is then final: it depends on the events up to there and on nothing else, so a
/// replay makes the rows that a live run made. Memory holds open connections, and what is over for
/// `linger`. A timeline is not to be copied: copies would share what they remember.
public struct Timeline {
  /// Nanoseconds of future that a row may depend on.
  public static let lookahead: Int64 = 100_000_000
  /// Nanoseconds after which a closed connection is forgotten.
  public static let linger: Int64 = 5_000_000_000
  /// Nanoseconds of silence after which a connection that no traced socket holds is put aside.
  public static let patience: Int64 = 300_000_000_000
  /// Silent connections that keep their numbers at most.
  static let mostResting = 65_536

  /// Counts so far; the reports are complete after `finish()`.
  public internal(set) var totals = Totals()

  /// Whether the report of every connection is kept, until `takeReports()` takes it.
  public var keepsReports = false
  private var reports: [ConnectionReport] = []

  let hasCalls: Bool
  let capturesOnlyLoopback: Bool
  let hidesOthers: Bool
  var hints: [Int32: Side]
  /// The newest connection between two ends.
  var flows: [FlowKey: Conversation] = [:]
  /// Connections that are not settled yet, in order of their beginning.
  var conversations: [Conversation] = []
  /// Silent ones that go on where a packet of them comes, in order of their silence.
  var resting = Deque<(conversation: Conversation, rest: Int)>()
  var sockets: [SocketID: SocketRecord] = [:]
  /// Sockets of TCP and MPTCP by each of their ends.
  var ends: [Endpoint: [SocketID]] = [:]
  /// Sockets that are neither TCP nor UDP.
  var others: Set<SocketID> = []
  /// Sockets that have joined groups.
  var grouped: Set<SocketID> = []
  /// Echo requests of traced sockets.
  var echoes: [Echo: PacketMark] = [:]
  /// When the first process was let go of that runs on.
  var traceEnd: Instant?
  var calls: [CallID: CallState] = [:]
  var processes: [Int32: ProcessRecord] = [:]
  /// Sockets by port: listening TCP sockets and UDP sockets.
  var bound: [PortKey: [SocketID]] = [:]
  /// Sockets in connect() whose own port is not known, by the port they connect to.
  var pending: [UInt16: [SocketID]] = [:]
  /// Connections whose client is not known, by the server's port.
  var unclaimed: [UInt16: Deque<Conversation>] = [:]
  /// Datagrams that nobody has received yet, by port.
  var datagrams: [UInt16: Deque<Datagram>] = [:]
  /// Packets of which fragments may still come.
  var fragments: [FragmentKey: Fragments] = [:]
  var copies = PacketCopies()
  var drafts = Deque<Draft>()
  var nextConnection = 1
  var lastEvent = Instant(0)
  var nextSweep: Instant?

  /// Makes an empty timeline.
  ///
  /// - Parameters:
  ///   - hasCalls: whether calls are recorded; without, causes say what packets alone can tell.
  ///   - capturesOnlyLoopback: whether packets to other hosts cannot be seen.
  ///   - hidesOthers: passes over the packets between programs that are not traced; they are
  ///     counted only.
  ///   - hints: processes that are known to be client or server from the start.
  public init(
    hasCalls: Bool, capturesOnlyLoopback: Bool = false, hidesOthers: Bool = false,
    hints: [Int32: Side] = [:]
  ) {
    self.hasCalls = hasCalls
    self.capturesOnlyLoopback = capturesOnlyLoopback
    self.hidesOthers = hidesOthers
    self.hints = hints
  }

  /// Takes the next event, and returns the rows that became final by it.
  public mutating func append(_ event: Event) -> [Row] {
    var rows: [Row] = []
    append(event, into: &rows)
    return rows
  }

  /// Takes the next event, and adds the rows that became final by it.
  public mutating func append(_ event: Event, into rows: inout [Row]) {
    advance(to: event.time, into: &rows)
    lastEvent = max(lastEvent, event.time)
    planSweep()
    switch event {
    case .packet(let packet): ingest(packet)
    case .call(let event): ingest(event)
    case .printed(let line): ingest(line)
    }
  }

  /// Returns the rows that are final when all events before `now` have been given.
  ///
  /// What is done at a moment depends on the events up to `lookahead` after it alone, and not on
  /// when this function is called.
  public mutating func advance(to now: Instant) -> [Row] {
    var rows: [Row] = []
    advance(to: now, into: &rows)
    return rows
  }

  /// Adds the rows that are final when all events before `now` have been given.
  public mutating func advance(to now: Instant, into rows: inout [Row]) {
    let limit = now + -Timeline.lookahead
    while true {
      let draft = drafts.first?.time
      if let sweep = dueSweep(before: limit), draft.map({ sweep <= $0 }) ?? true {
        self.sweep(at: sweep)
        let isSilent = sweep - lastEvent > 2 * Timeline.linger
        nextSweep = sweep + (isSilent ? 60 : 1) * Timeline.sweepInterval
      } else if let draft, draft < limit {
        emitFirst(into: &rows)
      } else {
        return
      }
    }
  }

  /// Returns the rows that are left, after the last event.
  public mutating func finish() -> [Row] {
    var rows: [Row] = []
    while !drafts.isEmpty { emitFirst(into: &rows) }
    let left = conversations + takeResting()
    for conversation in left.sorted(by: { $0.facts.id < $1.facts.id }) { settle(conversation) }
    conversations = []
    totals.reports.sort { $0.connection.id < $1.connection.id }
    return rows
  }

  /// The moment before which no row is left to be made, with as much before it as a row may depend
  /// on: what ended earlier needs no cause any more.
  var frontier: Instant { (drafts.first?.time ?? lastEvent) + -Timeline.lookahead }

  /// Makes the rows of the first draft.
  private mutating func emitFirst(into rows: inout [Row]) {
    guard let draft = drafts.first else { return }
    drafts.removeFirst()
    guard let (finished, conversation) = finished(draft) else { return }
    var row = finished
    if isOthers(row, conversation) {
      totals.others += 1
      return
    }
    count(row)
    if hasCalls { conversation?.noteExit(row) }
    if let conversation, !conversation.isAnnounced {
      conversation.isAnnounced = true
      number(conversation)
      row.connection = conversation.facts.id
      name(conversation)
      rows.append(
        Row(
          time: row.time, connection: conversation.facts.id,
          content: .opening(conversation.facts)))
    }
    rows.append(row)
  }

  /// Takes the reports of connections that are over since it was asked last; after `finish()`, of all
  /// that are left.
  public mutating func takeReports() -> [ConnectionReport] {
    defer { reports = [] }
    return reports
  }

  /// Gives a connection its number: when it begins, or, where connections of others are passed
  /// over, when it is announced.
  mutating func number(_ conversation: Conversation) {
    guard conversation.facts.id.rawValue == 0 else { return }
    conversation.facts.id = ConnectionID(nextConnection)
    nextConnection += 1
  }

  /// Whether a packet belongs to programs that are not traced, and is to be passed over.
  private func isOthers(_ row: Row, _ conversation: Conversation?) -> Bool {
    guard hidesOthers, case .packet(let packet) = row.content else { return false }
    guard let conversation else {
      guard packet.packet.packet.stop == nil else { return false }
      let isAnswer = packet.cause.kind == .reply && packet.cause.packet != nil
      return !isAnswer && (packet.cause.kind == .untraced || packet.cause.kind == .reply)
    }
    if let since = conversation.heldSince, row.time < since { return true }
    guard !conversation.isAnnounced else { return false }
    // Perhaps that of a traced program whose sockets nobody may see.
    if packet.cause.reason == .blind { return false }
    name(conversation)
    return conversation.facts.clientProcess == nil && conversation.facts.serverProcess == nil
  }

  private mutating func count(_ row: Row) {
    switch row.content {
    case .packet(let packet):
      totals.packets += 1
      if case .full(let queue) = packet.listener {
        totals.turnedAway += 1
        totals.fullQueue = queue
      }
      totals.causes[packet.cause.kind] += 1
      if packet.cause.isOutsideTrace { totals.outsideTrace += 1 }
      if packet.cause.isUnexplained { totals.unexplained += 1 }
    case .call(let call) where call.part != .exit:
      totals.calls += 1
    default:
      break
    }
  }

  /// Adds a connection that is over to the totals.
  ///
  /// - Parameter now: when that was found; nil at the end of the recording.
  mutating func settle(_ conversation: Conversation, at now: Instant? = nil) {
    guard conversation.isAnnounced else { return }
    totals.connections += 1
    if conversation.reset != nil { totals.resets += 1 }
    if keepsReports {
      name(conversation)
      var report = conversation.report
      report.settled = now
      reports.append(report)
    }
    guard conversation.facts.id.rawValue <= Totals.reportLimit else { return }
    name(conversation)
    totals.reports.append(conversation.report)
  }

  /// Fills in the processes at both ends, as far as they are known now.
  private func name(_ conversation: Conversation) {
    func process(_ side: Side) -> ProcessName? {
      let end = conversation.end(side)
      if let id = end.socket, let socket = sockets[id] { return socket.process }
      if let follower = end.follower { return follower }
      let kind = conversation.facts.kind
      guard side == .server || kind == .udp else { return nil }
      return holder(of: end.endpoint, kind: kind)?.process
    }
    conversation.facts.clientProcess = process(.client) ?? conversation.facts.clientProcess
    conversation.facts.serverProcess = process(.server) ?? conversation.facts.serverProcess
  }
}

extension Timeline {
  /// TCP connections with a traced process at an end that are not closed yet.
  ///
  /// TIME-WAIT counts as closed. Without packets, a connection is closed when its sockets are.
  public var openConnections: Int {
    conversations.count { conversation in
      guard conversation.facts.kind == .tcp, !conversation.isOver else { return false }
      let traced = [conversation.client.socket, conversation.server.socket]
        .compactMap { $0.flatMap { sockets[$0] } }
      return conversation.hasPackets
        ? !traced.isEmpty : traced.contains { $0.drops.isEmpty }
    }
  }

  /// Says which lane a process, and all that it will start, is drawn in.
  public mutating func hint(_ process: Int32, _ side: Side) { hints[process] = side }
}
