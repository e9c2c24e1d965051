public import Calls
public import Timeline
import Wire

/// Which rows of a ladder are shown. Everything is analysed first and selected then.
public struct Selection: Hashable, Sendable {
  /// Connections; empty for all.
  public var connections: Set<Int> = []
  /// Processes; empty for all.
  public var processes: Set<Int32> = []
  /// Calls; empty for all. Packets they caused stay.
  public var calls: Set<SystemCall> = []
  /// Calls that are left out; packets stay.
  public var hiddenCalls: Set<SystemCall> = []
  /// Only SYN, FIN, RST and the calls around them.
  public var isControl = false
  /// Seconds since the zero to begin at.
  public var from: Double?
  /// Seconds since the zero to end at.
  public var to: Double?
  /// Packets to show at most.
  public var count: Int?
  /// Whether a filter expression is on: then a packet is shown where it matches.
  public var hasFilter = false

  /// Makes a selection of everything.
  public init() {}
}

/// Applies a selection to rows, one after the other.
public struct Selector: Sendable {
  private let selection: Selection
  private var packets = 0
  /// The last calls that were kept: packets they caused stay.
  private var kept: Set<CallID> = []
  private var order: [CallID] = []
  /// Connections that a chosen process takes part in, as far as calls told.
  private var joined: Set<ConnectionID> = []

  /// Makes a selector.
  public init(_ selection: Selection) { self.selection = selection }

  /// Whether a row is shown.
  ///
  /// - Parameters:
  ///   - since: nanoseconds since the zero; nil where the zero is not known yet.
  ///   - matches: whether a packet, by number, passes the filter.
  public mutating func keeps(_ row: Row, since: Int64?, matches: (Int) -> Bool) -> Bool {
    if let limit = selection.count, packets >= limit { return false }
    guard isInTime(since) else { return false }
    if !selection.connections.isEmpty {
      guard let id = row.connection, selection.connections.contains(id.rawValue) else {
        return false
      }
    }
    switch row.content {
    case .opening: return true
    case .packet(let packet):
      guard keeps(packet, row, matches) else { return false }
      packets += 1
      return true
    case .call(let call): return keeps(call, row)
    case .signal(_, let process, _, _), .exit(_, _, let process, _, _), .blind(_, let process, _):
      return keeps(process) && selection.calls.isEmpty
    case .output(_, let process, _):
      return keeps(process) && selection.calls.isEmpty && !selection.isControl
    }
  }

  private func isInTime(_ since: Int64?) -> Bool {
    guard selection.from != nil || selection.to != nil else { return true }
    let seconds = since.map { Double($0) / 1e9 }
    if let from = selection.from, (seconds ?? -1) < from { return false }
    if let to = selection.to, let seconds, seconds > to { return false }
    return true
  }

  private func keeps(_ process: ProcessName) -> Bool {
    selection.processes.isEmpty || selection.processes.contains(process.id)
  }

  private func keeps(_ row: PacketRow, _ whole: Row, _ matches: (Int) -> Bool) -> Bool {
    if selection.hasFilter, !matches(row.packet.number) { return false }
    let caused = row.cause.calls + (row.cause.trigger.map { [$0] } ?? [])
    if !selection.calls.isEmpty, !caused.contains(where: { kept.contains($0) }) { return false }
    if !selection.processes.isEmpty {
      let isJoined = whole.connection.map { joined.contains($0) } ?? false
      guard isJoined || caused.contains(where: { kept.contains($0) }) else { return false }
    }
    guard selection.isControl else { return true }
    if let header = row.packet.packet.tcp {
      return !header.flags.isDisjoint(with: [.syn, .fin, .rst])
    }
    return row.packet.packet.icmp?.isError ?? false
  }

  private mutating func keeps(_ row: CallRow, _ whole: Row) -> Bool {
    guard keeps(row.record.process) else { return false }
    if !selection.processes.isEmpty, let id = whole.connection { joined.insert(id) }
    guard selection.calls.isEmpty || selection.calls.contains(row.record.call) else { return false }
    if selection.hiddenCalls.contains(row.record.call) { return false }
    guard !selection.isControl || row.record.call.isControl else { return false }
    if !selection.calls.isEmpty || !selection.processes.isEmpty, kept.insert(row.record.id).inserted
    {
      order.append(row.record.id)
      if order.count > 8192 {
        kept.subtract(order.prefix(4096))
        order.removeFirst(4096)
      }
    }
    return true
  }

  /// Notes a connection that is announced: its processes choose it.
  public mutating func note(_ facts: Connection) {
    let ends = [facts.clientProcess?.id, facts.serverProcess?.id].compactMap { $0 }
    if ends.contains(where: { selection.processes.contains($0) }) { joined.insert(facts.id) }
  }
}

extension SystemCall {
  /// Whether the call makes, opens or ends connections and sockets.
  var isControl: Bool {
    switch self {
    case .socket, .bind, .listen, .accept, .accept4, .connect, .shutdown, .close, .closeRange,
      .dup2, .dup3, .execve, .execveat:
      true
    default: false
    }
  }
}
