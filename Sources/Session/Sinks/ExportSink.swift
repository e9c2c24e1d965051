import Render
import Timeline

/// Writes rows for other programs, by a pen.
final class ExportSink<Pen: ExportPen>: Sink {
  private let page: Page
  private let selection: Selection
  /// What the files hold, where they were counted first.
  private let count: ExportCount?
  private let check: (Pen) throws(SessionError) -> Void
  private let pen: Pen
  private var feed: ExportFeed<Pen>?
  let frames: ExportFrames?
  var needsReports: Bool { true }

  /// - Parameter check: throws where the pen cannot go on.
  init(
    _ pen: Pen, on page: Page, selection: Selection = Selection(), frames: ExportFrames? = nil,
    count: ExportCount? = nil,
    check: @escaping (Pen) throws(SessionError) -> Void = { (_) throws(SessionError) in }
  ) {
    self.pen = pen
    self.page = page
    self.selection = selection
    self.frames = frames
    self.count = count
    self.check = check
  }

  /// Writes what the output begins with, at once: whoever reads it sees that it comes.
  func begin(_ start: RunStart) throws(RunStop) {
    var selection = selection
    selection.hasFilter = start.hasFilter
    var feed = ExportFeed(pen, selection)
    var exported = start.exported
    count?.tell(&exported)
    let bytes = feed.begin(exported)
    self.feed = feed
    guard !bytes.isEmpty else { return }
    try page.add(bytes: bytes)
    try page.flush()
  }

  func take(_ batch: Batch) throws(RunStop) {
    for event in batch.lives { feed?.take(event) }
    let bytes = feed?.append(
      batch.rows, batch.reports, matches: { batch.keeps($0) }, joins: { batch.joins($0) })
    try page.add(bytes: bytes ?? [])
    guard let pen = feed?.pen else { return }
    try RunStop.failing { () throws(SessionError) in try check(pen) }
  }

  func advance(to time: Instant) throws(RunStop) { try page.flush() }

  func finish(_ end: RunEnd) throws(RunStop) {
    try page.add(bytes: feed?.finish(end.exported) ?? [])
    try page.flush()
    page.close()
  }
}
