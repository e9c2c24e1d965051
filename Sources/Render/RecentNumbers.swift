/// The last numbers that were noted, of packets or of calls, as many as a row may still name.
struct RecentNumbers: Sendable {
  private var numbers: Set<Int> = []
  private var order: [Int] = []
  private let limit: Int
  /// The highest number that was forgotten.
  private(set) var forgotten: Int

  /// - Parameters:
  ///   - limit: how many are remembered at most.
  ///   - forgotten: the highest number that counts as forgotten from the start.
  init(limit: Int = 8192, forgotten: Int = 0) {
    self.limit = limit
    self.forgotten = forgotten
  }

  /// How many are remembered.
  var count: Int { numbers.count }

  /// Whether a number was noted, and is still remembered.
  func contains(_ number: Int) -> Bool { numbers.contains(number) }

  /// Notes a number.
  mutating func insert(_ number: Int) {
    guard numbers.insert(number).inserted else { return }
    order.append(number)
    guard order.count > limit else { return }
    let old = order.prefix(limit / 2)
    forgotten = max(forgotten, old.max() ?? 0)
    numbers.subtract(old)
    order.removeFirst(limit / 2)
  }
}
