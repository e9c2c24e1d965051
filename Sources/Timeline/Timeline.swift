import Calls
import Wire

/// Turns packets and calls into rows: each packet with its cause, each call with what woke it.
///
/// Events are given in the order of time. A row is made when everything up to `lookahead` after it
/// is known, and is then final: it depends on the events up to there and on nothing else, so a
/// replay makes the rows that a live run made. Memory holds open connections, and closed ones for
/// `linger`.
public struct Timeline {
  /// Nanoseconds of future that a row may depend on.
  public static let lookahead: Int64 = 100_000_000
  /// Nanoseconds after which a closed connection is forgotten.
  public static let linger: Int64 = 5_000_000_000

  /// Counts so far; the reports are complete after `finish()`.
  public private(set) var totals = Totals()

  let hasCalls: Bool
  let capturesOnlyLoopback: Bool
  var hints: [Int32: Side]
  var flows: [FlowKey: Conversation] = [:]
  var conversations: [Conversation] = []
  var sockets: [SocketID: SocketRecord] = [:]
  var calls: [CallID: CallRecord] = [:]
  var processes: [Int32: ProcessName] = [:]
  var drafts = DraftQueue()
  var nextConnection = 1
  var sweepAt: Instant?

  /// Makes an empty timeline.
  ///
  /// - Parameters:
  ///   - hasCalls: whether calls are recorded; without, causes say what packets alone can tell.
  ///   - capturesOnlyLoopback: whether packets to other hosts cannot be seen.
  ///   - hints: processes that are known to be client or server from the start.
  public init(
    hasCalls: Bool, capturesOnlyLoopback: Bool = false, hints: [Int32: Side] = [:]
  ) {
    self.hasCalls = hasCalls
    self.capturesOnlyLoopback = capturesOnlyLoopback
    self.hints = hints
  }

  /// Takes the next event, and returns the rows that became final by it.
  public mutating func append(_ event: Event) -> [Row] {
    let rows = advance(to: event.time)
    switch event {
    case .packet(let packet): ingest(packet)
    case .call(let event): ingest(event)
    case .printed(let line): ingest(line)
    }
    return rows
  }

  /// Returns the rows that are final when all events before `now` have been given.
  public mutating func advance(to now: Instant) -> [Row] {
    var rows: [Row] = []
    let limit = now + -Timeline.lookahead
    while let time = drafts.first?.time, time < limit {
      emit(drafts.removeFirst(), into: &rows)
    }
    if sweepAt.map({ limit > $0 }) ?? true { sweep(at: limit) }
    return rows
  }

  /// Returns the rows that are left, after the last event.
  public mutating func finish() -> [Row] {
    var rows: [Row] = []
    while drafts.first != nil {
      emit(drafts.removeFirst(), into: &rows)
    }
    for conversation in conversations { settle(conversation) }
    totals.reports.sort { $0.connection.id < $1.connection.id }
    return rows
  }

  /// Makes the rows of a draft.
  private mutating func emit(_ draft: Draft, into rows: inout [Row]) {
    guard let row = finished(draft) else { return }
    count(row)
    if let conversation = draft.conversation ?? connection(of: row), !conversation.isAnnounced {
      conversation.isAnnounced = true
      name(conversation)
      rows.append(
        Row(
          time: row.time, connection: conversation.facts.id,
          content: .opening(conversation.facts)))
    }
    rows.append(row)
  }

  private func connection(of row: Row) -> Conversation? {
    guard case .call(let call) = row.content, let socket = call.record.socket else { return nil }
    return sockets[socket]?.conversation
  }

  private mutating func count(_ row: Row) {
    switch row.content {
    case .packet(let packet):
      totals.packets += 1
      totals.causes[packet.cause.kind, default: 0] += 1
      if packet.cause.kind == .unknown || packet.cause.kind == .ambiguous {
        totals.unexplained += 1
      }
    case .call(let call) where call.part != .exit:
      totals.calls += 1
    default:
      break
    }
  }

  /// Forgets connections and sockets that are over.
  private mutating func sweep(at now: Instant) {
    sweepAt = now + 1_000_000_000
    let old = now + -Timeline.linger
    var kept: [Conversation] = []
    for conversation in conversations {
      let isIdle = conversation.last < old
      let isForgotten = isIdle && (conversation.isOver || conversation.facts.kind != .tcp)
      guard isForgotten else {
        kept.append(conversation)
        continue
      }
      // A flow of datagrams that goes on later keeps its number as long as its socket lives.
      let holders = [conversation.client.socket, conversation.server.socket].compactMap { $0 }
      if holders.contains(where: { sockets[$0].map { $0.drops.isEmpty } ?? false }) {
        kept.append(conversation)
        continue
      }
      settle(conversation)
      let key = FlowKey(
        conversation.facts.kind, conversation.facts.client, conversation.facts.server)
      if flows[key] === conversation { flows[key] = nil }
    }
    conversations = kept
    for (id, socket) in sockets where socket.last < old && !socket.drops.isEmpty {
      if let conversation = socket.conversation, !conversation.isOver { continue }
      sockets[id] = nil
    }
  }

  /// Adds a connection that is over to the totals.
  private mutating func settle(_ conversation: Conversation) {
    totals.connections += 1
    if conversation.reset != nil { totals.resets += 1 }
    if conversation.facts.id.rawValue <= Totals.reportLimit {
      name(conversation)
      totals.reports.append(conversation.report)
    }
  }

  /// Fills in the processes at both ends, as far as they are known now.
  private func name(_ conversation: Conversation) {
    func process(_ side: Side) -> ProcessName? {
      if let id = conversation.end(side).socket, let socket = sockets[id] { return socket.process }
      let kind = conversation.facts.kind
      let end = conversation.end(side).endpoint
      return side == .server || kind == .udp ? holder(of: end, kind: kind)?.process : nil
    }
    conversation.facts.clientProcess = process(.client) ?? conversation.facts.clientProcess
    conversation.facts.serverProcess = process(.server) ?? conversation.facts.serverProcess
  }

  /// The listening TCP socket, or the UDP socket, that packets to `endpoint` reach.
  func holder(of endpoint: Endpoint, kind: TransportKind) -> SocketRecord? {
    bound[BoundKey(kind: kind, port: endpoint.port)]?.lazy.compactMap { sockets[$0] }.last {
      guard let local = $0.local else { return false }
      return local.address.isUnspecified || local.address == endpoint.address
    }
  }

  /// Sockets by port: listening TCP sockets and UDP sockets.
  var bound: [BoundKey: [SocketID]] = [:]
}

/// A protocol and a port.
struct BoundKey: Hashable {
  let kind: TransportKind
  let port: UInt16
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
