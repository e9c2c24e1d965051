public import CaptureFile
public import Timeline

/// Turns the packets and journal entries of a file back into what was recorded, in the order in
/// which it was recorded.
///
/// A file may have several recordings, as made by mergecap(1); calls, packets and processes are
/// then renumbered, so that those of different recordings are not confused.
public struct RecordingReader: Sendable {
  /// One of the recordings.
  private struct Run {
    /// What distinguishes it from the others.
    var name: String
    /// Whether its end entry has been read.
    var hasEnded = false
    /// Its format, from its first entry; nil before that.
    var format: Int?
  }

  /// The recordings, in the order of their first appearance.
  private var runs: [Run] = []
  private var order = RecordingOrder()
  private var more: [String: RecordingValues] = [:]
  private var numbers = RecordingNumbers()
  private var clocks = RecordingClocks()
  /// Whether an interface said which recording it belongs to.
  private var knowsInterfaces = false

  /// Journal entries that do not belong to a recording.
  public private(set) var foreignEntries = 0

  /// Makes a reader of one file.
  public init() {}

  /// Whether the file has had no recording so far.
  public var isForeign: Bool { runs.isEmpty }
  /// How many recordings the file has.
  public var recordings: Int { runs.count }
  /// Whether a recording has no end entry.
  public var isUnfinished: Bool { runs.contains { !$0.hasEnded } }
  /// Whether the times of packets and calls contradict each other, as when only packets were
  /// shifted.
  public var clocksDisagree: Bool { clocks.disagree }

  /// Takes a packet of a file that has had no recording so far, which needs no sorting.
  ///
  /// - Parameter description: the file's description of its interface.
  /// - Returns: its number; nil where it belongs to a recording, and `take` must be called.
  public mutating func takeForeign(_ record: CaptureRecord, interface description: String?) -> Int?
  {
    guard isForeign, !(description?.hasPrefix(RecordingStart.interfaceMark) ?? false) else {
      return nil
    }
    return numbers.packet(record.identifier, of: nil)
  }

  /// Takes a packet.
  ///
  /// - Parameters:
  ///   - time: when it was captured, never before the packet before it.
  ///   - description: the file's description of its interface.
  /// - Returns: what is known to come next.
  public mutating func take(
    _ record: CaptureRecord, at time: Instant, interface description: String?
  ) -> [RecordedItem] {
    let run = self.run(ofInterface: description)
    let number = numbers.packet(record.identifier, of: run)
    var packet = RecordedPacket(number: number, time: time, record: record)
    if let run {
      let comments = RecordingComments(record.comments, format: runs[run].format)
      packet.record.comments = comments.others
      packet.stored = comments.cause.map { StoredCause(cause: $0, run: run) }
    }
    clocks.note(packet: record, run)
    order.add(packet: number, at: time, RecordedItem(run: run, .packet(packet)))
    return order.release(before: time.nanoseconds)
  }

  /// Takes a journal entry.
  ///
  /// - Returns: what is known to come next.
  public mutating func take(_ entry: JournalEntry) -> [RecordedItem] {
    guard let format = RecordingFormat.of(entry), format <= RecordingFormat.current,
      let name = entry[RecordingField.kind],
      let run = self.run(ofCursor: entry[RecordingField.cursor])
    else {
      foreignEntries += 1
      return []
    }
    if runs[run].format == nil { runs[run].format = format }
    let key = "\(run) \(entry[RecordingField.sequence] ?? "")"
    let kind = RecordingKind(rawValue: name)
    if kind == .more {
      more[key, default: RecordingValues()].add(part: entry)
      return []
    }
    var values = more.removeValue(forKey: key) ?? RecordingValues()
    values.add(entry)
    let stamp = entry.stamp
    clocks.note(entry: stamp, run)
    add(kind, values, run, stamp)
    return order.release(before: stamp)
  }

  /// What is known to come next when nothing from before `now` will follow.
  public mutating func advance(to now: Instant) -> [RecordedItem] {
    order.release(before: now.nanoseconds)
  }

  /// What is left at the end of the file.
  public mutating func finish() -> [RecordedItem] { order.release(before: .max) }

  /// The cause in a packet's comment, with the numbers of this reading; nil where it names
  /// something that the file does not have.
  ///
  /// Call this when the packet's row is made: a cause may name a call that is recorded in the file
  /// a moment after the packet.
  public func resolved(_ stored: StoredCause) -> Cause? {
    numbers.resolved(stored.cause, of: stored.run)
  }

  // MARK: entries

  private mutating func add(
    _ kind: RecordingKind?, _ values: RecordingValues, _ run: Int, _ stamp: Int64
  ) {
    let time = Instant(values.number(RecordingField.time) ?? stamp)
    let place =
      values.number(RecordingField.packets, Int.self)
      .flatMap { numbers.known(packet: $0, of: run) } ?? 0
    let sequence = values.number(RecordingField.sequence, Int.self) ?? 0
    func put(_ content: RecordedItem.Content, at moment: Instant = time) {
      order.add(entry: sequence, after: place, at: moment, RecordedItem(run: run, content))
    }
    switch kind {
    case .start:
      put(.start(RecordingStart(values, run: runs[run].name)))
      return
    case .end:
      runs[run].hasEnded = true
      put(.end(RecordingEnd(values)))
      return
    case .cause:
      guard let own = values.number("SOCK_PACKET", Int.self),
        let number = numbers.known(packet: own, of: run),
        let cause = values.text("SOCK_CAUSE")
          .flatMap({ RecordingComments([$0], format: runs[run].format).cause })
      else { return }
      put(.cause(packet: number, StoredCause(cause: cause, run: run)))
      return
    case .owner:
      guard var owner = RecordedOwner(values, at: time) else { break }
      owner.process.id = numbers.process(owner.process.id, of: run)
      put(.owner(owner))
      return
    default: break
    }
    guard let kind, let events = values.events(kind) else {
      put(unknown(values, run, time))
      return
    }
    if let side = values.raw("SOCK_SIDE"), let pid = values.number(RecordingField.process) as Int32?
    {
      put(.hint(numbers.process(pid, of: run), side == "server" ? .server : .client))
    }
    for event in events { put(.event(numbers.renumbered(event, of: run)), at: event.time) }
  }

  /// An entry of a kind that is not known yet: its message to people, as a printed line.
  private mutating func unknown(
    _ values: RecordingValues, _ run: Int, _ time: Instant
  ) -> RecordedItem.Content {
    let process = numbers.process(values.number(RecordingField.process) ?? 0, of: run)
    return .event(
      .printed(
        PrintedLine(
          time: time, process: process, text: values.text(RecordingField.message) ?? "")))
  }

  // MARK: recordings

  /// `run=5f3a;call=4;ev=enter`
  private mutating func run(ofCursor cursor: String?) -> Int? {
    guard let cursor, cursor.hasPrefix("run=") else { return nil }
    return run(String(cursor.dropFirst(4).prefix { $0 != ";" }))
  }

  private mutating func run(_ name: String) -> Int {
    if let known = runs.firstIndex(where: { $0.name == name }) { return known }
    runs.append(Run(name: name))
    return runs.count - 1
  }

  /// The recording that the packets of an interface belong to. Where no interface says that, it is
  /// the only recording.
  private mutating func run(ofInterface description: String?) -> Int? {
    if let description, description.hasPrefix(RecordingStart.interfaceMark) {
      knowsInterfaces = true
      return run(String(description.dropFirst(RecordingStart.interfaceMark.count)))
    }
    return runs.count == 1 && !knowsInterfaces ? 0 : nil
  }
}

/// Something that was recorded, and the recording it belongs to.
public struct RecordedItem: Hashable, Sendable {
  /// The recording, counted from 0; nil for packets that belong to none.
  public var run: Int?
  /// What it is.
  public var content: Content

  init(run: Int?, _ content: Content) {
    self.run = run
    self.content = content
  }

  /// What a file contains.
  public enum Content: Hashable, Sendable {
    /// A recording begins.
    case start(RecordingStart)
    /// A process, whose start comes next, is drawn in this lane.
    case hint(Int32, Side)
    /// A packet.
    case packet(RecordedPacket)
    /// Something a recorder saw.
    case event(Event)
    /// The cause of a packet became known late.
    case cause(packet: Int, StoredCause)
    /// A process held the socket at an end of a connection whose first row comes next.
    case owner(RecordedOwner)
    /// A recording ends.
    case end(RecordingEnd)
  }
}

/// A packet of a file.
public struct RecordedPacket: Hashable, Sendable {
  /// Its number, from 1.
  public var number: Int
  /// When it was captured.
  public var time: Instant
  /// The packet as the file stores it, with the comments that are not the recording's own.
  public var record: CaptureRecord
  /// The cause from its comment.
  public var stored: StoredCause?
}

/// A cause as a file gives it.
public struct StoredCause: Hashable, Sendable {
  /// The cause, with the numbers of its recording.
  public var cause: Cause
  /// The recording, counted from 0.
  public var run: Int
}
