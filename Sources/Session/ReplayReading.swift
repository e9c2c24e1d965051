import CaptureFile
import Render
import Text
import Timeline
import Wire

/// Capture files on their way to a ladder.
struct Replay {
  private let request: ReplayRequest
  private var timeline = Timeline(hasCalls: false)
  /// Made with the first packet, when the comments on the files are known.
  private var ladder: Ladder?
  private var filter: ReplayFilter
  private var clock = ReplayClock()
  private var packets = 0
  /// Packets of link types that cannot be decoded.
  private var undecodable = 0
  /// Packets whose rows are not made yet.
  private var waiting = 0

  /// Packets that may wait for later ones to be known. A file whose times stand still would
  /// otherwise be held as a whole.
  private static let mostWaiting = 100_000

  init(_ request: ReplayRequest) {
    self.request = request
    filter = ReplayFilter(request.filter)
  }

  /// Draws the files to their ends; nothing at all where none can be read.
  mutating func draw(_ sources: inout ReplaySources, _ page: inout Page) throws(ReplayStop) {
    while true {
      switch sources.next() {
      case .packet(let record, let source):
        if ladder == nil { begin(sources.takeComments()) }
        // Those that come later stand with the packet that they precede.
        try draw(record, comments: source.takeComments(), &page)
      case .silence(let duration):
        try pass(duration, &page)
        sources.wait()
      case .over:
        guard sources.hasAny else { return }
        if ladder == nil { begin(sources.takeComments()) }
        try finish(sources, &page)
        return
      }
    }
  }

  private mutating func begin(_ comments: [ReplayComment]) {
    var selection = request.selection
    selection.hasFilter = !request.filter.isEmpty
    let heading = ReplayHeading(paths: request.paths, filter: request.filter, comments: comments)
    ladder = Ladder(heading.heading, style: request.style, selection: selection)
  }

  /// Draws what is final when a file in progress has told nothing for so many nanoseconds.
  private mutating func pass(_ silence: Int64, _ page: inout Page) throws(ReplayStop) {
    let elapsed = silence < ReplaySources.patience ? 0 : silence
    let now = clock.latest + elapsed
    if elapsed > 0 { try show(timeline.advance(to: now), &page) }
    try page.add(ladder?.advance(to: now + -Timeline.lookahead) ?? [])
    try page.flush()
  }

  private mutating func draw(
    _ record: CaptureRecord, comments: [String], _ page: inout Page
  ) throws(ReplayStop) {
    if !record.link.isKnown { undecodable += 1 }
    do throws(SessionError) { try filter.take(record) } catch { throw .failed(error) }
    let packet = Packet.decode(
      record.bytes.span, link: record.link, frameLength: record.frameLength)
    packets += 1
    var captured = CapturedPacket(
      number: packets, time: clock.time(of: record), frameLength: record.frameLength,
      capturedLength: record.bytes.count, interface: record.interface, packet: packet)
    if !comments.isEmpty || !record.comments.isEmpty {
      captured.comments = comments + record.comments
    }
    waiting += 1
    try show(timeline.append(.packet(captured)), &page)
    if waiting >= Replay.mostWaiting {
      try show(timeline.advance(to: captured.time + (Timeline.lookahead + 1)), &page)
    }
  }

  private mutating func show(_ rows: [Row], _ page: inout Page) throws(ReplayStop) {
    guard !rows.isEmpty else { return }
    try page.add(lines(of: rows))
    var last = 0
    for row in rows {
      guard case .packet(let packet) = row.content else { continue }
      waiting -= 1
      last = max(last, packet.packet.number)
    }
    self.filter.forget(through: last)
  }

  private mutating func lines(of rows: [Row]) -> [String] {
    let filter = filter
    return ladder?.append(rows) { filter.keeps($0) } ?? []
  }

  /// Draws what is left, and the footer.
  private mutating func finish(
    _ sources: ReplaySources, _ page: inout Page
  ) throws(ReplayStop) {
    // Without packets the expression has not been looked at yet.
    if packets == 0, let link = sources.firstInterface?.link {
      do throws(SessionError) { try filter.prepare(link) } catch { throw .failed(error) }
    }
    try show(timeline.finish(), &page)
    var ending = Ending()
    ending.notes = clock.notes
    if undecodable > 0 {
      ending.notes.append(
        "\(NumberText.count(undecodable, "packet")) of link types that sockline does not decode.")
    }
    if !filter.meaningless.isEmpty {
      ending.notes.append(
        "The filter has no meaning for \(filter.meaningless.joined(separator: ", ")): "
          + "none of these packets is shown.")
    }
    try page.add(ladder?.finish(timeline.totals, ending) ?? [])
    try page.flush()
  }
}
