import CaptureFile

/// Gives the packets of a file their times in its order (`StampClock`): one whose stamp raises doubts
/// waits for the next.
struct ItemOrder {
  private var clock = StampClock()
  /// At most two: one in doubt, and what follows it.
  private var waiting: [CaptureItem] = []

  /// Takes what comes next in the file.
  mutating func put(_ item: CaptureItem) { waiting.append(item) }

  /// Whether something waits.
  var isEmpty: Bool { waiting.isEmpty }

  /// The next packet or entry whose time is known; nil where what follows has to be looked at first,
  /// or nothing waits.
  ///
  /// - Parameter isLast: nothing follows, or it is not waited for.
  mutating func take(isLast: Bool = false) -> CaptureItem? {
    guard let first = waiting.first else { return nil }
    guard case .packet(var record) = first else { return waiting.removeFirst() }
    guard record.hasTime else {
      waiting.removeFirst()
      record.order = clock.latest
      return .packet(record)
    }
    if waiting.count < 2, !isLast, clock.doubts(record.time) { return nil }
    waiting.removeFirst()
    var next: Int64?
    if case .packet(let after)? = waiting.first, after.hasTime { next = after.time }
    record.order = clock.take(record.time, before: next)
    return .packet(record)
  }
}
