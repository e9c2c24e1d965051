import CaptureFile

/// Gives the packets of a file their times in its order (`StampClock`): one whose stamp raises doubts
/// waits for the next.
struct ItemOrder {
  private var clock = StampClock()
  /// What comes next, perhaps in doubt, and what follows that.
  private var first: CaptureItem?
  private var second: CaptureItem?

  /// Takes what comes next in the file; at most two wait.
  mutating func put(_ item: consuming CaptureItem) {
    if first == nil { first = consume item } else { second = consume item }
  }

  /// Takes what comes next in the file and gives it back where its time is known and nothing waits
  /// before it; most often it is so.
  mutating func pass(_ item: consuming CaptureItem) -> CaptureItem? {
    if first == nil, case .packet(var record) = item, record.hasTime, !clock.doubts(record.time) {
      record.order = clock.take(record.time, before: nil)
      return .packet(record)
    }
    put(consume item)
    return nil
  }

  /// Whether something waits.
  var isEmpty: Bool { first == nil }

  /// The next packet or entry whose time is known; nil where what follows has to be looked at first,
  /// or nothing waits.
  ///
  /// - Parameter isLast: nothing follows, or it is not waited for.
  mutating func take(isLast: Bool = false) -> CaptureItem? {
    switch first.take() {
    case nil: return nil
    case .journal(let entry)?:
      first = second.take()
      return .journal(entry)
    case .packet(var record)?:
      if record.hasTime, second == nil, !isLast, clock.doubts(record.time) {
        first = .packet(record)
        return nil
      }
      first = second.take()
      record.order = record.hasTime ? clock.take(record.time, before: nextTime) : clock.latest
      return .packet(record)
    }
  }

  /// The stamp of the packet that is first now.
  private var nextTime: Int64? {
    if case .packet(let record)? = first, record.hasTime { record.time } else { nil }
  }
}
