import Calls
import Render
import Timeline

/// What an analysis was given since the last batch, and what it made of it.
struct Batch {
  /// Packets, calls and printed lines, in the order of time.
  var events: [Event] = []
  /// The rows that became final.
  var rows: [Row] = []
  /// What was seen of the life of processes, where a sink needs it.
  var lives: [CallEvent] = []
  /// Connections that are over, where a sink needs them.
  var reports: [ConnectionReport] = []
  /// A line for each packet whose stored cause is not the one that was worked out.
  var disagreements: [String] = []
  /// Which packets are shown; nil: all.
  var filter: ReplayFilter?
  /// The moment before which everything is in this batch or an earlier one.
  var until: Instant

  /// Whether a packet, by its number, passes the filter.
  func keeps(_ number: Int) -> Bool { filter?.keeps(number) ?? true }
  /// Whether a packet between the ends of a connection has passed it.
  func joins(_ facts: Connection) -> Bool { filter?.joins(facts) ?? false }
}

/// What is known when the first row is there.
struct RunStart {
  /// What a ladder begins with.
  var heading: Heading
  /// Whether a filter says which packets are shown.
  var hasFilter = false
  /// What an export begins with.
  var exported: ExportedRecording
}

/// What is known when there are no more rows.
struct RunEnd {
  /// The counts of the timeline.
  var totals: Totals
  /// What else a recording says at its end.
  var ending: Ending
  /// What the footer says of the files that this run wrote.
  var fileNotes: [String] = []
  /// What an export ends with.
  var exported: ExportedRecording
  /// How the kernel's own offsets compared with the calls; nil where nobody asked for them.
  var offsets: OffsetChecks?
  /// How the stored causes compared with those that were worked out; nil where none were read.
  var verification: Verification?
  /// When the run ended.
  var time = Instant(0)
}

/// Why a run, or one of its sinks, ends early.
enum RunStop: Error {
  /// Nobody reads the output any more.
  case readerIsGone
  /// Something failed.
  case failed(SessionError)
}

extension RunStop {
  /// Does something whose failure ends a run.
  static func failing<Value>(
    _ body: () throws(SessionError) -> Value
  ) throws(RunStop) -> Value {
    do throws(SessionError) { return try body() } catch { throw .failed(error) }
  }
}

extension CallEvent {
  /// Whether it tells of a process and not of a call.
  var isOfLife: Bool {
    switch what {
    case .started, .executed, .named, .exited: true
    default: false
    }
  }
}
