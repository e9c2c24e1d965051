import Calls
import Recording
import Timeline
import Wire

/// Puts the owners of sockets that a recording tells of into its connections, where they were when
/// it was captured.
struct ReplayOwners {
  private struct Ends: Hashable {
    var kind: TransportKind
    var local: Endpoint
    var peer: Endpoint
  }

  /// Those of connections that have no row yet, in the order of time.
  private var waiting: [Ends: [RecordedOwner]] = [:]
  /// The processes of connections whose reports are still to come.
  private var known: [ConnectionID: (client: ProcessName?, server: ProcessName?)] = [:]

  /// Takes an owner; its connection's first row comes later.
  mutating func take(_ owner: RecordedOwner) {
    let ends = Ends(kind: owner.kind, local: owner.local, peer: owner.peer)
    waiting[ends, default: []].append(owner)
  }

  /// Names the processes where rows announce connections.
  ///
  /// - Parameters:
  ///   - start: the first row to look at.
  ///   - keepsReports: whether reports of all connections are asked for.
  mutating func name(_ rows: inout [Row], from start: Int, keepsReports: Bool) {
    guard !waiting.isEmpty else { return }
    for index in start..<rows.count {
      guard case .opening(var facts) = rows[index].content else { continue }
      let time = rows[index].time
      let client = owner(facts.kind, facts.client, facts.server, time)
      let server = owner(facts.kind, facts.server, facts.client, time)
      guard client != nil || server != nil else { continue }
      if keepsReports || facts.id.rawValue <= Totals.reportLimit {
        known[facts.id] = (client, server)
      }
      ReplayOwners.name(&facts, client, server)
      rows[index].content = .opening(facts)
    }
  }

  /// The last owner of an end by that time; it has no second connection.
  private mutating func owner(
    _ kind: TransportKind, _ local: Endpoint, _ peer: Endpoint, _ time: Instant
  ) -> ProcessName? {
    let ends = Ends(kind: kind, local: local, peer: peer)
    guard let owners = waiting[ends] else { return nil }
    let past = owners.prefix { $0.time <= time }
    let rest = owners.dropFirst(past.count)
    waiting[ends] = rest.isEmpty ? nil : Array(rest)
    return past.last?.process
  }

  /// A report, with processes where they are known.
  func named(_ report: ConnectionReport) -> ConnectionReport {
    guard let processes = known[report.connection.id] else { return report }
    var report = report
    ReplayOwners.name(&report.connection, processes.client, processes.server)
    return report
  }

  /// Forgets a connection that is over, unless the footer tells of it.
  mutating func forget(_ id: ConnectionID) {
    if id.rawValue > Totals.reportLimit { known[id] = nil }
  }

  private static func name(
    _ facts: inout Connection, _ client: ProcessName?, _ server: ProcessName?
  ) {
    facts.clientProcess = client ?? facts.clientProcess
    facts.serverProcess = server ?? facts.serverProcess
  }
}
