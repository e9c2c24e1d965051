import Calls
import Explain
import Timeline
import Wire

/// The objects of a recording, whatever they are written as.
struct ExportWriter {
  private var queue = ExportQueue()
  private var processes: [Int32: ExportedProcess] = [:]

  /// Takes what a recorder of calls saw of the life of processes.
  mutating func take(_ event: CallEvent) {
    let id = event.process
    switch event.what {
    case .started(let parent, let name):
      processes[id] = ExportedProcess(name: name, parent: parent)
    case .executed(let name, let command, _, _):
      processes[id, default: ExportedProcess()].name = name
      processes[id]?.command = command.joined(separator: " ")
    case .named(let name):
      processes[id, default: ExportedProcess()].name = name
    case .exited(let status, let signal):
      var process = processes.removeValue(forKey: id) ?? ExportedProcess()
      process.status = status
      process.signal = signal
      queue.append(process.object(id))
    default: break
    }
  }

  mutating func append(_ row: Row) -> [ExportObject] { queue.append(row) }

  mutating func append(_ report: ConnectionReport) {
    queue.append(.connection(ConnectionSummary(report)))
    ended.append(report.connection.id)
    // Calls that wait may still name the ends of connections that ended a moment ago.
    if ended.count > 1024 {
      for id in ended.prefix(512) { queue.forget(id) }
      ended.removeFirst(512)
    }
  }

  private var ended: [ConnectionID] = []

  mutating func finish() -> [ExportObject] {
    for id in processes.keys.sorted() {
      if let process = processes[id] { queue.append(process.object(id)) }
    }
    return queue.finish()
  }
}

/// A process as it is exported.
private struct ExportedProcess {
  var name: String?
  var parent: Int32?
  var command: String?
  var status: Int32?
  var signal: Int32?

  func object(_ id: Int32) -> ExportObject { .process(id, self) }
}

extension ExportObject {
  fileprivate static func process(_ id: Int32, _ process: ExportedProcess) -> ExportObject {
    ExportObject(
      .process,
      [
        ExportField("pid", .number(Int(id))),
        ExportField("comm", .text(process.name)),
        ExportField("command", .text(process.command)),
        ExportField("parent", .number(process.parent.map { Int($0) })),
        ExportField("exit", .number(process.status.map { Int($0) })),
        ExportField("signal", .text(process.signal.map { SignalText.name(of: $0) })),
      ])
  }

  /// An object without values, for the names of its fields.
  static func blank(_ type: ObjectType) -> ExportObject {
    let nobody = ProcessName(id: 0, name: "")
    switch type {
    case .call:
      let record = CallRecord(
        id: CallID(0), call: .socket, arguments: CallArguments(), process: nobody, thread: 0,
        entered: Instant(0))
      return .call(CallRow(record: record, part: .whole, side: .client), nil, nil, packets: [])
    case .packet:
      let captured = CapturedPacket(
        number: 0, time: Instant(0), frameLength: 0, capturedLength: 0, packet: Packet())
      let row = PacketRow(packet: captured, cause: Cause(.unknown, .undecoded), sender: nil)
      return .packet(row, nil, Instant(0), readBy: [])
    case .connection:
      let nowhere = Endpoint(.v4(0), 0)
      let facts = Connection(id: ConnectionID(0), kind: .tcp, client: nowhere, server: nowhere)
      return .connection(ConnectionSummary(ConnectionReport(connection: facts)))
    case .recording: return .recording(ExportedRecording(tool: ""))
    case .process: return .process(0, ExportedProcess())
    case .signal: return .signal(0, nobody, Instant(0))
    case .end: return .end(ExportedRecording(tool: ""))
    case .state, .icmpError: return ExportObject(type, [])
    }
  }
}
