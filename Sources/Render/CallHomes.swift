import Calls
import Timeline

/// The connections that rows are shown with: a call is not torn apart where its connection is known
/// only at its return.
struct CallHomes {
  private var homes: [CallID: ConnectionID] = [:]

  /// Learns from all rows.
  init(_ rows: some Sequence<Row>) {
    for row in rows {
      guard case .call(let call) = row.content, let id = row.connection else { continue }
      homes[call.record.id] = id
    }
  }

  /// The connection of a row.
  func home(of row: Row) -> ConnectionID? {
    guard row.connection == nil, case .call(let call) = row.content else { return row.connection }
    return homes[call.record.id]
  }
}
