/// Gives the things of several recordings numbers, each once.
///
/// As long as there is one recording, its own numbers are kept.
public struct Numbering: Sendable {
  private struct Key: Hashable, Sendable {
    var run: Int
    var number: Int
  }

  private var highest = 0
  /// The last numbers given, so that none is given twice.
  private var recent: Set<Int> = []
  /// The only recording so far; nil from the moment on at which there were two.
  private var only: Int??
  private var isOwn = true
  private var given: [Key: Int] = [:]
  private var order: [Key] = []

  private static let memory = 131_072
  /// A number that the file gives and that is greater is not taken.
  private static let greatest = 1 << 48

  /// Makes numbers of which none was given.
  public init() {}

  /// The number of the next thing, which its recording numbers `own`.
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

  /// Whether a number was not given: a later one, or one that others were told apart from.
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

  /// The number of something that was met; nil where it is not known.
  public func known(_ own: Int, of run: Int) -> Int? {
    if let number = given[Key(run: run, number: own)] { return number }
    return isOwn ? own : nil
  }
}
