import Calls
import CaptureFile
import Recording
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
  private var assembler = Assembler()
  private let showsOthers: Bool
  private var pending = PendingPackets()
  /// Packets whose rows are not made yet.
  private var waiting = 0
  private var differences = CauseDifferences()
  private var ends: [RecordingEnd] = []
  /// The start of the first recording of the file, once it was read.
  private(set) var start: RecordingStart?
  /// The moment of the last event.
  private(set) var latest = Instant(0)
  /// What is done with each packet before it is analysed, by its number.
  var frames: ExportFrames?
  /// What was seen of the life of processes, where `keepsLives` asks for it.
  private(set) var lives: [CallEvent] = []
  var keepsLives = false
  /// Calls that were entered.
  private(set) var calls = 0

  /// How the causes that the file gives compare with those worked out.
  private(set) var verification = Verification()

  /// Packets that may wait for later ones to be known. A file whose times stand still would
  /// otherwise be held as a whole.
  private static let mostWaiting = 100_000

  /// - Parameter showsOthers: whether packets that the live run passed over are shown.
  init(_ filter: ReplayFilter, showsOthers: Bool = false) {
    self.filter = filter
    self.showsOthers = showsOthers
  }

  /// Takes what comes next in the file, and adds the rows that became final.
  ///
  /// - Parameter interface: what the file says of the interface of a packet.
  mutating func take(
    _ item: CaptureItem, interface: CaptureInterface?, into rows: inout [Row]
  ) throws(SessionError) {
    switch item {
    case .packet(let record):
      let time = clock.time(of: record)
      if let number = recording.takeForeign(record, interface: interface?.description) {
        return try take(record, number, at: time, nil, into: &rows)
      }
      let items = recording.take(record, at: time, interface: interface?.description)
      try take(items, into: &rows)
    case .journal(let entry): try take(recording.take(entry), into: &rows)
    }
  }

  /// Adds the rows that are final when nothing more of before `now` will come.
  mutating func advance(to now: Instant, into rows: inout [Row]) throws(SessionError) {
    try take(recording.advance(to: now), into: &rows)
    explained(&rows) { $0.advance(to: now, into: &$1) }
  }

  /// Says that the file has ended, and adds the rows that are left.
  mutating func finish(into rows: inout [Row]) throws(SessionError) {
    try take(recording.finish(), into: &rows)
    if let end = ends.last?.time {
      let moment = Instant(min(max(0, end), Int64.max / 2))
      explained(&rows) { $0.advance(to: moment, into: &$1) }
    }
    explained(&rows) { $0.finish(into: &$1) }
  }

  /// Whether the file is a recording, or holds one.
  var isRecording: Bool { !recording.isForeign }
  /// Whether a recording in it has no end.
  var isUnfinished: Bool { recording.isUnfinished }

  /// The counts, of the causes that were shown.
  var totals: Totals {
    var totals = timelines.totals
    differences.apply(to: &totals)
    // Recordings of before this was counted are drawn as they were then.
    if !ends.contains(where: { $0.offsets != nil }) { totals.offsets = OffsetChecks() }
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

  private mutating func take(
    _ items: [RecordedItem], into rows: inout [Row]
  ) throws(SessionError) {
    for item in items {
      switch item.content {
      case .start(let start):
        if self.start == nil { self.start = start }
        timelines.begin(
          item.run, hasCalls: start.hasCalls, capturesOnlyLoopback: start.capturesOnlyLoopback,
          hidesOthers: start.hidesOthers && !showsOthers)
      case .hint(let process, let side): timelines.hint(process, side, of: item.run)
      case .owner(let owner):
        timelines.take(owner, of: item.run)
        if keepsLives { lives.append(owner.event) }
      case .packet(let packet):
        if item.run != nil { pending.add(packet) }
        try take(packet.record, packet.number, at: packet.time, item.run, into: &rows)
      case .event(let event):
        latest = max(latest, event.time)
        if case .call(let event) = event {
          if case .entered = event.what { calls += 1 }
          if keepsLives, event.isOfLife { lives.append(event) }
        }
        explained(&rows) { $0.append(event, of: item.run, into: &$1) }
      case .cause(let number, let cause):
        pending.amend(number, cause)
      case .end(let end): ends.append(end)
      }
    }
  }

  private mutating func take(
    _ record: CaptureRecord, _ number: Int, at time: Instant, _ run: Int?, into rows: inout [Row]
  ) throws(SessionError) {
    let decoded = assembler.decode(
      record.bytes.span, link: record.link, frameLength: record.frameLength, number: number,
      time: time.nanoseconds, interface: record.interface)
    try filter.take(record, decoded, number: number)
    frames?.hold(record, number: number)
    filter.note(decoded, number: number)
    let captured = CapturedPacket(
      number: number, time: time, stamp: record.hasTime ? Instant(record.time) : time,
      frameLength: record.frameLength, capturedLength: record.bytes.count,
      interface: record.interface, file: record.file, packet: decoded, comments: record.comments)
    latest = max(latest, time)
    waiting += 1
    explained(&rows) { $0.append(.packet(captured), of: run, into: &$1) }
    guard waiting >= ReplayAnalysis.mostWaiting, recording.isForeign else { return }
    explained(&rows) { $0.advance(to: time + (Timeline.lookahead + 1), into: &$1) }
  }

  /// Adds rows with the causes that the file gives.
  private mutating func explained(
    _ rows: inout [Row], _ add: (inout ReplayTimelines, inout [Row]) -> Void
  ) {
    let start = rows.count
    add(&timelines, &rows)
    let packets = rows[start...].count { if case .packet = $0.content { true } else { false } }
    waiting -= packets
    if recording.isForeign { return verification.noteMissing(packets) }
    for index in start..<rows.count { explain(&rows[index]) }
    for number in pending.removePassedOver(before: latest + -Timeline.lookahead) {
      waiting -= 1
      filter.forget(number)
    }
  }

  private mutating func explain(_ row: inout Row) {
    guard case .packet(var packet) = row.content else { return }
    let given = pending.take(packet.packet.number)
    let cause = given.flatMap { recording.resolved($0) }
    verification.note(packet.packet.number, stored: cause, fresh: packet.cause)
    guard let cause, cause != packet.cause else { return }
    differences.note(cause, inPlaceOf: packet.cause)
    packet.cause = cause
    row.content = .packet(packet)
  }
}

/// Packets of recordings whose rows are not made yet, with the causes that the file gives.
private struct PendingPackets {
  private var stored: [Int: StoredCause?] = [:]
  private var order: [(time: Instant, number: Int)] = []
  private var first = 0

  mutating func add(_ packet: RecordedPacket) {
    stored[packet.number] = .some(packet.stored)
    order.append((packet.time, packet.number))
  }

  mutating func amend(_ number: Int, _ cause: StoredCause) {
    if stored[number] != nil { stored[number] = .some(cause) }
  }

  /// Takes out a packet that has its row, and gives the cause that the file gives.
  mutating func take(_ number: Int) -> StoredCause? { stored.removeValue(forKey: number) ?? nil }

  /// Takes out packets that will have no row: all earlier ones have theirs.
  mutating func removePassedOver(before time: Instant) -> [Int] {
    var passedOver: [Int] = []
    while first < order.count, order[first].time < time {
      if stored.removeValue(forKey: order[first].number) != nil {
        passedOver.append(order[first].number)
      }
      first += 1
    }
    if first * 2 >= order.count {
      order.removeFirst(first)
      first = 0
    }
    return passedOver
  }
}

extension RecordedOwner {
  /// That the process is called so.
  fileprivate var event: CallEvent {
    CallEvent(
      time: time.nanoseconds, process: process.id, thread: process.id, what: .named(process.name))
  }
}

/// What the causes that a file gives change in the counts of those worked out.
private struct CauseDifferences {
  private var kinds: [Cause.Kind: Int] = [:]
  private var unexplained = 0
  private var outsideTrace = 0

  mutating func note(_ cause: Cause, inPlaceOf other: Cause) {
    count(cause, 1)
    count(other, -1)
  }

  private mutating func count(_ cause: Cause, _ step: Int) {
    kinds[cause.kind, default: 0] += step
    if cause.isOutsideTrace { outsideTrace += step }
    if cause.isUnexplained { unexplained += step }
  }

  func apply(to totals: inout Totals) {
    for (kind, count) in kinds where count != 0 { totals.causes[kind] += count }
    totals.unexplained += unexplained
    totals.outsideTrace += outsideTrace
  }
}
