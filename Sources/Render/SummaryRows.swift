import Calls
import Timeline
import Wire

/// A row of a summary.
enum SummaryRow {
  case connection(ConnectionSummary)
  case error(ErrorSummary)
}

/// The rows of a table that are written, in their order; by place, so that they take little room.
struct SummaryRows {
  private let table: FlowTable
  private let processes: FlowProcesses
  /// Connections by their place, errors by the complement of theirs.
  private var places: [Int32] = []

  init(_ table: FlowTable, _ processes: FlowProcesses, _ selection: SummarySelection) {
    self.table = table
    self.processes = processes
    var errors = table.errors.indices.makeIterator()
    var error = errors.next()
    for index in 0...table.connections {
      while let next = error, table.errors[next].rank <= index {
        if keeps(table.errors[next], selection) { places.append(~Int32(next)) }
        error = errors.next()
      }
      if index < table.connections, keeps(table[index], selection) { places.append(Int32(index)) }
    }
    if let order = selection.order { sort(by: order) }
    if selection.isReversed { places.reverse() }
  }

  var count: Int { places.count }

  subscript(index: Int) -> SummaryRow {
    let place = Int(places[index])
    return place >= 0 ? .connection(named(table[place])) : .error(table.errors[~place])
  }

  /// The connection with the processes at its ends.
  private func named(_ connection: ConnectionSummary) -> ConnectionSummary {
    if processes.isEmpty { return connection }
    var named = connection
    let (client, server) = (connection.client.endpoint, connection.server.endpoint)
    named.client.process = processes.process(connection.kind, client, server, at: connection.last)
    named.server.process = processes.process(connection.kind, server, client, at: connection.last)
    return named
  }

  private func keeps(_ connection: ConnectionSummary, _ selection: SummarySelection) -> Bool {
    let kind = connection.kind == .tcp ? SummaryProtocol.tcp : .udp
    return connection.isKept
      && (selection.protocols.isEmpty || selection.protocols.contains(kind))
      && (selection.connections.isEmpty || selection.connections.contains(connection.id.rawValue))
  }

  /// An error goes with the connection that it is about.
  private func keeps(_ error: ErrorSummary, _ selection: SummarySelection) -> Bool {
    guard error.isKept, selection.protocols.isEmpty || selection.protocols.contains(.icmp) else {
      return false
    }
    guard !selection.connections.isEmpty else { return true }
    return error.connection.map { selection.connections.contains($0.rawValue) } ?? false
  }

  private mutating func sort(by order: SummaryOrder) {
    var keys: [(key: SummaryKey, place: Int32)] = []
    keys.reserveCapacity(places.count)
    for index in places.indices { keys.append((self[index].key(order), places[index])) }
    // Equal ones keep the order of the file: sort is stable.
    keys.sort { $0.key < $1.key }
    places = keys.map(\.place)
  }
}

/// A value that rows are sorted by, as numbers.
struct SummaryKey: Comparable {
  var high: UInt64
  var low: UInt64 = 0
  var port: UInt16 = 0

  init(_ end: Endpoint) {
    let flow = FlowEndpoint(end)
    (high, low, port) = (flow.high, flow.low, flow.port)
  }

  /// A number, or nothing, which comes first.
  init(_ number: Int64?) {
    high = number == nil ? 0 : 1
    low = UInt64(bitPattern: number ?? 0) ^ 1 << 63
  }

  /// The first sixteen bytes of a text.
  init(_ text: String?) {
    let bytes = Array((text ?? "").utf8.prefix(16)) + [UInt8](repeating: 0, count: 16)
    high = bytes[..<8].reduce(0) { $0 << 8 | UInt64($1) }
    low = bytes[8..<16].reduce(0) { $0 << 8 | UInt64($1) }
  }

  static func < (one: SummaryKey, other: SummaryKey) -> Bool {
    (one.high, one.low, one.port) < (other.high, other.low, other.port)
  }
}

extension SummaryRow {
  /// What the row is sorted by.
  func key(_ order: SummaryOrder) -> SummaryKey {
    switch self {
    case .connection(let connection): connection.key(order)
    case .error(let error): error.key(order)
    }
  }
}

extension ConnectionSummary {
  fileprivate func key(_ order: SummaryOrder) -> SummaryKey {
    switch order {
    case .connection: number(id.rawValue)
    case .protocol: number(kind == .tcp ? 0 : 1)
    case .client: SummaryKey(client.endpoint)
    case .server: SummaryKey(server.endpoint)
    case .process: SummaryKey(client.process?.name ?? server.process?.name)
    case .start: SummaryKey(first.nanoseconds)
    case .duration: SummaryKey(duration)
    case .handshake: SummaryKey(handshake)
    case .packets: number(client.packets + server.packets)
    case .bytes: number(client.payloadBytes + server.payloadBytes)
    case .retransmissions: number(client.retransmissions + server.retransmissions)
    case .resets: number(client.resets + server.resets)
    case .window: number([client.smallestWindow, server.smallestWindow].compactMap { $0 }.min())
    case .close: SummaryKey(closeWord)
    case .segments: number(closeSegments)
    case .state: number(client.state.flatMap { TCPState.allCases.firstIndex(of: $0) })
    }
  }

  private func number(_ value: Int?) -> SummaryKey { SummaryKey(value.map { Int64($0) }) }
}

extension ErrorSummary {
  fileprivate func key(_ order: SummaryOrder) -> SummaryKey {
    switch order {
    case .connection: SummaryKey(connection.map { Int64($0.rawValue) })
    case .protocol: SummaryKey(2)
    case .client: SummaryKey(Endpoint(reporter, 0))
    case .server: SummaryKey(Endpoint(receiver, 0))
    case .start: SummaryKey(first.nanoseconds)
    case .duration: SummaryKey(last - first)
    case .packets: SummaryKey(Int64(packets))
    default: SummaryKey(Int64?.none)
    }
  }

  private var reporter: IPAddress { key.reporter }
  private var receiver: IPAddress { key.receiver }
}
