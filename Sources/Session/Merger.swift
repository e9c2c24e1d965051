import Timeline

/// Brings events of several sources, each in the order of time, into one order.
///
/// What is older than a moment can be taken when every source has told all that is older.
struct Merger {
  private var waiting: [Event] = []
  private var sorted = true

  /// Adds events.
  mutating func add(_ events: [Event]) {
    guard !events.isEmpty else { return }
    sorted = false
    waiting += events
  }

  /// How many events wait.
  var count: Int { waiting.count }

  /// Whether nothing waits.
  var isEmpty: Bool { waiting.isEmpty }

  /// When the earliest event happened that waits, after a `take`.
  var earliest: Instant? { waiting.first?.time }

  /// Takes what happened before `moment`, in the order of time; what came first stays first where
  /// times are equal.
  ///
  /// - Parameter most: events that are taken at most, the earliest.
  mutating func take(before moment: Instant, atMost most: Int = Int.max) -> [Event] {
    guard !waiting.isEmpty else { return [] }
    if !sorted {
      // Stable by the place as the second key.
      let order = waiting.indices.sorted {
        (waiting[$0].time, $0) < (waiting[$1].time, $1)
      }
      waiting = order.map { waiting[$0] }
      sorted = true
    }
    let count = waiting.prefix(most).prefix { $0.time < moment }.count
    defer { waiting.removeFirst(count) }
    return Array(waiting[..<count])
  }
}
