import Capture
import Recording
import Render
import Timeline
import Tracing
import Wire

/// Packets of a live capture on their way to a ladder and to files.
struct CaptureRun {
  private let request: CaptureRequest
  private let heading: Heading
  private var capture: CapturePackets
  private let timeLimit: Int64?
  private var analysis: LiveAnalysis
  private let drawn: [any Sink]
  private let saved: (any SavingSink)?
  private var growth: FileGrowth?
  private var merger = Merger()
  /// Packets in order that are not analysed yet, and how many of the first are.
  private var ready: [Event] = []
  private var done = 0
  /// Whether the file was closed, or could not be.
  private var isSaved = false

  /// Packets that are analysed before the capture is looked at again: its ring must not fill up.
  private static let stride = 4096
  /// Packets that may wait; then the ring fills up, and the kernel counts losses.
  private static let room = 300_000
  /// Milliseconds to wait for packets before something else is looked at.
  private static let tick: Int32 = 20

  /// Opens the files to write.
  init(
    _ request: CaptureRequest, _ capture: CapturePackets, begun: RunBeginning
  ) throws(SessionError) {
    self.request = request
    self.capture = capture
    timeLimit = request.seconds.map { Clock.monotonic + Int64($0 * 1e9) }
    heading = CaptureRun.heading(request)
    analysis = LiveAnalysis(
      Timeline(hasCalls: false, capturesOnlyLoopback: request.interface == "lo"),
      keepsReports: request.exportFile != nil)
    analysis.names = CaptureNames()
    if let path = request.packetFile {
      saved = try SavedFile.create(path, RecordingStart(request, capture, heading, begun))
    } else {
      saved = nil
    }
    growth = request.packetFile.map { FileGrowth($0) }
    let ladder = LadderSink(
      on: Page(file: request.outputFile), style: request.style, selection: request.selection)
    let export = request.exportFile.map { ExportFile.sink($0, request.selection) }
    drawn = [ladder] + (export.map { [$0] } ?? [])
  }

  private static func heading(_ request: CaptureRequest) -> Heading {
    var heading = Heading(source: request.interface, hasCalls: false)
    if !request.filter.isEmpty {
      heading.notes = ["capturing only packets that match the filter: \(request.filter)"]
    }
    return heading
  }

  /// What an export begins with.
  private var exported: ExportedRecording {
    var exported = ExportedRecording(tool: request.application)
    exported.command = request.title
    exported.interface = request.interface
    return exported
  }

  /// Captures to the end.
  mutating func run() throws(RunStop) {
    let start = RunStart(heading: heading, exported: exported)
    for sink in drawn { try sink.begin(start) }
    while let piece = capture.next(waitingMilliseconds: isBehind ? 0 : CaptureRun.tick) {
      try take(piece)
      let isFull = request.count.map { analysis.packets >= $0 } ?? false
      let isLate = timeLimit.map { Clock.monotonic > $0 } ?? false
      if isFull || isLate || Interruption.isWished { capture.end() }
    }
    try finish()
  }

  /// Takes packets, and gives the sinks what is complete.
  private mutating func take(_ piece: CapturePackets.Piece) throws(RunStop) {
    let room = (request.count ?? Int.max) - analysis.packets
    merger.add(piece.frames.prefix(room).map { .packet(number($0)) })
    analysis.names?.find(at: Clock.monotonic)
    let until = Instant(piece.toldUntil)
    // Packets alone are saved as they come.
    try saved?.advance(to: until)
    if let size = saved?.size, let warning = growth?.warning(size) {
      Output.error.write(lines: ["sockline: " + warning])
    }
    ready += merger.take(before: until)
    repeat { try giveReady(Self.stride, until: until) } while ready.count - done > Self.room
    guard !isBehind else { return }
    for sink in drawn { try sink.advance(to: until + -Timeline.lookahead) }
  }

  /// Whether packets wait to be analysed.
  private var isBehind: Bool { done < ready.count }

  /// Gives the sinks so many packets; `until` is how far everything has come.
  private mutating func giveReady(_ limit: Int, until: Instant) throws(RunStop) {
    let end = min(ready.count, done + limit)
    let events = Array(ready[done..<end])
    let moment = end < ready.count ? ready[end].time : until
    done = end
    // Each is moved once or so.
    if done * 2 >= ready.count {
      ready.removeFirst(done)
      done = 0
    }
    try give(analysis.take(events, until: moment))
  }

  /// The file first: what was captured is saved, though nobody may read the ladder any more.
  private func give(_ batch: Batch) throws(RunStop) {
    try saved?.take(batch)
    for sink in drawn { try sink.take(batch) }
  }

  /// Decodes a packet, gives it its number in the order of the capture, and asks for its owners
  /// as long as there are any.
  private mutating func number(_ frame: Frame) -> CapturedPacket {
    let packet = analysis.packet(frame, link: capture.link)
    saved?.keep(frame, number: packet.number)
    analysis.names?.note(packet.packet, at: Clock.monotonic)
    return packet
  }

  // MARK: the end

  private mutating func finish() throws(RunStop) {
    let (batches, end) = try save()
    for batch in batches {
      for sink in drawn { try sink.take(batch) }
    }
    for sink in drawn { try sink.finish(end) }
  }

  /// Saves what is left, and closes the file.
  private mutating func save() throws(RunStop) -> (batches: [Batch], end: RunEnd) {
    isSaved = true
    let events = Array(ready[done...]) + merger.take(before: Instant(Int64.max))
    ready = []
    done = 0
    let now = Instant(Clock.now)
    let rest = analysis.take(events, until: now)
    try saved?.take(rest)
    let size = saved.flatMap { growth?.note($0.size) }
    let last = analysis.finish(at: now)
    try saved?.take(last)
    var end = RunEnd(totals: analysis.totals, ending: ending, exported: exported)
    end.time = now
    end.fileNotes = size.map { [$0] } ?? []
    end.exported.packets = analysis.packets
    end.exported.calls = 0
    end.exported.isComplete = capture.failure == nil
    try saved?.finish(end)
    return ([rest, last], end)
  }

  private var ending: Ending {
    var ending = Ending()
    ending.lostByKernel = capture.statistics?.droppedByKernel
    ending.lostByInterface = capture.statistics?.droppedByInterface
    if analysis.names?.isRefused ?? false {
      ending.notes.append(
        "Some processes are not named: they belong to other users, whose sockets only root may inspect."
      )
    }
    if let failure = capture.failure {
      ending.notes.append("the capture ended early: \(failure)")
    }
    return ending
  }

  /// Saves what is left, where the end was not reached.
  mutating func close() throws(SessionError) {
    guard !isSaved else { return }
    do throws(RunStop) { _ = try save() } catch {
      if case .failed(let failure) = error { throw failure }
    }
  }
}
