import Capture
import Render
import Timeline
import Tracing
import Wire

/// Packets of a live capture on their way to a ladder, and to a file.
struct CaptureDrawing {
  private let request: CaptureRequest
  private let link: LinkType
  private var timeline: Timeline
  private var ladder: Ladder
  private var page: Page
  private var file: CaptureFiles
  private var merger = Merger()
  /// Packets in order that are not drawn yet, and how many of the first are.
  private var ready: [Event] = []
  private var drawn = 0
  private var names = CaptureNames()
  private var packets = 0
  private var assembler = Assembler()
  /// Whether the file was closed, or could not be.
  private var isSaved = false

  /// Packets that are drawn before the capture is looked at again: its ring must not fill up.
  private static let stride = 4096
  /// Packets that may wait to be drawn; then the ring fills up, and the kernel counts losses.
  private static let room = 300_000

  /// Opens the file to save to.
  init(
    _ request: CaptureRequest, link: LinkType, snaplen: Int, begun: CaptureFiles.Beginning
  ) throws(SessionError) {
    self.request = request
    self.link = link
    timeline = Timeline(hasCalls: false, capturesOnlyLoopback: request.interface == "lo")
    let heading = CaptureDrawing.heading(request)
    ladder = Ladder(heading, style: request.style, selection: request.selection)
    page = Page(file: request.outputFile)
    file = try CaptureFiles(request, heading, link: link, snaplen: snaplen, begun: begun)
  }

  static func heading(_ request: CaptureRequest) -> Heading {
    var heading = Heading(source: request.interface, hasCalls: false)
    if !request.filter.isEmpty {
      heading.notes = ["the capture keeps only packets of the filter: \(request.filter)"]
    }
    return heading
  }

  /// Whether as many packets have come as were asked for.
  var isFull: Bool { request.count.map { packets >= $0 } ?? false }

  /// Takes packets, and draws what is complete.
  mutating func add(_ piece: CapturePackets.Piece) throws(ReplayStop) {
    let room = (request.count ?? Int.max) - packets
    merger.add(piece.frames.prefix(room).map { .packet(number($0)) })
    names.find(at: Clock.monotonic)
    do throws(SessionError) { try file.flush() } catch { throw .failed(error) }
    if let warning = file.takeWarning() { Output.error.write(lines: ["sockline: " + warning]) }
    let until = Instant(piece.toldUntil)
    ready += merger.take(before: until)
    repeat { try drawReady(Self.stride, until: until) } while ready.count - drawn > Self.room
    guard !isBehind else { return }
    try page.add(ladder.advance(to: until + -Timeline.lookahead))
    try page.flush()
  }

  /// Whether packets wait to be drawn.
  var isBehind: Bool { drawn < ready.count }

  /// Draws and saves so many packets; `until` is how far everything has come.
  private mutating func drawReady(_ limit: Int, until: Instant) throws(ReplayStop) {
    let end = min(ready.count, drawn + limit)
    let events = Array(ready[drawn..<end])
    let moment = end < ready.count ? ready[end].time : until
    var rows: [Row] = []
    for event in events { rows += names.named(timeline.append(event)) }
    rows += names.named(timeline.advance(to: moment))
    drawn = end
    do throws(SessionError) {
      try file.add(events, rows, until: moment)
    } catch {
      throw .failed(error)
    }
    // Each is moved once or so.
    if drawn * 2 >= ready.count {
      ready.removeFirst(drawn)
      drawn = 0
    }
    try show(rows)
  }

  /// Draws what is left, and the footer.
  mutating func finish(_ packets: CapturePackets) throws(ReplayStop) {
    let (rows, ending): ([Row], Ending)
    do throws(SessionError) { (rows, ending) = try save(packets) } catch { throw .failed(error) }
    try show(rows)
    try page.add(ladder.finish(names.named(timeline.totals), ending))
    try page.flush()
  }

  /// Saves what is left, and closes the file.
  private mutating func save(
    _ packets: CapturePackets
  ) throws(SessionError) -> (rows: [Row], ending: Ending) {
    isSaved = true
    let events = ready[drawn...] + merger.take(before: Instant(Int64.max))
    ready = []
    drawn = 0
    let now = Instant(Clock.now)
    var rows: [Row] = []
    for event in events { rows += names.named(timeline.append(event)) }
    rows += names.named(timeline.advance(to: now))
    var ending = ending(packets)
    try file.add(Array(events), rows, until: now)
    let size = file.note
    let last = names.named(timeline.finish())
    try file.close(last, ending, at: now)
    if let size { ending.notes.append(size) }
    return (rows + last, ending)
  }

  private func ending(_ packets: CapturePackets) -> Ending {
    var ending = Ending()
    ending.lostByKernel = packets.statistics?.droppedByKernel
    ending.lostByInterface = packets.statistics?.droppedByInterface
    if names.isRefused {
      ending.notes.append(
        "Some processes are not named: they are other users', whose sockets only root may look at.")
    }
    if let failure = packets.failure {
      ending.notes.append("the capture ended early: \(failure)")
    }
    return ending
  }

  /// Closes the files; what is left is saved, though nobody may read the ladder any more.
  mutating func close(_ packets: CapturePackets) throws(SessionError) {
    page.close()
    if !isSaved { _ = try save(packets) }
  }

  /// Decodes a packet, gives it its number in the order of the capture, and asks for its owners
  /// as long as there are any.
  private mutating func number(_ frame: Frame) -> CapturedPacket {
    packets += 1
    file.add(frame, number: packets)
    let packet = assembler.decode(
      frame.bytes.span, link: link, frameLength: frame.length, number: packets, time: frame.time)
    names.note(packet, at: Clock.monotonic)
    return CapturedPacket(
      number: packets, time: Instant(frame.time), frameLength: frame.length,
      capturedLength: frame.bytes.count, packet: packet)
  }

  private mutating func show(_ rows: [Row]) throws(ReplayStop) {
    guard !rows.isEmpty else { return }
    try page.add(ladder.append(rows))
  }
}
