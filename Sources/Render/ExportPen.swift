public import Calls
public import Timeline

/// Writes what is exported: rows and reports in, bytes out, a piece after the other.
public protocol ExportPen {
  /// The bytes that the output begins with.
  mutating func begin(_ recording: ExportedRecording) -> [UInt8]
  /// Takes what a recorder of calls saw of the life of processes.
  mutating func take(_ event: CallEvent)
  /// Takes a row, and returns the bytes that became final.
  mutating func append(_ row: Row) -> [UInt8]
  /// Takes the report of a connection that is over.
  mutating func append(_ report: ConnectionReport) -> [UInt8]
  /// Returns the bytes that are left.
  ///
  /// - Parameter recording: what is known of it now that it was read to its end.
  mutating func finish(_ recording: ExportedRecording) -> [UInt8]
}

/// What is said of a recording, or a capture, as a whole.
public struct ExportedRecording: Hashable, Sendable {
  /// The program and its version, such as `sockline 0.1`.
  public var tool: String
  /// What was recorded, as a command line, raw.
  public var command: String?
  /// How calls were recorded: `ptrace`, `ebpf`, or `none`.
  public var backend = "none"
  /// The interface that packets were captured on, raw; nil where the file names none.
  public var interface: String?
  /// Whether it ran in a network of its own; nil where the file does not say.
  public var isPrivate: Bool?
  /// How many packets there are; nil where this is not known beforehand.
  public var packets: Int?
  /// How many calls there are.
  public var calls: Int?
  /// Packets that the capture lost.
  public var lost: Int?
  /// How the kernel's own count of written bytes compared with that of the calls.
  public var offsets: OffsetChecks?
  /// Whether the file is whole.
  public var isComplete: Bool?

  /// Makes what is said of a capture of which nothing is known.
  public init(tool: String) { self.tool = tool }
}

/// A selection of rows on its way to a pen: everything is analysed first and selected then.
public struct ExportFeed<Pen: ExportPen> {
  /// The pen.
  public private(set) var pen: Pen
  private var selector: Selector
  private let selection: Selection
  private var zero: Instant?
  /// Connections that had a row, and whose report is still to come.
  private var shown: Set<ConnectionID> = []
  /// Calls that run when the time that is exported begins: each is told as a whole.
  private var running: [CallID: Row] = [:]
  /// What was seen of the life of processes since the last row; rows come later than what they are
  /// made of.
  private var lives: [CallEvent] = []
  private var taken = 0

  /// Makes a feed.
  public init(_ pen: Pen, _ selection: Selection = Selection()) {
    self.pen = pen
    self.selection = selection
    selector = Selector(selection)
  }

  /// The bytes that the output begins with.
  public mutating func begin(_ recording: ExportedRecording) -> [UInt8] { pen.begin(recording) }

  /// Takes what a recorder of calls saw of the life of processes.
  public mutating func take(_ event: CallEvent) {
    guard selection.processes.isEmpty || selection.processes.contains(event.process) else { return }
    lives.append(event)
  }

  /// Tells the pen what happened before a moment.
  private mutating func tell(before time: Instant) {
    while taken < lives.count, lives[taken].time < time.nanoseconds {
      pen.take(lives[taken])
      taken += 1
    }
    // Each is moved at most once or so, and those that were taken are not more than the others.
    guard taken > 0, taken * 2 >= lives.count else { return }
    lives.removeFirst(taken)
    taken = 0
  }

  /// Takes rows, and the reports of connections that were over meanwhile.
  ///
  /// What is written, and in which order, depends on them alone, and not on how many are given at
  /// once: so a live run exports what its recording gives.
  ///
  /// - Parameters:
  ///   - matches: whether a packet, by number, passes the filter.
  ///   - joins: whether a packet between the ends of a connection has passed it.
  public mutating func append(
    _ rows: [Row], _ reports: [ConnectionReport] = [],
    matches: (Int) -> Bool = { _ in true }, joins: (Connection) -> Bool = { _ in false }
  ) -> [UInt8] {
    var bytes: [UInt8] = []
    var reports = reports[...]
    for row in rows {
      while let settled = reports.first?.settled, settled <= row.time {
        bytes += append(reports.removeFirst())
      }
      tell(before: row.time)
      if zero == nil { zero = row.stamp }
      if case .opening(let facts) = row.content { selector.note(facts, joins: joins) }
      switch selector.judge(row, since: zero.map { row.stamp - $0 }, matches: matches) {
      case .shown, .late: bytes += beginRunning()
      case .early:
        hold(row)
        continue
      case .hidden: continue
      }
      if case .opening = row.content {} else if let id = row.connection { shown.insert(id) }
      bytes += pen.append(row)
    }
    for report in reports { bytes += append(report) }
    return bytes
  }

  /// Keeps a call until it is known whether it runs into the time that is exported.
  private mutating func hold(_ row: Row) {
    switch row.content {
    case .call(let call): running[call.record.id] = call.part == .enter ? row : nil
    case .exit(_, _, let process, _, _):
      running = running.filter {
        guard case .call(let call) = $0.value.content else { return false }
        return call.record.process.id != process.id
      }
    default: break
    }
  }

  /// Tells the pen of the calls that run.
  private mutating func beginRunning() -> [UInt8] {
    guard !running.isEmpty else { return [] }
    let rows = running.sorted { $0.key < $1.key }.map(\.value)
    running = [:]
    return rows.reduce(into: []) { bytes, row in bytes += pen.append(row) }
  }

  private mutating func append(_ report: ConnectionReport) -> [UInt8] {
    shown.remove(report.connection.id) == nil ? [] : pen.append(report)
  }

  /// Returns the bytes that are left.
  public mutating func finish(_ recording: ExportedRecording) -> [UInt8] {
    tell(before: Instant(.max))
    return pen.finish(recording)
  }
}
