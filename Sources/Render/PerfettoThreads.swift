import Calls
import Explain
import Timeline

/// The tracks of threads: a slice for each call.
struct PerfettoThreads {
  /// Calls whose slices packets may start at: those that run, and those that returned lately.
  private var calls: [CallID: Slice] = [:]
  private var returned: [CallID] = []
  /// Of these the calls that run, by process.
  private var running: [Int32: Set<CallID>] = [:]
  private var names: [Int32: String] = [:]

  /// Calls that are remembered after their return.
  private static let limit = 65_536

  private struct Slice {
    var process: Int32
    var thread: Int32
    var name: String
    var entered: Instant
    var returned: Instant?
  }

  /// The events of a call's row.
  mutating func add(_ call: CallRow) -> [PerfettoEvent] {
    let record = call.record
    var events = announce(record.process, record.thread)
    if call.part != .exit {
      calls[record.id] = Slice(
        process: record.process.id, thread: record.thread, name: record.call.rawValue,
        entered: record.entered)
      running[record.process.id, default: []].insert(record.id)
      events.append(begin(record))
    }
    if call.part != .enter, let slice = calls[record.id] {
      // A slice needs a width, for arrows to start at.
      let end = max(record.returned ?? record.entered, record.entered + 1)
      calls[record.id]?.returned = end
      returned.append(record.id)
      forget(running: record.id, of: slice.process)
      events.append(self.end(record.id, at: end, result: record))
      forget()
    }
    return events
  }

  private mutating func forget(running call: CallID, of process: Int32) {
    running[process]?.remove(call)
    if running[process]?.isEmpty ?? false { running[process] = nil }
  }

  /// Where an arrow to a packet starts; nil where the call is not known any more, or began after the
  /// packet by the clock: an arrow cannot go back in time.
  func start(of call: CallID, at time: Instant) -> PerfettoArrow.Start? {
    guard let slice = calls[call], slice.entered <= time else { return nil }
    let last = slice.returned.map { $0 + -1 } ?? time
    return PerfettoArrow.Start(
      process: Int64(slice.process), thread: Int64(slice.thread),
      time: max(slice.entered, min(time, last)))
  }

  /// Ends the slices of a process that is gone.
  mutating func close(_ process: Int32, at time: Instant) -> [PerfettoEvent] {
    let ids = running.removeValue(forKey: process) ?? []
    return ids.sorted().map { id in
      let end = max(time, (calls[id]?.entered ?? time) + 1)
      calls[id]?.returned = end
      returned.append(id)
      return self.end(id, at: end, result: nil)
    }
  }

  /// Ends all slices.
  mutating func closeAll(at time: Instant) -> [PerfettoEvent] {
    running.keys.sorted().flatMap { close($0, at: time) }
  }

  /// Names a process and a thread, once and where the name has changed.
  mutating func announce(_ process: ProcessName, _ thread: Int32) -> [PerfettoEvent] {
    guard names[thread] != process.name else { return [] }
    names[thread] = process.name
    let (id, tid) = (Int64(process.id), Int64(thread))
    return [
      .named("process_name", process.name, process: id, thread: tid),
      .named("thread_name", process.name, process: id, thread: tid),
    ]
  }

  private func begin(_ record: CallRecord) -> PerfettoEvent {
    var event = PerfettoEvent(
      "B", record.call.rawValue, process: Int64(record.process.id), thread: Int64(record.thread))
    event.time = record.entered
    event.more = [ExportField("cat", .text("call"))]
    event.arguments = [
      ExportField("call", .number(record.id.rawValue)),
      ExportField("text", .text(CallText(record).text(.full, room: 200) ?? record.call.rawValue)),
    ]
    if let source = record.arguments.source, let text = CallSourceText(source).full {
      event.arguments.append(ExportField("source", .text(text)))
    }
    return event
  }

  private func end(_ id: CallID, at time: Instant, result record: CallRecord?) -> PerfettoEvent {
    let slice = calls[id]
    var event = PerfettoEvent(
      "E", slice?.name ?? "", process: Int64(slice?.process ?? 0),
      thread: Int64(slice?.thread ?? 0))
    event.time = time
    if let outcome = record?.outcome {
      event.arguments = [
        ExportField("result", .number(outcome.result)),
        ExportField("errno", .text(outcome.error.map { ErrnoText.name(of: $0) })),
      ]
    }
    return event
  }

  private mutating func forget() {
    guard returned.count > PerfettoThreads.limit else { return }
    let half = PerfettoThreads.limit / 2
    for id in returned.prefix(half) { calls[id] = nil }
    returned.removeFirst(half)
  }
}
