import Calls
import Capture
import Timeline
import Wire

/// Puts the owners of sockets into the connections of a capture without calls.
struct CaptureNames {
  private var owners = SocketOwners()
  /// The processes of the connections that the footer tells of.
  private var known: [ConnectionID: (client: ProcessName?, server: ProcessName?)] = [:]

  /// Whether an owner stayed unknown because its process may not be looked at.
  var isRefused: Bool { owners.isRefused }

  /// Asks for the owners of a packet's ends.
  mutating func note(_ packet: Packet, at now: Int64) { owners.note(packet, at: now) }

  /// Looks for the owners, after the packets that came together.
  mutating func find(at now: Int64) { owners.find(at: now) }

  /// The rows, with processes where connections are announced.
  mutating func named(_ rows: [Row]) -> [Row] {
    rows.map { row in
      guard case .opening(var connection) = row.content else { return row }
      name(&connection)
      if connection.id.rawValue <= Totals.reportLimit {
        known[connection.id] = (connection.clientProcess, connection.serverProcess)
      }
      var named = row
      named.content = .opening(connection)
      return named
    }
  }

  /// The counts, with processes in the reports.
  func named(_ totals: Totals) -> Totals {
    var totals = totals
    for index in totals.reports.indices {
      let processes = known[totals.reports[index].connection.id]
      totals.reports[index].connection.clientProcess = processes?.client
      totals.reports[index].connection.serverProcess = processes?.server
    }
    return totals
  }

  private func name(_ connection: inout Connection) {
    connection.clientProcess = owner(connection, connection.client, connection.server)
    connection.serverProcess = owner(connection, connection.server, connection.client)
  }

  private func owner(
    _ connection: Connection, _ local: Endpoint, _ peer: Endpoint
  ) -> ProcessName? {
    owners.owner(isTCP: connection.kind == .tcp, local: local, peer: peer)
      .map { ProcessName(id: $0.process, name: $0.name) }
  }
}
