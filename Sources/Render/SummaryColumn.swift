import Calls
import Explain
import Text
import Timeline
import Wire

/// A column of the table.
enum SummaryColumn: Int, CaseIterable {
  case number, proto, client, clientProcess, server, serverProcess, tunnel, start, duration,
    handshake
  case packetsOut, packetsBack, bytesOut, bytesBack, again, resets, windowOut, windowBack
  case close, clientState, serverState

  /// The columns that every table has.
  static let always: [SummaryColumn] = [.number, .proto, .client, .server, .close]

  /// What else there is, what matters most first; each group stands or falls together.
  static let groups: [[SummaryColumn]] = [
    [.tunnel], [.clientProcess, .serverProcess], [.duration], [.packetsOut, .packetsBack],
    [.bytesOut, .bytesBack], [.start], [.handshake], [.again], [.clientState, .serverState],
    [.windowOut, .windowBack], [.resets],
  ]

  /// What a table without the column leaves out, in words.
  var words: String {
    switch self {
    case .number: "number"
    case .proto: "protocol"
    case .client, .server: "ends"
    case .clientProcess, .serverProcess: "processes"
    case .tunnel: "tunnels"
    case .start: "start"
    case .duration: "duration"
    case .handshake: "handshake"
    case .packetsOut, .packetsBack: "packets"
    case .bytesOut, .bytesBack: "bytes"
    case .again: "retransmissions"
    case .resets: "resets"
    case .windowOut, .windowBack: "smallest windows"
    case .close: "close"
    case .clientState, .serverState: "states"
    }
  }

  /// The title, with arrows for what the client and the server sent.
  func title(isASCII: Bool) -> String {
    let (out, back) = isASCII ? (">", "<") : ("→", "←")
    switch self {
    case .number: return "#"
    case .proto: return "kind"
    case .client: return "client"
    case .clientProcess, .serverProcess: return "process"
    case .server: return "server"
    case .tunnel: return "inside"
    case .start: return "start s"
    case .duration: return "ms"
    case .handshake: return "shake ms"
    case .packetsOut: return "pkts \(out)"
    case .packetsBack: return "\(back) pkts"
    case .bytesOut: return "bytes \(out)"
    case .bytesBack: return "\(back) bytes"
    case .again: return "again"
    case .resets: return "RST"
    case .windowOut: return "window \(out)"
    case .windowBack: return "\(back) window"
    case .close: return "closed"
    case .clientState: return "client is"
    case .serverState: return "server is"
    }
  }

  /// Whether the cells stand at the left.
  var isText: Bool {
    switch self {
    case .proto, .client, .clientProcess, .server, .serverProcess, .tunnel, .close, .clientState,
      .serverState:
      true
    default: false
    }
  }
}

extension SummaryColumn {
  /// Adds the cell of a row; nothing stands for what is not known.
  ///
  /// - Parameter zero: when the capture begins, in nanoseconds since the epoch.
  func add(_ row: SummaryRow, zero: Int64, to bytes: inout [UInt8]) {
    switch row {
    case .connection(let connection): add(connection, zero, &bytes)
    case .error(let error): add(error, zero, &bytes)
    }
  }

  private func add(_ row: ConnectionSummary, _ zero: Int64, _ bytes: inout [UInt8]) {
    switch self {
    case .number: bytes.add(number: row.id.rawValue)
    case .proto: bytes.append(contentsOf: (row.kind == .tcp ? "TCP" : "UDP").utf8)
    case .client: row.client.endpoint.append(to: &bytes)
    case .clientProcess: add(row.client.process, &bytes)
    case .server: row.server.endpoint.append(to: &bytes)
    case .serverProcess: add(row.server.process, &bytes)
    case .tunnel: bytes.append(contentsOf: (row.tunnel ?? "").utf8)
    case .start: TimeText.add(seconds: row.first.nanoseconds - zero, to: &bytes)
    case .duration: TimeText.add(milliseconds: row.duration, to: &bytes)
    case .handshake:
      if let handshake = row.handshake { TimeText.add(milliseconds: handshake, to: &bytes) }
    case .packetsOut: bytes.add(number: row.client.packets)
    case .packetsBack: bytes.add(number: row.server.packets)
    case .bytesOut: bytes.add(number: row.client.payloadBytes)
    case .bytesBack: bytes.add(number: row.server.payloadBytes)
    case .again:
      guard row.kind == .tcp else { return }
      bytes.add(number: row.client.retransmissions + row.server.retransmissions)
    case .resets:
      if row.kind == .tcp { bytes.add(number: row.client.resets + row.server.resets) }
    case .windowOut: if let window = row.client.smallestWindow { bytes.add(number: window) }
    case .windowBack: if let window = row.server.smallestWindow { bytes.add(number: window) }
    case .close: bytes.append(contentsOf: row.closeCell.utf8)
    case .clientState: bytes.append(contentsOf: (row.client.state?.rawValue ?? "").utf8)
    case .serverState: bytes.append(contentsOf: (row.server.state?.rawValue ?? "").utf8)
    }
  }

  private func add(_ row: ErrorSummary, _ zero: Int64, _ bytes: inout [UInt8]) {
    switch self {
    case .number:
      if let about = row.connection { bytes.add(number: about.rawValue) }
    case .proto: bytes.append(contentsOf: "ICMP".utf8)
    case .client: bytes.append(contentsOf: row.key.reporter.description.utf8)
    case .server: bytes.append(contentsOf: row.key.receiver.description.utf8)
    case .start: TimeText.add(seconds: row.first - Instant(zero), to: &bytes)
    case .duration: TimeText.add(milliseconds: row.last - row.first, to: &bytes)
    case .packetsOut: bytes.add(number: row.packets)
    case .close: bytes.append(contentsOf: row.words.utf8)
    default: break
    }
  }

  private func add(_ process: ProcessName?, _ bytes: inout [UInt8]) {
    if let process { bytes.append(contentsOf: CauseText.name(process).utf8) }
  }
}

extension [UInt8] {
  /// Adds a number of 0 or more in decimal digits.
  mutating func add(number: Int) {
    if number >= 10 { add(number: number / 10) }
    append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number % 10))
  }
}
