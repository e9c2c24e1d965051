import Calls
import Timeline

/// What a writer remembers about processes, calls and connections, to name them.
struct RecordingCallBook: Sendable {
  /// A call as a comment names it.
  struct Named: Sendable {
    var name: RecordingCause.CallName
    var thread: Int32
  }

  private var processes: [Int32: String] = [:]
  /// Calls whose return has not been written.
  private var open: [Int: CallRecord] = [:]
  /// Of these, the calls of live processes.
  private var running: [Int32: Set<Int>] = [:]
  /// The latest calls that causes may name.
  private var named: [Int: Named] = [:]
  private var order: [Int] = []
  private var streams: [ConnectionID: String] = [:]
  /// The connections of calls whose return has not been written.
  private var connections: [Int: ConnectionID] = [:]

  private var abandoned: [Int] = []

  private static let mostNamed = 16_384
  private static let mostAbandoned = 8_192
  private static let mostStreams = 8_192

  func process(_ id: Int32) -> ProcessName { ProcessName(id: id, name: processes[id] ?? "?") }
  func record(of call: Int) -> CallRecord? { open[call] }
  func name(of call: CallID) -> Named? { named[call.rawValue] }

  mutating func note(_ event: CallEvent) {
    switch event.what {
    case .started(_, let name), .executed(let name, _, _, _), .named(let name):
      processes[event.process] = name
    case .entered(let id, let call, let arguments, let socket):
      let process = process(event.process)
      var record = CallRecord(
        id: CallID(id), call: call, arguments: arguments, process: process,
        thread: event.thread, entered: Instant(event.time))
      record.socket = socket?.id
      record.kind = socket?.kind
      open[id] = record
      running[event.process, default: []].insert(id)
      remember(id, record)
    case .exited:
      processes[event.process] = nil
      abandon((running.removeValue(forKey: event.process) ?? []).sorted())
    default: break
    }
  }

  /// Calls that will not return, since their processes are gone; their entries may still be waiting
  /// to be written.
  private mutating func abandon(_ calls: [Int]) {
    abandoned += calls
    guard abandoned.count > RecordingCallBook.mostAbandoned else { return }
    let surplus = abandoned.count - RecordingCallBook.mostAbandoned / 2
    for id in abandoned.prefix(surplus) { _ = end(id) }
    abandoned.removeFirst(surplus)
  }

  private mutating func remember(_ id: Int, _ record: CallRecord) {
    let name = RecordingCause.CallName(
      call: record.call.rawValue, descriptor: record.arguments.descriptor, process: record.process)
    named[id] = Named(name: name, thread: record.thread)
    order.append(id)
    guard order.count > RecordingCallBook.mostNamed else { return }
    let half = RecordingCallBook.mostNamed / 2
    for old in order.prefix(half) { named[old] = nil }
    order.removeFirst(half)
  }

  mutating func note(_ facts: Connection) {
    guard facts.kind != .other else { return }
    streams[ConnectionID(facts.id.rawValue - RecordingCallBook.mostStreams)] = nil
    streams[facts.id] = "\(facts.client)>\(facts.server)"
  }

  mutating func note(_ row: CallRow, _ connection: ConnectionID?) {
    let id = row.record.id.rawValue
    if open[id] != nil { connections[id] = connection }
  }

  /// Forgets a call that has returned.
  mutating func end(_ id: Int) -> CallRecord? {
    connections[id] = nil
    guard let record = open.removeValue(forKey: id) else { return nil }
    let process = record.process.id
    running[process]?.remove(id)
    if running[process]?.isEmpty ?? false { running[process] = nil }
    return record
  }

  /// Adds the protocol of a call's socket, and its connection if known.
  func putStream(of id: Int, into fields: inout RecordingFields) {
    if let kind = open[id]?.kind, kind != .other {
      fields.put(RecordingField.transport, RecordingFields.name(of: kind))
    }
    fields.put(RecordingField.stream, connections[id].flatMap { streams[$0] })
  }
}
