/// Numbers the items of several recordings, so that no number is used twice.
///
/// As long as there is one recording, its own numbers are kept.
public struct Numbering: Sendable {
  private struct Key: Hashable, Sendable {
    var run: Int
    var number: Int
  }

  private var highest = 0
  /// The last numbers given, so that none is reused.
  private var recent: Set<Int> = []
  /// The only recording so far; nil once there have been two.
  private var only: Int??
  private var isOwn = true
  private var given: [Key: Int] = [:]
  private var order: [Key] = []

  private static let memory = 131_072
  /// A number from the file that is greater than this is not used.
  private static let greatest = 1 << 48

  /// Makes a numbering in which no number is taken.
  public init() {}

  /// The number of the next item, which its recording numbers `own`.
  public mutating func number(_ own: Int?, of run: Int?) -> Int {
    if only == nil { only = .some(run) }
    if only != .some(run) { isOwn = false }
    guard own != nil || run != nil else {
      highest += 1
      return highest
    }
    var number = highest + 1
    if isOwn, let own, 1...Numbering.greatest ~= own, isFree(own) {
      number = own
    }
    if number > highest {
      for old in max(0, highest - 1_024)..<max(0, min(number - 1_024, highest + 1)) {
        recent.remove(old)
      }
      highest = number
    }
    recent.insert(number)
    if let run { remember(Key(run: run, number: own ?? number), number) }
    return number
  }

  /// Whether a number is free: a later one, or one that was skipped.
  private func isFree(_ number: Int) -> Bool {
    number > highest || (number > highest - 1_024 && !recent.isEmpty && !recent.contains(number))
  }

  private mutating func remember(_ key: Key, _ number: Int) {
    given[key] = number
    order.append(key)
    guard order.count > Numbering.memory else { return }
    let half = Numbering.memory / 2
    for old in order.prefix(half) { given[old] = nil }
    order.removeFirst(half)
  }

  /// The number of an item seen before; nil if unknown.
  public func known(_ own: Int, of run: Int) -> Int? {
    if let number = given[Key(run: run, number: own)] { return number }
    return isOwn ? own : nil
  }
}
