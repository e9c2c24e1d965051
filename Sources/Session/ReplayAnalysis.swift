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

  /// Takes what comes next in the file, and returns the rows that became final.
  ///
  /// - Parameter interface: what the file says of the interface of a packet.
  mutating func take(
    _ item: CaptureItem, interface: CaptureInterface?
  ) throws(SessionError) -> [Row] {
    switch item {
    case .packet(let record):
      let time = clock.time(of: record)
      if let number = recording.takeForeign(record, interface: interface?.description) {
        return try rows(of: record, number, at: time, nil)
      }
      let items = recording.take(record, at: time, interface: interface?.description)
      return try rows(of: items)
    case .journal(let entry): return try rows(of: recording.take(entry))
    }
  }

  /// Returns the rows that are final when nothing more of before `now` will come.
  mutating func advance(to now: Instant) throws(SessionError) -> [Row] {
    let rows = try rows(of: recording.advance(to: now))
    return rows + explained(timelines.advance(to: now))
  }

  /// Says that the file has ended, and returns the rows that are left.
  mutating func finish() throws(SessionError) -> [Row] {
    var rows = try rows(of: recording.finish())
    if let end = ends.last?.time {
      let moment = Instant(min(max(0, end), Int64.max / 2))
      rows += explained(timelines.advance(to: moment))
    }
    return rows + explained(timelines.finish())
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

  private mutating func rows(
    of items: [RecordedItem]
  ) throws(SessionError) -> [Row] {
    var rows: [Row] = []
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
      case .packet(let packet): rows += try self.rows(of: packet, item.run)
      case .event(let event):
        latest = max(latest, event.time)
        if case .call(let event) = event {
          if case .entered = event.what { calls += 1 }
          if keepsLives, event.isOfLife { lives.append(event) }
        }
        rows += explained(timelines.append(event, of: item.run))
      case .cause(let number, let cause):
        pending.amend(number, cause)
      case .end(let end): ends.append(end)
      }
    }
    return rows
  }

  private mutating func rows(
    of packet: RecordedPacket, _ run: Int?
  ) throws(SessionError) -> [Row] {
    if run != nil { pending.add(packet) }
    return try rows(of: packet.record, packet.number, at: packet.time, run)
  }

  private mutating func rows(
    of record: CaptureRecord, _ number: Int, at time: Instant, _ run: Int?
  ) throws(SessionError) -> [Row] {
    let decoded = assembler.decode(
      record.bytes.span, link: record.link, frameLength: record.frameLength, number: number,
      time: time.nanoseconds, interface: record.interface)
    try filter.take(record, decoded, number: number)
    frames?.hold(record, number: number)
    filter.note(decoded, number: number)
    var captured = CapturedPacket(
      number: number, time: time, stamp: record.hasTime ? Instant(record.time) : time,
      frameLength: record.frameLength, capturedLength: record.bytes.count,
      interface: record.interface, packet: decoded)
    captured.file = record.file
    if !record.comments.isEmpty { captured.comments = record.comments }
    latest = max(latest, time)
    waiting += 1
    let rows = explained(timelines.append(.packet(captured), of: run))
    guard waiting >= ReplayAnalysis.mostWaiting, recording.isForeign else { return rows }
    return rows + explained(timelines.advance(to: time + (Timeline.lookahead + 1)))
  }

  /// The rows with the causes that the file gives.
  private mutating func explained(_ rows: [Row]) -> [Row] {
    let packets = rows.count { if case .packet = $0.content { true } else { false } }
    waiting -= packets
    if recording.isForeign {
      verification.noteMissing(packets)
      return rows
    }
    let shown = rows.map { explained($0) }
    for number in pending.removePassedOver(before: latest + -Timeline.lookahead) {
      waiting -= 1
      filter.forget(number)
    }
    return shown
  }

  private mutating func explained(_ row: Row) -> Row {
    guard case .packet(var packet) = row.content else { return row }
    let given = pending.take(packet.packet.number)
    let cause = given.flatMap { recording.resolved($0) }
    verification.note(packet.packet.number, stored: cause, fresh: packet.cause)
    guard let cause, cause != packet.cause else { return row }
    differences.note(cause, inPlaceOf: packet.cause)
    packet.cause = cause
    var row = row
    row.content = .packet(packet)
    return row
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
    for (kind, count) in kinds where count != 0 { totals.causes[kind, default: 0] += count }
    totals.unexplained += unexplained
    totals.outsideTrace += outsideTrace
  }
}
