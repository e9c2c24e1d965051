import CaptureFile
import Render
import Timeline
import Wire

/// Capture files and recordings on their way to a pen.
struct Export<Pen: ExportPen> {
  private let request: ExportRequest
  private let frames: ExportFrames?
  /// What the files hold, where they were counted first.
  private let count: ExportCount?
  private let check: (Pen) throws(SessionError) -> Void
  private var analysis: ReplayAnalysis
  private var feed: ExportFeed<Pen>
  private var packets = 0
  /// The interface of the first packet, raw.
  private var interface: String?
  private var hasBegun = false
  private var misses: SelectionMisses

  init(
    _ request: ExportRequest, _ pen: Pen, _ frames: ExportFrames?, _ count: ExportCount?,
    _ check: @escaping (Pen) throws(SessionError) -> Void
  ) {
    self.request = request
    self.frames = frames
    self.count = count
    self.check = check
    analysis = ReplayAnalysis(ReplayFilter(request.filter), showsOthers: true)
    analysis.keepsLives = true
    analysis.keepReports()
    analysis.frames = frames
    misses = SelectionMisses(request.selection)
    var selection = request.selection
    selection.hasFilter = !request.filter.isEmpty
    feed = ExportFeed(pen, selection)
  }

  /// Writes the files to their ends; nothing at all where none can be read.
  mutating func write(_ sources: inout ReplaySources, _ page: inout Page) throws(ReplayStop) {
    while true {
      switch sources.next() {
      case .item(let item, let source):
        var described: CaptureInterface?
        if case .packet(let record) = item {
          packets += 1
          described = source.interfaces[record.interface]
        }
        if interface == nil { interface = sources.firstInterface?.name }
        let rows = try analysing { (analysis) throws(SessionError) in
          try analysis.take(item, interface: described)
        }
        try write(rows, &page)
      case .silence(let duration):
        try pass(duration, sources, &page)
        sources.wait()
      case .over:
        guard sources.hasAny else { return }
        return try finish(sources, &page)
      }
    }
  }

  /// Writes what is final when files in progress have told nothing for so many nanoseconds.
  private mutating func pass(
    _ silence: Int64, _ sources: ReplaySources, _ page: inout Page
  ) throws(ReplayStop) {
    if silence >= ReplaySources.patience {
      let now = analysis.latest + silence
      try write(
        try analysing { (analysis) throws(SessionError) in try analysis.advance(to: now) }, &page)
    }
    if sources.firstInterface != nil { try begin(&page) }
    if hasBegun { try page.flush() }
  }

  private mutating func finish(
    _ sources: ReplaySources, _ page: inout Page
  ) throws(ReplayStop) {
    let link = packets == 0 ? sources.firstInterface?.link : nil
    if interface == nil { interface = sources.firstInterface?.name }
    let rows = try analysing { (analysis) throws(SessionError) in
      // Without packets the expression has not been looked at yet.
      if let link { try analysis.filter.prepare(link) }
      return try analysis.finish()
    }
    try write(rows, &page, isLast: true)
    var seen = ExportCount()
    seen.packets = packets
    seen.calls = analysis.calls
    for end in analysis.recordingEnds { seen.note(end) }
    seen.isComplete = sources.damages.isEmpty && !analysis.isUnfinished
    var facts = facts
    seen.tell(&facts)
    try page.add(bytes: feed.finish(facts))
    try page.flush()
    let missing = misses.misses(
      connections: analysis.totals.connections, hasCalls: analysis.start?.hasCalls ?? false)
    if !missing.isEmpty, sources.damages.isEmpty { throw .failed(.missing(missing)) }
  }

  /// Lets the analysis do something that may fail.
  private mutating func analysing(
    _ body: (inout ReplayAnalysis) throws(SessionError) -> [Row]
  ) throws(ReplayStop) -> [Row] {
    do throws(SessionError) { return try body(&analysis) } catch { throw .failed(error) }
  }

  // MARK: rows

  private mutating func write(
    _ rows: [Row], _ page: inout Page, isLast: Bool = false
  ) throws(ReplayStop) {
    guard !rows.isEmpty || isLast else { return }
    try begin(&page)
    for event in analysis.takeLives() { feed.take(event) }
    misses.note(rows)
    try page.add(bytes: bytes(of: rows))
    analysis.dropDisagreements()
    for row in rows {
      guard case .packet(let packet) = row.content else { continue }
      analysis.filter.forget(packet.packet.number)
      frames?.forget(packet.packet.number)
    }
    try page.add(bytes: feed.append(analysis.takeReports()))
    do throws(SessionError) { try check(feed.pen) } catch { throw .failed(error) }
  }

  /// What the pen makes of rows. The filter that is asked here is gone when the other one forgets, so
  /// that what it remembers is not copied.
  private mutating func bytes(of rows: [Row]) -> [UInt8] {
    let filter = analysis.filter
    return feed.append(rows, matches: { filter.keeps($0) }, joins: { filter.joins($0) })
  }

  /// Writes what the output begins with, at once: whoever reads it sees that it comes.
  private mutating func begin(_ page: inout Page) throws(ReplayStop) {
    guard !hasBegun else { return }
    hasBegun = true
    var facts = facts
    count?.tell(&facts)
    let bytes = feed.begin(facts)
    guard !bytes.isEmpty else { return }
    try page.add(bytes: bytes)
    try page.flush()
    try page.flush()
  }

  /// What is said of the files as a whole, but for what is counted.
  private var facts: ExportedRecording {
    var facts = ExportedRecording(tool: request.tool)
    guard let start = analysis.start else {
      facts.interface = interface
      return facts
    }
    facts.command = start.command
    facts.backend = start.hasCalls ? start.backend : "none"
    facts.interface = start.interface
    facts.isPrivate = start.isPrivate
    return facts
  }
}
