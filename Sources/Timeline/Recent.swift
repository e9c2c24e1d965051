/// Facts that rows may still need, by what they are of; they are forgotten by time.
struct Recent<Key: Hashable, Value> {
  private var values: [Key: Value] = [:]
  private var order = Deque<(key: Key, time: Instant)>()

  /// The newest fact of a key.
  subscript(key: Key) -> Value? { values[key] }

  /// Adds a fact of a moment, and forgets those that are older than `linger` by then.
  mutating func note(_ key: Key, _ value: Value, at time: Instant) {
    while let first = order.first, first.time < time + -Timeline.linger {
      order.removeFirst()
      values[first.key] = nil
    }
    if values.updateValue(value, forKey: key) == nil { order.append((key, time)) }
  }
}
