import Calls
import CaptureFile
import Timeline
import Wire

/// Works out the rows of a file from its packets and journal entries, whatever the file is: a
/// recording, several that were merged, or a capture of others.
struct ReplayAnalysis {
  /// Which packets are shown; it looks at each before it is analysed.
  var filter: ReplayFilter
  private var recording = RecordingReader()
  private var timelines = ReplayTimelines()
  private var clock = ReplayClock()
  /// The causes that the file gives of packets whose rows are not made yet.
  private var stored: [Int: (cause: Cause, run: Int?)] = [:]
  private var differences = CauseDifferences()
  private var ends: [RecordingEnd] = []
  /// Packets whose rows are not made yet.
  private var waiting = 0

  /// The start of the first recording of the file, once it was read.
  private(set) var start: RecordingStart?
  /// The moment of the last event.
  private(set) var latest = Instant(0)
  /// What is done with each packet before it is analysed, by its number.
  var frames: ExportFrames?
  /// What was seen of the life of processes, where `keepsLives` asks for it.
  private(set) var lives: [CallEvent] = []
  var keepsLives = false

  /// How the causes that the file gives compare with those worked out.
  private(set) var verification = Verification()

  /// Packets that may wait for later ones to be known. A file whose times stand still would
  /// otherwise be held as a whole.
  private static let mostWaiting = 100_000

  init(_ filter: ReplayFilter) { self.filter = filter }

  /// Takes what comes next in the file, and returns the rows that became final.
  ///
  /// - Parameter interface: what the file says of the interface of a packet.
  mutating func take(
    _ item: CaptureItem, interface: CaptureInterface?
  ) throws(SessionError) -> [Row] {
    switch item {
    case .packet(let record):
      let time = clock.time(of: record)
      let items = recording.take(record, at: time, interface: interface?.description)
      return try rows(of: items)
    case .journal(let entry): return try rows(of: recording.take(entry))
    }
  }

  /// Says that the file has ended, and returns the rows that are left.
  mutating func finish() throws(SessionError) -> [Row] {
    var rows = try rows(of: recording.finish())
    if let end = ends.last?.time { rows += explained(timelines.advance(to: Instant(end))) }
    return rows + explained(timelines.finish())
  }

  /// Whether the file is a recording, or holds one.
  var isRecording: Bool { !recording.isForeign }
  /// Whether a recording in it has no end.
  var isUnfinished: Bool { recording.isUnfinished }

  /// The counts, of the causes that were shown.
  var totals: Totals {
    var totals = timelines.totals
    differences.apply(to: &totals)
    return totals
  }

  /// What the recordings said at their ends.
  var recordingEnds: [RecordingEnd] { ends }
  /// How many recordings there are.
  var recordings: Int { recording.recordings }
  /// Entries of journals that are no recording's.
  var foreignEntries: Int { recording.foreignEntries }
  /// Whether packets and calls contradict each other's times.
  var clocksDisagree: Bool { recording.clocksDisagree }
  /// What was done to the times of packets.
  var clockNotes: [String] { clock.notes }

  /// A line for each disagreement since the last time.
  mutating func takeDisagreements() -> [String] { verification.takeNews() }
  /// Forgets these lines, where nobody asks for them.
  mutating func dropDisagreements() { verification.dropNews() }

  /// Takes what was seen of the life of processes since it was asked last.
  mutating func takeLives() -> [CallEvent] {
    defer { lives = [] }
    return lives
  }

  /// Takes the reports of connections that are over, where `keepReports()` asked for them.
  mutating func takeReports() -> [ConnectionReport] { timelines.takeReports() }
  /// Asks for the reports of all connections.
  mutating func keepReports() { timelines.keepsReports = true }

  // MARK: items

  private mutating func rows(
    of items: [RecordedItem]
  ) throws(SessionError) -> [Row] {
    var rows: [Row] = []
    for item in items {
      switch item.content {
      case .start(let start):
        if self.start == nil { self.start = start }
        timelines.begin(
          item.run, hasCalls: start.hasCalls, capturesOnlyLoopback: start.capturesOnlyLoopback)
      case .hint(let process, let side): timelines.hint(process, side, of: item.run)
      case .packet(let packet): rows += try self.rows(of: packet, item.run)
      case .event(let event):
        latest = max(latest, event.time)
        if keepsLives, case .call(let event) = event, event.isOfLife { lives.append(event) }
        rows += explained(timelines.append(event, of: item.run))
      case .cause(let number, let cause):
        if stored[number] != nil { stored[number] = (cause, item.run) }
      case .end(let end): ends.append(end)
      }
    }
    return rows
  }

  private mutating func rows(
    of packet: RecordedPacket, _ run: Int?
  ) throws(SessionError) -> [Row] {
    try filter.take(packet.record, number: packet.number)
    frames?.hold(packet.record, number: packet.number)
    let record = packet.record
    let decoded = Packet.decode(
      record.bytes.span, link: record.link, frameLength: record.frameLength)
    let captured = CapturedPacket(
      number: packet.number, time: packet.time, frameLength: record.frameLength,
      capturedLength: record.bytes.count, interface: record.interface, packet: decoded)
    if let cause = packet.stored { stored[packet.number] = (cause, run) }
    latest = max(latest, packet.time)
    waiting += 1
    var rows = explained(timelines.append(.packet(captured), of: run))
    if waiting >= ReplayAnalysis.mostWaiting, recording.isForeign {
      rows += explained(timelines.advance(to: packet.time + (Timeline.lookahead + 1)))
    }
    return rows
  }

  /// The rows with the causes that the file gives.
  private mutating func explained(_ rows: [Row]) -> [Row] {
    rows.map { row in
      guard case .packet(var packet) = row.content else { return row }
      waiting -= 1
      let given = stored.removeValue(forKey: packet.packet.number)
      let cause = given.flatMap { recording.resolved($0.cause, run: $0.run) }
      verification.note(packet.packet.number, stored: cause, fresh: packet.cause)
      guard let cause, cause != packet.cause else { return row }
      differences.note(cause, inPlaceOf: packet.cause)
      packet.cause = cause
      var row = row
      row.content = .packet(packet)
      return row
    }
  }
}

extension CallEvent {
  /// Whether it tells of a process and not of a call.
  fileprivate var isOfLife: Bool {
    switch what {
    case .started, .executed, .named, .exited: true
    default: false
    }
  }
}

/// What the causes that a file gives change in the counts of those worked out.
private struct CauseDifferences {
  private var kinds: [Cause.Kind: Int] = [:]

  mutating func note(_ cause: Cause, inPlaceOf other: Cause) {
    guard cause.kind != other.kind else { return }
    kinds[cause.kind, default: 0] += 1
    kinds[other.kind, default: 0] -= 1
  }

  func apply(to totals: inout Totals) {
    for (kind, count) in kinds where count != 0 {
      totals.causes[kind, default: 0] += count
      if kind == .unknown || kind == .ambiguous { totals.unexplained += count }
    }
  }
}
