import Calls
import CaptureFile
import Timeline

/// Sorts the items of a file from the order of their written stamps, which are microseconds for
/// journal entries, into the order in which they were recorded.
struct RecordingOrder: Sendable {
  private struct Place: Comparable, Sendable {
    var time: Int64
    /// The packet that it is, or, among equal times, that it follows.
    var packet: Int
    /// 0 for packets, from 1 for entries.
    var sequence: Int
    var arrival: Int

    static func < (one: Place, other: Place) -> Bool {
      (one.time, one.packet, one.sequence, one.arrival)
        < (other.time, other.packet, other.sequence, other.arrival)
    }
  }

  private var waiting: [(place: Place, item: RecordedItem)] = []
  private var arrivals = 0
  private var highestPacket = 0
  private var released = Int64.min

  /// The latest time, so that sums do not overflow.
  private static let latest = Int64.max / 2

  /// Adds a packet.
  mutating func add(packet number: Int, at time: Instant, _ item: RecordedItem) {
    highestPacket = max(highestPacket, number)
    add(time, highestPacket, 0, item)
  }

  /// Adds an item from an entry.
  ///
  /// - Parameters:
  ///   - packet: the number of the last packet before it.
  ///   - sequence: the number of the entry.
  mutating func add(
    entry sequence: Int, after packet: Int, at time: Instant, _ item: RecordedItem
  ) {
    add(time, packet, max(1, sequence), item)
  }

  private mutating func add(
    _ time: Instant, _ packet: Int, _ sequence: Int, _ item: RecordedItem
  ) {
    arrivals += 1
    let moment = min(max(time.nanoseconds, released, 0), RecordingOrder.latest)
    let place = Place(time: moment, packet: packet, sequence: sequence, arrival: arrivals)
    var index = waiting.count
    while index > 0, place < waiting[index - 1].place { index -= 1 }
    waiting.insert((place, item), at: index)
  }

  /// Takes the items that nothing can precede any more, when everything that follows in the file is
  /// stamped `stamp` or later. The return of a call is stamped up to a microsecond late.
  mutating func release(before stamp: Int64) -> [RecordedItem] {
    let limit = stamp == .max ? stamp : stamp.subtractingReportingOverflow(1_000).partialValue
    let count = waiting.prefix { $0.place.time <= limit }.count
    guard count > 0 else { return [] }
    defer { waiting.removeFirst(count) }
    released = max(released, waiting[count - 1].place.time)
    return waiting.prefix(count).map { $0.item.moved(to: Instant($0.place.time)) }
  }
}

extension RecordedItem {
  /// The item with its time moved, so that it is not before the previous items.
  fileprivate func moved(to time: Instant) -> RecordedItem {
    var item = self
    switch content {
    case .packet(var packet):
      packet.time = time
      item.content = .packet(packet)
    case .event(.call(var event)):
      event.time = time.nanoseconds
      item.content = .event(.call(event))
    case .event(.printed(var line)):
      line.time = time
      item.content = .event(.printed(line))
    default: break
    }
    return item
  }
}

/// Finds out whether the times of a recording's packets and entries contradict each other.
struct RecordingClocks: Sendable {
  /// The latest stamps of each recording, of packets and of entries.
  private var latest: [Int: (packet: Int64, entry: Int64)] = [:]
  private(set) var disagree = false

  /// Nanoseconds by which a stamp may precede one earlier in the file.
  private static let slack: Int64 = 2_000

  mutating func note(packet record: CaptureRecord, _ run: Int?) {
    guard let run, record.hasTime else { return }
    var seen = latest[run] ?? (.min, .min)
    if seen.entry != .min, record.time < seen.entry - RecordingClocks.slack { disagree = true }
    seen.packet = max(seen.packet, record.time)
    latest[run] = seen
  }

  mutating func note(entry stamp: Int64, _ run: Int) {
    var seen = latest[run] ?? (.min, .min)
    if seen.packet != .min, stamp < seen.packet - RecordingClocks.slack { disagree = true }
    seen.entry = max(seen.entry, stamp)
    latest[run] = seen
  }
}
