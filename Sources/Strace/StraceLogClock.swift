import Calls

/// The times of a log's lines, converted to nanoseconds that never go back.
struct StraceLogClock {
  /// What the times of the log are counted from, as its first line shows.
  private(set) var kind: StraceLine.Time.Kind?
  /// The fewest digits after the decimal point.
  private(set) var digits = 9
  /// Lines without a time.
  private(set) var timeless = 0
  private var latest: Int64 = 0
  private var day: Int64 = 0
  private var before: Int64 = 0

  /// The latest time: no real log's days and relative times add up to more.
  private static let end = StraceLine.latestSecond * 1_000_000_000

  private static let dayLength: Int64 = 86_400_000_000_000

  /// The time of a line; nil where it has none, or one of a different kind from those before.
  mutating func take(_ time: StraceLine.Time?) -> Int64? {
    guard let time, kind == nil || kind == time.kind else {
      timeless += 1
      return nil
    }
    kind = time.kind
    digits = min(digits, time.digits)
    var moment = time.nanoseconds
    switch time.kind {
    case .epoch: break
    case .line: moment = latest + min(moment, StraceLogClock.dayLength)
    case .midnight:
      if moment < before - StraceLogClock.dayLength / 2 {
        day = min(day + StraceLogClock.dayLength, StraceLogClock.end)
      }
      before = moment
      moment += day
    }
    latest = min(max(latest, moment), StraceLogClock.end)
    return latest
  }
}

/// Which thread each line of a log belongs to: one that names no thread is the only remaining
/// thread's.
struct StraceLogThreads {
  /// Stands for the thread of the first lines until its number is known.
  static let placeholder: Int32 = 0

  /// The thread that the file's name gives.
  private let file: Int32?
  /// Threads that have had lines and have not ended.
  private var living: Set<Int32> = []
  private var attached: Set<Int32> = []
  private var known: Int32?
  private var wasUnnamed = false
  private var isNamed = false

  init(file: Int32?) { self.file = file }

  var areNamed: Bool { isNamed || file != nil }

  /// The thread of a line that names this one, or none.
  mutating func thread(_ named: Int32?) -> Int32 {
    if let named {
      isNamed = true
      if wasUnnamed, known == nil, !attached.contains(named) { known = named }
      living.insert(named)
      return named
    }
    if let file, !isNamed { return file }
    if living.count == 1, let only = living.first { return only }
    wasUnnamed = true
    return known ?? StraceLogThreads.placeholder
  }

  /// strace reports that it follows a new thread.
  mutating func attach(_ thread: Int32) { attached.insert(thread) }

  /// A thread is gone.
  mutating func end(_ thread: Int32) { living.remove(thread) }

  /// The number of the thread of the first lines, where they named none; 1 where it is never given.
  var placeholderNumber: Int32? { wasUnnamed ? known ?? 1 : nil }
}
