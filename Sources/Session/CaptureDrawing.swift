import Capture
import CaptureFile
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
  private var file: PacketFile?
  private var merger = Merger()
  /// Packets in order that are not drawn yet, and how many of the first are.
  private var ready: [Event] = []
  private var drawn = 0
  private var names = CaptureNames()
  private var packets = 0

  /// Packets that are drawn before the capture is looked at again: its ring must not fill up.
  private static let stride = 4096
  /// Packets that may wait to be drawn; then the ring fills up, and the kernel counts losses.
  private static let room = 300_000

  /// Opens the file to save to.
  init(_ request: CaptureRequest, link: LinkType, snaplen: Int) throws(SessionError) {
    self.request = request
    self.link = link
    timeline = Timeline(hasCalls: false, capturesOnlyLoopback: request.interface == "lo")
    ladder = Ladder(
      CaptureDrawing.heading(request), style: request.style, selection: request.selection)
    page = Page(file: request.outputFile)
    if let path = request.packetFile {
      file = try PacketFile(path, link: link, snaplen: snaplen)
    }
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
    do throws(SessionError) { try file?.flush() } catch { throw .failed(error) }
    let until = Instant(piece.toldUntil)
    ready += merger.take(before: until)
    repeat { try drawReady(Self.stride) } while ready.count - drawn > Self.room
    guard !isBehind else { return }
    try show(timeline.advance(to: until))
    try page.add(ladder.advance(to: until + -Timeline.lookahead))
    try page.flush()
  }

  /// Whether packets wait to be drawn.
  var isBehind: Bool { drawn < ready.count }

  private mutating func drawReady(_ limit: Int) throws(ReplayStop) {
    let end = min(ready.count, drawn + limit)
    for index in drawn..<end { try show(timeline.append(ready[index])) }
    drawn = end
    // Each is moved once or so.
    guard drawn * 2 >= ready.count else { return }
    ready.removeFirst(drawn)
    drawn = 0
  }

  /// Draws what is left, and the footer.
  mutating func finish(_ packets: CapturePackets) throws(ReplayStop) {
    ready += merger.take(before: Instant(Int64.max))
    try drawReady(ready.count)
    try show(timeline.finish())
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
    try page.add(ladder.finish(names.named(timeline.totals), ending))
    try page.flush()
  }

  /// Closes the files.
  mutating func close() throws(SessionError) {
    page.close()
    try file?.close()
  }

  /// Decodes a packet, gives it its number in the order of the capture, and asks for its owners
  /// as long as there are any.
  private mutating func number(_ frame: Frame) -> CapturedPacket {
    packets += 1
    file?.add(frame)
    let packet = Packet.decode(frame.bytes.span, link: link, frameLength: frame.length)
    names.note(packet, at: Clock.monotonic)
    return CapturedPacket(
      number: packets, time: Instant(frame.time), frameLength: frame.length,
      capturedLength: frame.bytes.count, packet: packet)
  }

  private mutating func show(_ rows: [Row]) throws(ReplayStop) {
    guard !rows.isEmpty else { return }
    try page.add(ladder.append(names.named(rows)))
  }
}
