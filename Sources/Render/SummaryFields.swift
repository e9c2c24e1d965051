import Calls
import Timeline
import Wire

extension ConnectionSummary {
  /// The fields of the exported connection.
  var exportFields: [ExportField] {
    [
      ExportField("id", .number(id.rawValue)),
      ExportField("protocol", .text(kind == .tcp ? "tcp" : "udp")),
      ExportField("client", .text(client.endpoint.description)),
      ExportField("server", .text(server.endpoint.description)),
      ExportField("tunnel", .text(tunnel)),
      ExportField("client_pid", .number(client.process.map { Int($0.id) })),
      ExportField("server_pid", .number(server.process.map { Int($0.id) })),
      ExportField("start_ns", .number(first.nanoseconds)),
      ExportField("end_ns", .number(last.nanoseconds)),
      ExportField("handshake_ns", .number(handshake.map { Int($0) })),
      ExportField("client_isn", .number(client.initial?.rawValue)),
      ExportField("server_isn", .number(server.initial?.rawValue)),
      ExportField("client_bytes", .number(client.payloadBytes)),
      ExportField("server_bytes", .number(server.payloadBytes)),
      ExportField("packet_count", .number(client.packets + server.packets)),
      ExportField(
        "retransmissions",
        .number(kind == .tcp ? client.retransmissions + server.retransmissions : nil)),
      ExportField("close", .text(closeWord)),
      ExportField("client_state", .text(client.state?.rawValue)),
      ExportField("server_state", .text(server.state?.rawValue)),
    ]
  }

  /// What a summary has besides.
  fileprivate var moreFields: [ExportField] {
    let isTCP = kind == .tcp
    return [
      ExportField("duration_ns", .number(duration)),
      ExportField("client_comm", .text(client.process?.name)),
      ExportField("server_comm", .text(server.process?.name)),
      ExportField("client_packets", .number(client.packets)),
      ExportField("server_packets", .number(server.packets)),
      ExportField("client_frame_bytes", .number(client.frameBytes)),
      ExportField("server_frame_bytes", .number(server.frameBytes)),
      ExportField("client_retransmissions", .number(isTCP ? client.retransmissions : nil)),
      ExportField("server_retransmissions", .number(isTCP ? server.retransmissions : nil)),
      ExportField("client_resets", .number(isTCP ? client.resets : nil)),
      ExportField("server_resets", .number(isTCP ? server.resets : nil)),
      ExportField("client_window_min", .number(client.smallestWindow)),
      ExportField("server_window_min", .number(server.smallestWindow)),
      ExportField("close_segments", .number(closeSegments)),
    ]
  }
}

extension ErrorSummary {
  /// The fields that the row of errors has in common with connections; the others are null.
  fileprivate func value(of name: String) -> ExportField.Value {
    switch name {
    case "protocol": .text("icmp")
    case "client": .text(key.reporter.description)
    case "server": .text(key.receiver.description)
    case "start_ns": .number(first.nanoseconds)
    case "end_ns": .number(last.nanoseconds)
    case "packet_count", "client_packets": .number(packets)
    case "duration_ns": .number(last - first)
    case "client_frame_bytes": .number(frameBytes)
    default: .none
    }
  }
}

extension SummaryRow {
  /// The row as an object: all have the same fields, so that they make a table.
  var object: ExportObject {
    switch self {
    case .connection(let row):
      let fields = row.exportFields + row.moreFields
      return ExportObject(
        .connection, fields + SummaryRow.errorFields(nil))
    case .error(let row):
      let names = SummaryRow.blank.exportFields + SummaryRow.blank.moreFields
      return ExportObject(
        .icmpError,
        names.map { ExportField($0.name, row.value(of: $0.name)) } + SummaryRow.errorFields(row))
    }
  }

  /// The fields of a row, for their names.
  static var names: [ExportField] { SummaryRow.connection(blank).object.fields }

  private static let blank = ConnectionSummary(
    ConnectionReport(
      connection: Connection(
        id: ConnectionID(0), kind: .tcp, client: Endpoint(.v4(0), 0), server: Endpoint(.v4(0), 0))))

  private static func errorFields(_ row: ErrorSummary?) -> [ExportField] {
    [
      ExportField("error", .text(row?.words)),
      ExportField("error_type", .number(row.map { Int($0.key.type) })),
      ExportField("error_code", .number(row.map { Int($0.key.code) })),
      ExportField("about", .number(row?.connection?.rawValue)),
      ExportField("about_client", .text(row?.key.source.description)),
      ExportField("about_server", .text(row?.key.destination.description)),
    ]
  }
}
