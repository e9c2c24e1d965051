import CaptureFile
import Render
import Text
import Timeline
import Wire

/// What rows of a file are drawn with: it gives lines of text as they become final, or none.
protocol ReplayPen {
  mutating func append(
    _ rows: [Row], matches: (Int) -> Bool, joins: (Connection) -> Bool
  ) -> [String]
  mutating func advance(to time: Instant) -> [String]
  mutating func finish(_ totals: Totals, _ ending: Ending) -> [String]
}

extension Ladder: ReplayPen {}

/// Capture files and recordings on their way to a pen.
struct Replay<Pen: ReplayPen> {
  private let request: ReplayRequest
  private(set) var analysis: ReplayAnalysis
  /// The comments on the files that were read with the first packet.
  private var comments: [ReplayComment]?
  /// Made with the first row, when the start of a recording and the comments are known.
  private(set) var pen: Pen?
  /// What of the selection was not there, once all was read.
  private(set) var missing: [SelectionMiss] = []
  private var misses: SelectionMisses
  private let makePen: (Heading, Selection) -> Pen
  private var packets = 0
  /// Packets of link types that cannot be decoded.
  private var undecodable = 0

  init(_ request: ReplayRequest, pen: @escaping (Heading, Selection) -> Pen) {
    self.request = request
    makePen = pen
    misses = SelectionMisses(request.selection)
    analysis = ReplayAnalysis(ReplayFilter(request.filter), showsOthers: request.showsOthers)
  }

  /// Draws the files to their ends; nothing at all where none can be read.
  mutating func draw(_ sources: inout ReplaySources, _ page: inout Page) throws(ReplayStop) {
    while true {
      switch sources.next() {
      case .item(.packet(let record), let source):
        if comments == nil { comments = sources.takeComments() }
        // Those that come later stand with the packet that they precede.
        try draw(record, comments: source.takeComments(), source, &page)
      case .item(let entry, _):
        try show(
          try analysing { (analysis) throws(SessionError) in
            try analysis.take(entry, interface: nil)
          }, &page)
      case .silence(let duration):
        try pass(duration, &page)
        sources.wait()
      case .over:
        guard sources.hasAny else { return }
        if comments == nil { comments = sources.takeComments() }
        try finish(sources, &page)
        return
      }
    }
  }

  /// Draws what is final when a file in progress has told nothing for so many nanoseconds.
  private mutating func pass(_ silence: Int64, _ page: inout Page) throws(ReplayStop) {
    let elapsed = silence < ReplaySources.patience ? 0 : silence
    let now = analysis.latest + elapsed
    if elapsed > 0 {
      try show(
        try analysing { (analysis) throws(SessionError) in try analysis.advance(to: now) }, &page)
    }
    try add(pen?.advance(to: now + -Timeline.lookahead) ?? [], &page)
    try page.flush()
  }

  private mutating func draw(
    _ record: CaptureRecord, comments: [String], _ source: ReplaySource, _ page: inout Page
  ) throws(ReplayStop) {
    if !record.link.isKnown { undecodable += 1 }
    packets += 1
    var record = record
    let others = comments.filter { !RecordingStart.isOwn(comment: $0) }
    if !others.isEmpty { record.comments = others + record.comments }
    let interface = source.interfaces[record.interface]
    try show(
      try analysing { (analysis) throws(SessionError) in
        try analysis.take(.packet(record), interface: interface)
      }, &page)
  }

  /// Lets the analysis do something that may fail.
  private mutating func analysing(
    _ body: (inout ReplayAnalysis) throws(SessionError) -> [Row]
  ) throws(ReplayStop) -> [Row] {
    do throws(SessionError) { return try body(&analysis) } catch { throw .failed(error) }
  }

  // MARK: rows

  private mutating func show(_ rows: [Row], _ page: inout Page) throws(ReplayStop) {
    guard !rows.isEmpty else { return }
    if request.isVerification {
      try add(analysis.takeDisagreements(), &page)
    } else {
      analysis.dropDisagreements()
      misses.note(rows)
      if pen == nil { pen = begun() }
      let filter = analysis.filter
      // In its place: a copy would copy all rows that it holds back.
      let lines =
        pen?.append(rows, matches: { filter.keeps($0) }, joins: { filter.joins($0) }) ?? []
      try add(lines, &page)
    }
    for row in rows {
      if case .packet(let packet) = row.content { analysis.filter.forget(packet.packet.number) }
    }
  }

  private func add(_ lines: [String], _ page: inout Page) throws(ReplayStop) {
    if !lines.isEmpty { try page.add(lines) }
  }

  /// A pen with the heading that is known by now.
  private func begun() -> Pen {
    var selection = request.selection
    selection.hasFilter = !request.filter.isEmpty
    var heading = ReplayHeading(
      paths: request.paths, filter: request.filter, comments: comments ?? [])
    heading.start = analysis.start
    heading.isRecording = analysis.isRecording
    var shown = heading.heading
    shown.notes = request.notes + shown.notes
    return makePen(shown, selection)
  }

  /// Draws what is left, and the footer.
  private mutating func finish(
    _ sources: ReplaySources, _ page: inout Page
  ) throws(ReplayStop) {
    let link = packets == 0 ? sources.firstInterface?.link : nil
    let rows = try analysing { (analysis) throws(SessionError) in
      // Without packets the expression has not been looked at yet.
      if let link { try analysis.filter.prepare(link) }
      return try analysis.finish()
    }
    try show(rows, &page)
    if request.isVerification {
      try page.add(analysis.verification.summary(passedOver: analysis.totals.others))
    } else {
      if pen == nil { pen = begun() }
      let ending = ReplayEnding(analysis: analysis, undecodable: undecodable).ending
      let totals = analysis.totals
      missing = misses.misses(
        connections: totals.connections, hasCalls: analysis.start?.hasCalls ?? false)
      let lines = pen?.finish(totals, ending) ?? []
      try add(lines, &page)
    }
    try page.flush()
  }
}
