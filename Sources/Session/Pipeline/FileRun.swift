import CaptureFile
import Recording
import Render
import Text
import Timeline
import Wire

/// What is read of files, and what of it is shown.
struct FileReading {
  /// The files, of which `-` is standard input; several are merged in the order of time.
  var paths: [String]
  /// A filter expression of pcap-filter(7), empty for all: what is shown, not what is analysed.
  var filter = ""
  /// What of it is shown.
  var selection = Selection()
  /// Whether packets of other programs, which a live run passed over, are shown.
  var showsOthers = false
  /// What the heading says before all else.
  var notes: [String] = []
  /// The program and its version, which an export names.
  var tool = "sockline"
}

/// Files read once, from their starts to their ends: one source, one analysis, and any number of
/// sinks.
///
/// Memory holds one piece of each file, the connections that are open, and what the sinks hold back.
struct FileRun {
  private let reading: FileReading
  private(set) var analysis: ReplayAnalysis
  private var sinks: Sinks
  private let frames: ExportFrames?
  /// The comments on the files that were read with the first packet.
  private var comments: [ReplayComment]?
  /// The interface of the first packet, raw; nil before it was looked for.
  private var interface: String??
  /// Rows that the sinks were not given yet.
  private var rows: [Row] = []
  /// Whether the sinks have begun: with the first row, when the start of a recording and the comments
  /// are known.
  private var isBegun = false
  /// What of the selection was not there, once all was read.
  private(set) var missing: [SelectionMiss] = []
  private var misses: SelectionMisses
  private var packets = 0
  /// Packets of link types that cannot be decoded.
  private var undecodable = 0

  init(_ reading: FileReading, _ sinks: [any Sink]) {
    self.reading = reading
    self.sinks = Sinks(sinks)
    frames = self.sinks.frames
    misses = SelectionMisses(reading.selection)
    analysis = ReplayAnalysis(ReplayFilter(reading.filter), showsOthers: reading.showsOthers)
    analysis.frames = frames
    if self.sinks.needReports {
      analysis.keepsLives = true
      analysis.keepReports()
    }
  }

  /// Rows that are given together, as long as the files do not have to be waited for.
  private static let mostRows = 256

  /// Reads the files to their ends; where none can be read, no sink begins.
  mutating func run(_ sources: inout ReplaySources) throws(RunStop) {
    while true {
      switch sources.next() {
      case .item(let item, let source): try take(item, source, sources)
      case .silence(let duration):
        try pass(duration, sources)
        sources.wait()
      case .over:
        guard sources.hasAny else { return }
        return try finish(sources)
      }
    }
  }

  /// Gives what is final when files in progress have told nothing for so many nanoseconds.
  private mutating func pass(_ silence: Int64, _ sources: ReplaySources) throws(RunStop) {
    let elapsed = silence < ReplaySources.patience ? 0 : silence
    let now = analysis.latest + elapsed
    if elapsed > 0 {
      try analyse(sources) { (analysis, rows) throws(SessionError) in
        try analysis.advance(to: now, into: &rows)
      }
    }
    try give(sources)
    if sources.firstInterface != nil { try begin(sources) }
    guard isBegun else { return }
    try sinks.each { (sink) throws(RunStop) in try sink.advance(to: now + -Timeline.lookahead) }
  }

  private mutating func take(
    _ item: CaptureItem, _ source: ReplaySource, _ sources: ReplaySources
  ) throws(RunStop) {
    var item = item
    var described: CaptureInterface?
    if case .packet(let record) = item {
      packets += 1
      if !record.link.isKnown { undecodable += 1 }
      if comments == nil { comments = sources.takeComments() }
      if source.hasComments { item = .packet(commented(record, source)) }
      described = source.interfaces[record.interface]
    }
    if interface == nil, let first = sources.firstInterface { interface = .some(first.name) }
    try analyse(sources) { (analysis, rows) throws(SessionError) in
      try analysis.take(item, interface: described, into: &rows)
    }
    if rows.count >= FileRun.mostRows { try give(sources) }
  }

  /// A packet with the comments on its file that precede it there.
  private func commented(_ record: CaptureRecord, _ source: ReplaySource) -> CaptureRecord {
    let others = source.takeComments().filter { !RecordingStart.isOwn(comment: $0) }
    var record = record
    record.comments = others + record.comments
    return record
  }

  /// Lets the analysis add rows, which may fail; then the sinks get what there is before.
  private mutating func analyse(
    _ sources: ReplaySources,
    _ body: (inout ReplayAnalysis, inout [Row]) throws(SessionError) -> Void
  ) throws(RunStop) {
    do throws(SessionError) { try body(&analysis, &rows) } catch {
      try give(sources)
      throw .failed(error)
    }
  }

  // MARK: rows

  private mutating func give(
    _ sources: ReplaySources, isLast: Bool = false
  ) throws(RunStop) {
    guard !rows.isEmpty || isLast else { return }
    try begin(sources)
    misses.note(rows)
    try give(rows)
    if !reading.filter.isEmpty || frames != nil {
      for row in rows {
        guard case .packet(let packet) = row.content else { continue }
        analysis.filter.forget(packet.packet.number)
        frames?.forget(packet.packet.number)
      }
    }
    rows.removeAll(keepingCapacity: true)
  }

  /// Gives the sinks a batch, whose filter is gone when the analysis' own forgets: so what it
  /// remembers is not copied.
  private mutating func give(_ rows: [Row]) throws(RunStop) {
    var batch = Batch(rows: rows, until: analysis.latest)
    batch.lives = analysis.takeLives()
    batch.reports = analysis.takeReports()
    batch.disagreements = analysis.takeDisagreements()
    batch.filter = analysis.filter
    try sinks.each { (sink) throws(RunStop) in try sink.take(batch) }
  }

  private mutating func begin(_ sources: ReplaySources) throws(RunStop) {
    guard !isBegun else { return }
    isBegun = true
    if comments == nil { comments = sources.takeComments() }
    let start = RunStart(
      heading: heading, hasFilter: !reading.filter.isEmpty, exported: exported)
    try sinks.each { (sink) throws(RunStop) in try sink.begin(start) }
  }

  /// What is known of the files by now.
  private var heading: Heading {
    var heading = ReplayHeading(
      paths: reading.paths, filter: reading.filter, comments: comments ?? [])
    heading.start = analysis.start
    heading.isRecording = analysis.isRecording
    var shown = heading.heading
    shown.notes = reading.notes + shown.notes
    return shown
  }

  /// What is said of the files as a whole, but for what is counted.
  private var exported: ExportedRecording {
    var exported = ExportedRecording(tool: reading.tool)
    guard let start = analysis.start else {
      exported.interface = interface ?? nil
      return exported
    }
    exported.command = start.command
    exported.backend = start.hasCalls ? start.backend : "none"
    exported.interface = start.interface
    exported.isPrivate = start.isPrivate
    return exported
  }

  // MARK: the end

  private mutating func finish(_ sources: ReplaySources) throws(RunStop) {
    let link = packets == 0 ? sources.firstInterface?.link : nil
    if interface == nil, let first = sources.firstInterface { interface = .some(first.name) }
    try analyse(sources) { (analysis, rows) throws(SessionError) in
      // Without packets the expression has not been looked at yet.
      if let link { try analysis.filter.prepare(link) }
      try analysis.finish(into: &rows)
    }
    try give(sources, isLast: true)
    missing = misses.misses(
      connections: analysis.totals.connections, hasCalls: analysis.start?.hasCalls ?? false)
    let ending = ReplayEnding(analysis: analysis, undecodable: undecodable).ending
    var end = RunEnd(totals: analysis.totals, ending: ending, exported: exported)
    end.verification = analysis.verification
    end.time = analysis.latest
    count(sources).tell(&end.exported)
    try sinks.each { (sink) throws(RunStop) in try sink.finish(end) }
  }

  /// What the files held.
  private func count(_ sources: ReplaySources) -> ExportCount {
    var count = ExportCount()
    count.packets = packets
    count.calls = analysis.calls
    for end in analysis.recordingEnds { count.note(end) }
    count.isComplete = sources.damages.isEmpty && !analysis.isUnfinished
    return count
  }
}
