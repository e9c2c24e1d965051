import Calls
import Timeline

/// What waits to be written, in the order of its future stamps.
///
/// A journal entry's stamp is in whole microseconds: rounded down at an entry, up at a return. So
/// the order differs from that of the events by less than a microsecond.
struct RecordingQueue: Sendable {
  enum Content: Sendable {
    case packet(CapturedPacket, [UInt8])
    case call(CallEvent)
    case printed(PrintedLine)
    case owner(RecordedOwner)
  }

  struct Item: Sendable {
    /// Nanoseconds since the epoch.
    var stamp: Int64
    var content: Content
    var sequence = 0
    var packets = 0
    /// The process, with its name at that time.
    var process: ProcessName?

    init(stamp: Int64, _ content: Content) {
      self.stamp = stamp
      self.content = content
    }
  }

  private var items: [Item] = []
  private var start = 0
  /// The latest stamp so far.
  private(set) var lastStamp: Int64 = 0

  /// Inserts an item after all that have no later stamp; the search starts at the end.
  mutating func insert(_ item: Item) {
    var index = items.count
    while index > start, items[index - 1].stamp > item.stamp { index -= 1 }
    items.insert(item, at: index)
    lastStamp = max(lastStamp, item.stamp)
  }

  var first: Item? { start < items.count ? items[start] : nil }

  mutating func removeFirst() {
    start += 1
    guard start * 2 >= items.count else { return }
    items.removeFirst(start)
    start = 0
  }

  /// Takes out the return of a call whose entry was just taken out, if nothing is to be written in
  /// between.
  ///
  /// - Returns: when it returned, and what it returned.
  mutating func takeReturn(
    of id: Int, from entry: CallEvent
  ) -> (time: Int64, CallEvent.What)? {
    guard case .call(let event)? = first?.content, case .returned(id, _, _, _, _) = event.what,
      event.thread == entry.thread, event.process == entry.process, event.time >= entry.time
    else { return nil }
    removeFirst()
    return (event.time, event.what)
  }
}
