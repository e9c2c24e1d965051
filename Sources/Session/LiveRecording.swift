import Calls
import Capture
import Glibc
import Recording
import Render
import Sandbox
import Symbols
import Text
import Timeline
import Tracing
import Wire

/// Everything that runs while a session is held.
struct LiveRecording {
  private let request: LiveRequest
  private let network: LiveNetwork
  private let inbox = Inbox()
  private let recorder: any CallRecorder
  private let capture: CaptureQueue?
  private let sources: SourceQueue?
  private var hold = SourceHold()
  private var merger = Merger()
  private var analysis: LiveAnalysis
  private let heading: Heading
  /// The file that packets are saved to, as long as nothing goes wrong with it.
  private var saved: (any SavingSink)?
  private var growth: FileGrowth?
  private let ladder: LadderSink?
  /// Who reads the ladder.
  private let reader: WaitingOutput?
  /// What else is written, as long as nothing goes wrong with it.
  private var export: (any Sink)?
  /// What is said of events that were given up.
  private var lost: String?
  /// What ended the saving, or the export, early.
  private var failure: SessionError?
  private var director: Director
  private var pipes: [Role: ProgramOutput] = [:]
  private var isOver = false
  private var watch: StillWatch?
  /// When the end was asked for first.
  private var heardAt: Int64 = 0
  /// Whether a traced program has made a call.
  private var hasCalls = false
  /// All that happened before this moment has been taken from the inbox.
  private var complete = Instant(0)
  /// Whether events wait that could be drawn now.
  private var hasMore = false

  /// Starts the capture, and prepares the rest.
  init(_ request: LiveRequest, _ network: LiveNetwork) throws(SessionError) {
    self.request = request
    self.network = network
    recorder = TracerQueue(inbox)
    sources = request.findsSources && SourceFinder.isAvailable ? SourceQueue() : nil
    director = Director(request.programs, seconds: request.seconds, at: Clock.monotonic)
    let interface = network.isPrivate ? "lo" : request.interface
    let begun = RunBeginning()
    let (capture, refusal) =
      network.programs?.refusal == nil
      ? try LiveCapture.open(request, on: interface, inbox) : (nil, nil)
    self.capture = capture
    heading =
      LiveHeading(
        request: request, network: network, interface: interface, refusal: refusal
      ).heading
    let capturesOnlyLoopback = interface == "lo" && capture != nil
    analysis = LiveAnalysis(
      Timeline(
        hasCalls: true, capturesOnlyLoopback: capturesOnlyLoopback,
        hidesOthers: !request.showsOthers),
      keepsReports: request.exportFile != nil)
    if let path = request.packetFile {
      var start = RecordingStart(request, capture, heading, begun)
      start.backend = type(of: recorder).backend
      start.isPrivate = network.isPrivate
      start.interface = interface
      start.capturesOnlyLoopback = capturesOnlyLoopback
      saved = try SavedFile.create(path, start)
      growth = FileGrowth(path)
    }
    reader = try LiveRecording.output(request).map { WaitingOutput($0) }
    ladder = reader.map {
      LadderSink(on: $0, style: request.style, selection: request.selection, notes: request.notes)
    }
    export = request.exportFile.map { ExportFile.sink($0, request.selection) }
    try begin(interface)
  }

  private mutating func begin(_ interface: String) throws(SessionError) {
    let start = RunStart(heading: heading, exported: exported)
    do throws(RunStop) {
      try ladder?.begin(start)
      try export?.begin(start)
    } catch {
      if case .failed(let failure) = error { throw failure }
    }
  }

  /// What an export begins with.
  private var exported: ExportedRecording {
    var exported = ExportedRecording(tool: request.application)
    exported.command = request.title
    exported.backend = type(of: recorder).backend
    exported.interface = network.isPrivate ? "lo" : request.interface
    exported.isPrivate = network.isPrivate
    return exported
  }

  private static func output(_ request: LiveRequest) throws(SessionError) -> Output? {
    if let path = request.outputFile {
      let output = try Output.file(path)
      InvokingUser.own(output.descriptor)
      return output
    }
    if request.isQuiet { return nil }
    return request.drawsOnStandardOutput ? .standard : .error
  }

  /// Says who lets go of attached programs where this thread stands still.
  mutating func tell(_ watch: StillWatch) {
    watch.note(recorder, inbox)
    self.watch = watch
  }

  // MARK: the loop

  /// Milliseconds between two looks at what has come.
  private static let tick = 10
  /// Events that are drawn at most between two looks for a signal.
  private static let piece = 2_000
  /// Events that came since the last look from which on rows are not drawn any more, and below which they
  /// are drawn again: analysis and recording catch up meanwhile.
  private static let overrun = (from: 30_000, until: 5_000)
  /// Nanoseconds for which a reader who takes nothing is waited for when the end was asked for.
  private static let patience: Int64 = 500_000_000

  /// Runs the session to its end.
  mutating func run(_ signals: SignalWatch) throws(SessionError) -> Int32 {
    var signals = signals
    capture?.run()
    let printers = try makePipes()
    sources?.run()
    recorder.run(
      RecorderWish(
        payloadBytes: request.payloadBytes, printers: printers, attaches: network.programs != nil,
        sources: sources))
    try startFirst()
    while !isOver, !givesUp {
      if let signal = wait(&signals) { heard(signal) }
      recorder.nudge()
      step()
      perform(director.tick(at: Clock.monotonic, openConnections: analysis.openConnections))
      if analysis.totals.packets >= request.count ?? Int.max { perform(director.hasEnough()) }
      if reader?.failure == EPIPE { perform(director.readerHasGone(at: Clock.monotonic)) }
    }
    return try conclude(&signals)
  }

  private mutating func heard(_ signal: SignalWatch.Signal) {
    if !director.isInterrupted { heardAt = Clock.monotonic }
    watch?.note(signal)
    perform(director.signalled(signal, at: Clock.monotonic))
  }

  /// Whether what waits is given up: the end was asked for, and nobody is traced any more. What is saved is waited
  /// for, unless the end was asked for twice.
  private var givesUp: Bool {
    guard director.isInterrupted, !inbox.isTraced else { return false }
    if director.isImpatient { return true }
    let isLate = Clock.monotonic - heardAt > LiveRecording.patience
    return isLate && isMuch && saved == nil && export == nil
  }

  /// Whether more waits than can be drawn in about half a second: less is drawn, however slow the machine.
  private var isMuch: Bool { merger.count > LiveRecording.overrun.from }

  /// Waits a little for a signal; meanwhile a reader who is slow gets what waits.
  private mutating func wait(_ signals: inout SignalWatch) -> SignalWatch.Signal? {
    reader?.flush()
    let pause = hasMore ? 0 : LiveRecording.tick
    guard let reader, reader.isWaiting else { return signals.wait(milliseconds: pause) }
    if director.isImpatient { reader.abandon() }
    if reader.isWaiting, reader.isTaken(within: Int32(LiveRecording.tick)) { reader.flush() }
    return signals.wait(milliseconds: 0)
  }

  /// Takes what the threads have left, and draws what is complete. What is more than can be drawn
  /// at once comes first: until then the rest stays in the inbox, whose room is bounded.
  private mutating func step() {
    if !hasMore { listen() }
    // What comes from now on is after the trace, also where much waits that was before.
    if !inbox.isTraced { capture?.end() }
    // Who asked for the end does not wait for the drawing of what is left.
    if director.isInterrupted, isMuch { ladder?.isOverrun = true }
    let events = merger.take(before: complete, atMost: LiveRecording.piece)
    hasMore = events.count == LiveRecording.piece
    let moment = min(complete, merger.earliest ?? complete)
    give(analysis.take(events, until: moment))
    if let size = saved?.size, let warning = growth?.warning(size) {
      Output.error.write(lines: ["sockline: " + warning])
    }
  }

  /// Gives the sinks a batch. A file that cannot be written further is given up; the ladder goes on.
  private mutating func give(_ batch: Batch) {
    if reader?.failure == 0 {
      note { (run) throws(RunStop) in
        try run.ladder?.take(batch)
        try run.ladder?.advance(to: batch.until + -Timeline.lookahead)
      }
    }
    save { (sink) throws(RunStop) in try sink.take(batch) }
    write { (sink) throws(RunStop) in
      try sink.take(batch)
      try sink.advance(to: batch.until)
    }
  }

  private mutating func save(_ body: (any SavingSink) throws(RunStop) -> Void) {
    guard let sink = saved else { return }
    if !note({ (_) throws(RunStop) in try body(sink) }) { saved = nil }
  }

  private mutating func write(_ body: (any Sink) throws(RunStop) -> Void) {
    guard let sink = export else { return }
    if !note({ (_) throws(RunStop) in try body(sink) }) { export = nil }
  }

  /// Does something that may fail, and remembers why; a reader that has gone is no failure.
  @discardableResult
  private mutating func note(_ body: (Self) throws(RunStop) -> Void) -> Bool {
    do throws(RunStop) {
      try body(self)
      return true
    } catch {
      if case .failed(let error) = error { failure = failure ?? error }
      return false
    }
  }

  /// Takes what is in the inbox.
  private mutating func listen() {
    let now = Clock.now
    // First how far each source has told, then what it told.
    let until = told(at: now)
    let contents = inbox.take()
    let count = contents.reports.count + contents.frames.count
    if count > LiveRecording.overrun.from { ladder?.isOverrun = true }
    if count < LiveRecording.overrun.until { ladder?.isOverrun = false }
    take(contents)
    let captureIsOver = contents.captureIsOver || capture == nil
    isOver = contents.tracingIsOver && captureIsOver && hold.earliest == nil
    if let until { complete = min(Instant(until), hold.earliest ?? Instant(until)) }
  }

  /// The moment before which everything is in the inbox.
  private func told(at now: Int64) -> Int64? {
    // A processor may read the clock and the progress in the other order, by nanoseconds.
    guard let calls = recorder.told(at: now - 1_000) else { return nil }
    return min(calls, capture?.toldUntil ?? Int64.max)
  }

  private mutating func take(_ contents: Inbox.Contents) {
    for start in contents.starts { began(start) }
    for report in contents.reports {
      if case .running = report { note { (run) throws(RunStop) in try run.ladder?.announce() } }
      if case .event(let event) = report, case .entered = event.what { hasCalls = true }
      perform(director.heard(report, at: Clock.monotonic))
    }
    hold.note(sources?.take() ?? [:])
    var events = hold.pass(
      contents.reports.compactMap { $0.timelineEvent }, at: Clock.monotonic,
      isImpatient: director.isImpatient)
    for frame in contents.frames { events.append(.packet(number(frame))) }
    merger.add(events)
  }

  /// Decodes a packet and gives it its number, in the order of the capture.
  private mutating func number(_ frame: Frame) -> CapturedPacket {
    let packet = analysis.packet(frame, link: capture?.link ?? .ethernet)
    saved?.keep(frame, number: packet.number)
    return packet
  }

  // MARK: programs

  /// Makes the pipes that programs print into, where their lines become rows.
  private mutating func makePipes() throws(SessionError) -> Set<UInt64> {
    guard request.showsOutput else { return [] }
    let roles: [Role]
    switch request.programs {
    case .attach: return []
    case .run: roles = [.command]
    case .pair: roles = [.server, .client]
    }
    for role in roles { pipes[role] = try ProgramOutput() }
    return Set(pipes.values.map(\.inode))
  }

  private mutating func startFirst() throws(SessionError) {
    switch request.programs {
    case .attach: recorder.attach(network.programs?.targets ?? [])
    case .run(let command): try start(.command, command, isLast: true)
    case .pair(let pair): try start(.server, pair.server, isLast: false)
    }
  }

  private mutating func start(
    _ role: Role, _ command: [String], isLast: Bool
  ) throws(SessionError) {
    var program = Program(command, user: InvokingUser.current)
    if let pipe = pipes[role] {
      program.standardOutput = pipe.writeEnd
      program.standardError = pipe.writeEnd
    }
    if role == .server { program.standardInput = Output.nowhere }
    recorder.start(RecorderOrder(role: role, program: program), isLast: isLast)
  }

  private mutating func began(_ start: Inbox.Start) {
    perform(director.started(start.role, start.result))
    pipes.removeValue(forKey: start.role)?.handOver()
    guard case .success(let process) = start.result else { return }
    let sides: [Role: Side] = [.server: .server, .client: .client]
    guard let side = sides[start.role] else { return }
    analysis.hint(process, side)
    saved?.hint(process, side)
  }

  private mutating func perform(_ actions: [Director.Action]) {
    for action in actions {
      switch action {
      case .startNoMore: recorder.finish()
      case .letGo: recorder.letGo()
      case .startClient:
        guard case .pair(let pair) = request.programs else { continue }
        do throws(SessionError) {
          try start(.client, pair.client, isLast: true)
        } catch {
          perform(director.failed(error, at: Clock.monotonic))
        }
      case .signal(let number, let processes): send(number, to: processes)
      case .tell(let notice): notice.tell()
      }
    }
  }

  /// Sends a signal; of one that ends a program the timeline is told first, so that nobody takes it
  /// for a crash.
  private mutating func send(_ signal: Int32, to processes: [Int32]) {
    for process in processes {
      if director.isEnding, signal != SIGCONT {
        let event = CallEvent(
          time: Clock.now, process: process, thread: process, what: .ending(signal))
        merger.add([.call(event)])
      }
      kill(process, signal)
    }
  }

  // MARK: the end

  private mutating func conclude(_ signals: inout SignalWatch) throws(SessionError) -> Int32 {
    let isGivenUp = givesUp
    let contents = inbox.take()
    take(contents)
    sources?.finish()
    var rest = merger.take(before: Instant(Int64.max))
    if isGivenUp, rest.count > LiveRecording.piece {
      lost = LiveRecording.words(of: rest)
      rest = []
    }
    let now = Instant(Clock.now)
    give(analysis.take(rest, until: now))
    // What could not be started leaves no ladder, only the sentence about it.
    let isVain = director.failure != nil && analysis.packets == 0 && !hasCalls
    finish(ending(contents), isVain: isVain, at: now)
    awaitReader(&signals)
    if let failure = director.failure { throw failure }
    if let failure { throw failure }
    if let failure = drawingFailure { throw failure }
    if !isVain, let anchor = ladder?.missingNote?.words {
      Director.Notice.isNotThere(anchor).tell()
    }
    return director.status
  }

  /// Waits until the reader has taken everything; where the end was asked for, as long as he takes something.
  private mutating func awaitReader(_ signals: inout SignalWatch) {
    var (delivered, since) = (0, Clock.monotonic)
    while let reader, reader.isWaiting {
      if let signal = wait(&signals) { heard(signal) }
      if director.isImpatient { reader.abandon() }
      if reader.delivered != delivered { (delivered, since) = (reader.delivered, Clock.monotonic) }
      if director.isInterrupted, Clock.monotonic - since > LiveRecording.patience {
        reader.abandon()
      }
    }
  }

  /// What is said of events that were given up.
  private static func words(of events: [Event]) -> String {
    var (packets, calls) = (0, 0)
    for event in events {
      switch event {
      case .packet: packets += 1
      case .call(let event): if case .entered = event.what { calls += 1 }
      case .printed: break
      }
    }
    return
      "Ended by a signal before all was drawn: the last \(NumberText.count(packets, "packet")) and "
      + "\(NumberText.count(calls, "call")) are missing."
  }

  private mutating func finish(_ ending: Ending, isVain: Bool, at now: Instant) {
    let size = saved.flatMap { growth?.note($0.size) }
    let last = isVain ? Batch(until: now) : analysis.finish(at: now)
    var end = RunEnd(totals: analysis.totals, ending: ending, exported: exported)
    end.fileNotes = size.map { [$0] } ?? []
    end.offsets = end.totals.offsets
    end.time = now
    end.exported.packets = analysis.packets
    end.exported.calls = analysis.calls
    end.exported.lost = [ending.lostByKernel, ending.lostByInterface].compactMap { $0 }.reduce(nil)
    {
      ($0 ?? 0) &+ $1
    }
    end.exported.offsets = end.totals.offsets
    end.exported.isComplete = true
    if !isVain, reader?.failure == 0 {
      note { (run) throws(RunStop) in
        try run.ladder?.take(last)
        try run.ladder?.finish(end)
      }
    }
    save { (sink) throws(RunStop) in
      try sink.take(last)
      try sink.finish(end)
    }
    write { (sink) throws(RunStop) in
      try sink.take(last)
      try sink.finish(end)
    }
  }

  /// What the footer says beside the timeline's counts.
  private func ending(_ contents: Inbox.Contents) -> Ending {
    var ending = Ending()
    ending.lostByKernel = contents.statistics?.droppedByKernel
    ending.lostByInterface = contents.statistics?.droppedByInterface
    let cost = recorder.cost
    ending.stretch = cost.stretch
    ending.addedNanoseconds = cost.addedPerCall
    if let farewell = network.programs?.farewell(), director.failure == nil {
      ending.notes.append(farewell)
    }
    if sources?.isFull ?? false {
      ending.notes.append(
        "source lines: only the first \(PathBook.usualLimit) call paths were looked up")
    }
    if let first = capture?.firstCut {
      ending.notes.append(
        "From packet \(NumberText.count(first)) on, only \(CaptureQueue.head) bytes of each packet are "
          + "kept, after the first \(NumberText.size(CaptureQueue.bulk)): -s 0 keeps all.")
    }
    if let lost { ending.notes.append(lost) }
    if let error = contents.captureError {
      ending.notes.append("the capture ended early: \(error)")
    }
    return ending
  }

  /// What kept the ladder from being written; a reader that has gone is no error.
  private var drawingFailure: SessionError? {
    guard let reader, reader.failure != 0, reader.failure != EPIPE else { return nil }
    let stream = request.drawsOnStandardOutput ? Output.standardName : "standard error"
    return .file(request.outputFile ?? stream, reader.failure)
  }
}

extension CallReport {
  /// What the timeline is told of it.
  fileprivate var timelineEvent: Event? {
    switch self {
    case .event(let event): .call(event)
    case .printed(let time, let process, let bytes):
      .printed(
        PrintedLine(
          time: Instant(time), process: process, text: String(decoding: bytes, as: UTF8.self)))
    default: nil
    }
  }
}
