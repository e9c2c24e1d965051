/// How a log's clock relates to a capture's: what is added to the log's times, found from what
/// packets say about calls.
struct JoinClock {
  /// Nanoseconds to add, at moments of the log's clock; between them the value is interpolated
  /// linearly.
  private(set) var pieces: [(time: Int64, offset: Int64)] = []
  /// Nanoseconds within which the offset is known, at its widest.
  private(set) var width: Int64 = 0
  /// Places where a packet and a call were compared.
  private(set) var places = 0
  /// Those that contradict the others.
  private(set) var contradictions = 0

  /// What one packet says: a lower or upper bound on the offset.
  struct Bound {
    /// The moment by the log's clock.
    var time: Int64
    var offset: Int64
    /// Whether it is an upper bound rather than a lower one.
    var isMost: Bool
  }

  /// Both records are rounded to microseconds.
  private static let rounding: Int64 = 2_000

  /// - Parameter overhead: nanoseconds that strace adds to a call's own time.
  init?(_ bounds: [Bound], overhead: Int64) {
    guard !bounds.isEmpty else { return nil }
    places = bounds.count
    let best = JoinClock.best(bounds)
    let sorted = JoinClock.trusted(bounds, best).sorted {
      ($0.time, $0.offset, $0.isMost ? 1 : 0) < ($1.time, $1.offset, $1.isMost ? 1 : 0)
    }
    contradictions = bounds.count - sorted.count
    var spans: [Span] = []
    for bound in sorted {
      if spans.last?.takes(bound) ?? false {
        spans[spans.count - 1].add(bound)
      } else {
        spans.append(Span(bound))
      }
    }
    if spans.count > max(2, sorted.count / 8) {
      // The clocks do not drift steadily: use the offset that most bounds agree with.
      pieces = [(sorted.first?.time ?? 0, best)]
      contradictions += sorted.count { !$0.allows(best, rounding: JoinClock.rounding) }
      width = overhead
      return
    }
    if spans.allSatisfy(\.allowsNone), let first = sorted.first {
      // Nothing contradicts it: both were written on one machine, by its clock.
      pieces = [(first.time, 0)]
      width = spans.compactMap(\.width).max() ?? overhead
      return
    }
    for span in spans {
      pieces.append(((span.start / 2 + span.end / 2), span.offset(overhead)))
      width = max(width, span.width ?? overhead)
    }
  }

  /// The offset at a moment of the log's clock.
  func offset(at time: Int64) -> Int64 {
    guard let first = pieces.first, let last = pieces.last else { return 0 }
    if pieces.count == 1 || time <= first.time { return first.offset }
    if time >= last.time { return last.offset }
    var range = 0..<pieces.count
    while range.count > 1 {
      let middle = range.lowerBound + range.count / 2
      range =
        pieces[middle].time <= time ? middle..<range.upperBound : range.lowerBound..<middle
    }
    let (one, other) = (pieces[range.lowerBound], pieces[range.lowerBound + 1])
    let share = Double(time - one.time) / Double(max(1, other.time - one.time))
    return one.offset + Int64(Double(other.offset - one.offset) * share)
  }

  /// A period in which one offset fits all bounds.
  private struct Span {
    var start: Int64
    var end: Int64
    var least: Int64?
    var most: Int64?

    init(_ bound: Bound) {
      start = bound.time
      end = bound.time
      add(bound)
    }

    func takes(_ bound: Bound) -> Bool {
      bound.isMost
        ? least.map { $0 <= bound.offset + JoinClock.rounding } ?? true
        : most.map { bound.offset <= $0 + JoinClock.rounding } ?? true
    }

    mutating func add(_ bound: Bound) {
      end = max(end, bound.time)
      if bound.isMost {
        most = min(most ?? bound.offset, bound.offset)
      } else {
        least = max(least ?? bound.offset, bound.offset)
      }
    }

    /// Whether the two clocks may be one.
    var allowsNone: Bool { least ?? 0 <= 0 && 0 <= most ?? 0 }

    var width: Int64? { most.flatMap { most in least.map { max(0, most - $0) } } }

    /// strace reports an entry before it reads the arguments, and the call begins after that: so
    /// the upper bound is a little too high.
    func offset(_ overhead: Int64) -> Int64 {
      guard let most else { return least ?? 0 }
      let likely = most - overhead / 2
      guard let least else { return likely }
      return min(max(likely, least), max(least, most))
    }
  }

  /// The offset that contradicts the fewest bounds.
  private static func best(_ bounds: [Bound]) -> Int64 {
    let sorted = bounds.sorted { ($0.offset, $0.isMost ? 1 : 0) < ($1.offset, $1.isMost ? 1 : 0) }
    var agreeing = sorted.count(where: \.isMost)
    var best = (count: agreeing - 1, offset: sorted.first?.offset ?? 0)
    for bound in sorted {
      if !bound.isMost { agreeing += 1 }
      if agreeing > best.count { best = (agreeing, bound.offset) }
      if bound.isMost { agreeing -= 1 }
    }
    return best.offset
  }

  /// The bounds without those that are far from what most say.
  private static func trusted(_ bounds: [Bound], _ best: Int64) -> [Bound] {
    let times = bounds.map(\.time)
    let span = (times.max() ?? 0) - (times.min() ?? 0)
    let far = max(1_000_000_000, span / 1_000)
    return bounds.filter { $0.allows(best, rounding: far) }
  }
}

extension JoinClock.Bound {
  fileprivate func allows(_ offset: Int64, rounding: Int64) -> Bool {
    isMost ? offset <= self.offset + rounding : self.offset <= offset + rounding
  }
}
