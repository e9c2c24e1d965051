/// The segments of one direction of a connection that wait to be read, in the order of their bytes.
///
/// A call finds what it read without a look at all that waits: bytes are read in their order, so the
/// segments of a call stand together.
struct UnreadSegments {
  /// A segment by its place in the queue of what is exported.
  struct Segment {
    var bytes: Range<Int>
    var place: Int
  }

  private var segments: [Segment] = []
  private var head = 0
  /// The most bytes that a segment has.
  private var longest = 0

  /// Adds a segment; most come in the order of their bytes.
  mutating func add(_ bytes: Range<Int>, at place: Int) {
    longest = max(longest, bytes.count)
    var index = segments.count
    while index > head, segments[index - 1].bytes.lowerBound > bytes.lowerBound { index -= 1 }
    segments.insert(Segment(bytes: bytes, place: place), at: index)
  }

  /// The segments that carry any of the bytes.
  func carriers(of bytes: Range<Int>) -> ArraySlice<Segment> {
    let first = partition { $0 <= bytes.lowerBound - longest }
    let end = max(first, partition { $0 < bytes.upperBound })
    return segments[first..<end]
  }

  /// Drops those at the front that wait no more.
  mutating func drop(while isOver: (Segment) -> Bool) {
    while head < segments.count, isOver(segments[head]) { head += 1 }
    guard head > 64, head * 2 > segments.count else { return }
    segments.removeFirst(head)
    head = 0
  }

  /// Whether none waits.
  var isEmpty: Bool { head == segments.count }

  /// The first place whose segment does not begin before something.
  private func partition(_ isBefore: (Int) -> Bool) -> Int {
    var low = head
    var high = segments.count
    while low < high {
      let middle = (low + high) / 2
      if isBefore(segments[middle].bytes.lowerBound) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
