import Calls
public import Timeline
import Wire

/// Applies a selection to rows, one after the other.
public struct Selector: Sendable {
  private let selection: Selection
  private var packets = 0
  /// The last calls that were kept: packets they caused stay.
  private var kept = RecentNumbers()
  /// Connections that a chosen process takes part in, as far as calls told.
  private var joined: Set<ConnectionID> = []
  /// Connections of which a packet has passed the filter.
  private var filtered: Set<ConnectionID> = []
  /// The last packets of the chosen connections: what they woke stays.
  private var chosen = RecentNumbers()
  /// The last SYNs and FINs that were kept: what acknowledges them stays.
  private var controls = RecentNumbers()
  /// Calls that were shown, and have not returned.
  private var entered: Set<CallID> = []

  /// What becomes of a row.
  public enum Verdict: Hashable, Sendable {
    /// It is shown.
    case shown
    /// It is chosen, but lies before the time that is shown: what it begins goes on there.
    case early
    /// It is the return, after what is shown, of a call that was shown.
    case late
    /// It is left out.
    case hidden
  }

  /// Makes a selector.
  public init(_ selection: Selection) { self.selection = selection }

  /// Decides about the next row.
  ///
  /// - Parameters:
  ///   - since: nanoseconds since the zero; nil where the zero is not known yet.
  ///   - matches: whether a packet, by number, passes the filter.
  public mutating func judge(_ row: Row, since: Int64?, matches: (Int) -> Bool) -> Verdict {
    if isOver(since) {
      guard case .call(let call) = row.content, call.part == .exit else { return .hidden }
      return entered.remove(call.record.id) == nil ? .hidden : .late
    }
    guard isChosen(row, matches) else { return .hidden }
    if case .opening = row.content { return .shown }
    if let from = selection.from, (since.map { Double($0) / 1e9 } ?? -1) < from { return .early }
    switch row.content {
    case .packet: packets += 1
    case .call(let call) where selection.to != nil || selection.count != nil:
      if call.part == .enter {
        entered.insert(call.record.id)
      } else {
        entered.remove(call.record.id)
      }
    default: break
    }
    return .shown
  }

  /// Whether everything that is shown lies before.
  private func isOver(_ since: Int64?) -> Bool {
    if let limit = selection.count, packets >= limit { return true }
    guard let to = selection.to, let since else { return false }
    return Double(since) / 1e9 > to
  }

  private mutating func isChosen(_ row: Row, _ matches: (Int) -> Bool) -> Bool {
    switch row.content {
    case .opening: return true
    case .packet(let packet): return isChosen(packet, row, matches)
    case .call(let call): return isChosen(call, row)
    case .signal(_, let process, _, _), .exit(_, _, let process, _, _), .blind(_, let process, _):
      return keeps(process) && selection.calls.isEmpty && !choosesConnections
    case .output(_, let process, _):
      return keeps(process) && selection.calls.isEmpty && !selection.isControl
        && !choosesConnections
    }
  }

  private func keeps(_ process: ProcessName) -> Bool {
    selection.processes.isEmpty || selection.processes.contains(process.id)
  }

  // MARK: connections

  /// Whether only rows of some connections are shown.
  private var choosesConnections: Bool { !selection.connections.isEmpty || selection.hasFilter }

  /// Whether rows of a connection are shown.
  private func isChosen(_ id: ConnectionID?) -> Bool {
    guard let id else { return false }
    if selection.hasFilter, !filtered.contains(id) { return false }
    return selection.connections.isEmpty || selection.connections.contains(id.rawValue)
  }

  /// Whether a call belongs to a chosen connection: it works on its socket, took it over, or was
  /// woken by a packet of it.
  private func isOfChosen(_ call: CallRow, _ row: Row) -> Bool {
    if isChosen(row.connection) || isChosen(call.accepted) { return true }
    guard row.connection == nil, call.part != .enter else { return false }
    switch call.wake {
    case .packet(let number, _), .didNotWait(let number?, _): return chosen.contains(number)
    default: return false
    }
  }

  /// Notes a connection that is announced: its processes choose it, and so does a filter that one
  /// of its packets has passed.
  ///
  /// - Parameter joins: whether a packet between these ends has passed the filter.
  public mutating func note(_ facts: Connection, joins: (Connection) -> Bool = { _ in false }) {
    let ends = [facts.clientProcess?.id, facts.serverProcess?.id].compactMap { $0 }
    if ends.contains(where: { selection.processes.contains($0) }) { joined.insert(facts.id) }
    if selection.hasFilter, joins(facts) { filtered.insert(facts.id) }
  }

  // MARK: packets and calls

  private mutating func isChosen(
    _ row: PacketRow, _ whole: Row, _ matches: (Int) -> Bool
  ) -> Bool {
    let number = row.packet.number
    if selection.hasFilter {
      guard matches(number) else { return false }
      if let id = whole.connection { filtered.insert(id) }
    }
    if choosesConnections {
      let isStray = whole.connection == nil && selection.connections.isEmpty
      guard isStray || isChosen(whole.connection) else { return false }
      chosen.insert(number)
    }
    if !selection.calls.isEmpty || !selection.processes.isEmpty {
      let caused = row.cause.calls + (row.cause.trigger.map { [$0] } ?? [])
      let isCaused = caused.contains { kept.contains($0.rawValue) }
      if !selection.calls.isEmpty, !isCaused { return false }
      let isJoined = whole.connection.map { joined.contains($0) } ?? false
      if !selection.processes.isEmpty, !isJoined, !isCaused { return false }
    }
    return !selection.isControl || isControl(row)
  }

  /// Whether a packet opens, ends or resets a connection, or acknowledges what does.
  private mutating func isControl(_ row: PacketRow) -> Bool {
    guard let header = row.packet.packet.tcp else {
      return row.packet.packet.icmp?.isError ?? false
    }
    if !header.flags.isDisjoint(with: [.syn, .fin]) {
      controls.insert(row.packet.number)
      return true
    }
    if header.flags.contains(.rst) { return true }
    if row.acknowledges.contains(where: { controls.contains($0) }) { return true }
    guard row.cause.kind == .reply, let answered = row.cause.packet else { return false }
    return controls.contains(answered)
  }

  private mutating func isChosen(_ row: CallRow, _ whole: Row) -> Bool {
    guard keeps(row.record.process) else { return false }
    if !selection.processes.isEmpty, let id = whole.connection { joined.insert(id) }
    if choosesConnections, !isOfChosen(row, whole) { return false }
    guard selection.calls.isEmpty || selection.calls.contains(row.record.call) else { return false }
    if selection.hiddenCalls.contains(row.record.call) { return false }
    guard !selection.isControl || row.record.call.isControl else { return false }
    if !selection.calls.isEmpty || !selection.processes.isEmpty {
      kept.insert(row.record.id.rawValue)
    }
    return true
  }
}

extension SystemCall {
  /// Whether the call makes, opens or ends connections and sockets.
  var isControl: Bool {
    switch role {
    case .opens, .binds, .listens, .accepts, .connects, .shuts, .closes, .closesRange, .replaces,
      .executes:
      true
    case .reads, .writes, .duplicates, .sets, .asks, .names, .polls, .watches, .rings, .clones,
      .filters, .parts, .fetches, .other:
      false
    }
  }
}
