/// The bytes of a stream of which it is not certain which call wrote them.
struct StreamDoubts {
  /// Ranges between two moments at which the kernel's count was known, in order.
  private var ranges = Deque<Range<Int>>()
  /// From which byte on the count may be wrong, until the kernel is asked.
  private(set) var openEnd: Int?

  /// From a byte on, the count may be wrong.
  mutating func begin(at byte: Int) { openEnd = min(openEnd ?? byte, byte) }

  /// The kernel's count has shown that nothing was wrong since the last doubt began.
  mutating func dismiss() { openEnd = nil }

  /// The kernel's count has shown which bytes may be another sender's; after them it is certain.
  mutating func settle(_ bytes: Range<Int>) {
    openEnd = nil
    guard !bytes.isEmpty else { return }
    if let last = ranges.last, bytes.lowerBound <= last.upperBound {
      let low = min(last.lowerBound, bytes.lowerBound)
      ranges[ranges.count - 1] = low..<max(last.upperBound, bytes.upperBound)
    } else {
      ranges.append(bytes)
    }
  }

  /// Forgets ranges that are acknowledged and need no cause any more.
  mutating func forget(upTo byte: Int) {
    while ranges.count > 64, let first = ranges.first, first.upperBound <= byte {
      ranges.removeFirst()
    }
  }

  /// Whether any of these bytes may be another sender's, as the kernel's count has shown.
  func areUnseen(_ bytes: Range<Int>) -> Bool {
    let index = ranges.partition { $0.upperBound <= bytes.lowerBound }
    return index < ranges.count && ranges[index].overlaps(bytes)
  }

  /// Whether it is not certain which call wrote these bytes.
  func touch(_ bytes: Range<Int>) -> Bool {
    openEnd.map { bytes.upperBound > $0 } ?? false || areUnseen(bytes)
  }
}
