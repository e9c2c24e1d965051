import Calls
import Explain
import Timeline
import Wire

// The fields of the objects, as docs/EXPORT.md describes them.

extension ExportObject {
  static func recording(_ facts: ExportedRecording) -> ExportObject {
    ExportObject(
      .recording,
      [
        ExportField("v", .number(1)),
        ExportField("tool", .text(facts.tool)),
        ExportField("command", .text(facts.command)),
        ExportField("backend", .text(facts.backend)),
        ExportField("interface", .text(facts.interface)),
        ExportField("private", .flag(facts.isPrivate)),
      ] + counts(facts))
  }

  /// What only the end of the file tells for sure.
  static func end(_ facts: ExportedRecording) -> ExportObject { ExportObject(.end, counts(facts)) }

  private static func counts(_ facts: ExportedRecording) -> [ExportField] {
    [
      ExportField("packet_count", .number(facts.packets)),
      ExportField("call_count", .number(facts.calls)),
      ExportField("lost", .number(facts.lost)),
      ExportField("offsets_checked", .number(facts.offsets?.all)),
      ExportField("offsets_agreed", .number(facts.offsets?.agreed)),
      ExportField("complete", .flag(facts.isComplete)),
    ]
  }

  static func connection(_ summary: ConnectionSummary) -> ExportObject {
    ExportObject(
      .connection,
      summary.exportFields + [
        ExportField("client_comm", .text(summary.client.process?.name)),
        ExportField("server_comm", .text(summary.server.process?.name)),
        ExportField("closed_by_exit", .flag(summary.isClosedByExit)),
      ])
  }

  static func signal(_ signal: Int32, _ process: ProcessName, _ time: Instant) -> ExportObject {
    ExportObject(
      .signal,
      [
        ExportField("pid", .number(Int(process.id))),
        ExportField("signal", .text(SignalText.name(of: signal))),
        ExportField("time_ns", .number(time.nanoseconds)),
      ])
  }

  // MARK: calls

  static func call(
    _ row: CallRow, _ connection: ConnectionID?, _ facts: Connection?, packets: [Int]
  ) -> ExportObject {
    let record = row.record
    let ends = ends(of: row, facts)
    let wokenBy: Int? = if case .packet(let number, _) = row.wake { number } else { nil }
    return ExportObject(
      .call,
      [
        ExportField("id", .number(record.id.rawValue)),
        ExportField("name", .text(record.call.rawValue)),
        ExportField("pid", .number(Int(record.process.id))),
        ExportField("tid", .number(Int(record.thread))),
        ExportField("comm", .text(record.process.name)),
        ExportField("fd", .number(record.arguments.descriptor.map { Int($0) })),
        ExportField("args", .text(arguments(of: record))),
        ExportField("result", record.outcome.map { .number($0.result) } ?? .none),
        ExportField("errno", .text(record.outcome?.error.map { ErrnoText.name(of: $0) })),
        ExportField("enter_ns", .number(record.entered.nanoseconds)),
        ExportField("exit_ns", record.returned.map { .number($0.nanoseconds) } ?? .none),
        ExportField("socket", record.socket.map { .number(Int64(clamping: $0.rawValue)) } ?? .none),
        ExportField("connection", .number(connection?.rawValue)),
        ExportField("local", .text(ends.local?.description)),
        ExportField("peer", .text(ends.peer?.description)),
        ExportField("offset", .number(row.bytes?.lowerBound)),
        ExportField("length", .number(row.bytes?.count)),
        ExportField("source", .text(line(of: record.arguments.source))),
        ExportField("packets", .numbers(packets)),
        ExportField("woken_by", .number(wokenBy)),
        ExportField("sends", .text(sends(row, packets))),
        ExportField("queue_before", .number(row.queueBefore?.waiting)),
        ExportField("queue_after", .number(row.queueAfter?.waiting)),
        ExportField(
          "queue_places", .number((row.queueAfter ?? row.queueBefore)?.room)),
        ExportField("syn_queue", .number(row.synQueue)),
        ExportField("let_in_by", .number(row.letIn?.rawValue)),
        ExportField("source_file", .text(record.arguments.source?.file)),
        ExportField("function", .text(record.arguments.source?.function)),
        ExportField("module", .text(record.arguments.source?.module)),
        ExportField(
          "module_offset",
          record.arguments.source?.offset.map { .number(Int64(clamping: $0)) } ?? .none),
      ])
  }

  /// `client.c:15`.
  private static func line(of source: CallSource?) -> String? {
    guard let name = source?.fileName, let line = source?.line else { return nil }
    return "\(name):\(line)"
  }

  /// The ends of the call's socket: those of its connection, else what the call itself names.
  private static func ends(
    of row: CallRow, _ facts: Connection?
  ) -> (local: Endpoint?, peer: Endpoint?) {
    if let facts, !row.onListener || row.accepted != nil {
      return row.side == .client ? (facts.client, facts.server) : (facts.server, facts.client)
    }
    let record = row.record
    if case .internet(let peer) = record.outcome?.address { return (nil, peer.unmapped) }
    guard case .internet(let end) = record.arguments.address else { return (nil, nil) }
    return record.role == .binds ? (end.unmapped, nil) : (nil, end.unmapped)
  }

  /// The arguments as the ladder writes them, without the descriptor, which has a field.
  private static func arguments(of record: CallRecord) -> String {
    let text = CallText(record).text(.full, room: 4096) ?? CallText(record).text(.terse, room: 4096)
    guard let text, let start = text.firstIndex(of: "("), text.last == ")" else { return "" }
    var arguments = text[text.index(after: start)...].dropLast()
    if let descriptor = record.arguments.descriptor {
      let own = "fd \(descriptor)"
      if arguments == own { return "" }
      if arguments.hasPrefix(own + ", ") { arguments = arguments.dropFirst(own.count + 2) }
    }
    return String(arguments)
  }

  /// Whether the call sent packets: what was seen, else what its kind tells.
  private static func sends(_ row: CallRow, _ packets: [Int]) -> String? {
    if !packets.isEmpty { return "packets" }
    switch row.sends {
    case .packets: return "packets"
    case .none: return "none"
    case .elsewhere: return "elsewhere"
    case .unknown: return nil
    }
  }

  // MARK: states

  /// The states that a packet changes.
  static func states(of packet: PacketRow, _ row: Row) -> [ExportObject] {
    [(Side.client, packet.clientState), (Side.server, packet.serverState)].compactMap {
      side, state in
      state.map { self.state(row, side, $0, packet: packet.packet.number, call: nil) }
    }
  }

  /// The state that a call gives to its end of a connection without a packet.
  static func endState(_ call: CallRow, _ row: Row) -> ExportObject? {
    call.endState.map {
      var row = row
      row.time = call.record.returned ?? row.time
      return state(row, call.side, $0, packet: nil, call: call.record.id.rawValue)
    }
  }

  /// The state that a call gives to a listening socket.
  static func listenerState(_ call: CallRow, _ row: Row) -> ExportObject? {
    call.listenerState.map {
      var row = row
      row.time = call.record.returned ?? row.time
      return state(row, .server, $0, packet: nil, call: call.record.id.rawValue)
    }
  }

  private static func state(
    _ row: Row, _ side: Side, _ state: TCPState, packet: Int?, call: Int?
  ) -> ExportObject {
    ExportObject(
      .state,
      [
        ExportField("connection", .number(row.connection?.rawValue)),
        ExportField("end", .text(side.word)),
        ExportField("state", .text(state.rawValue)),
        ExportField("packet", .number(packet)),
        ExportField("call", .number(call)),
        ExportField("time_ns", .number(row.stamp.nanoseconds)),
      ])
  }
}
