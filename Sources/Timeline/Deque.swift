/// A queue that gives away its front without moving the rest, and can be searched.
struct Deque<Element> {
  private var items: [Element] = []
  private var head = 0

  var count: Int { items.count - head }
  var isEmpty: Bool { head == items.count }
  var indices: Range<Int> { 0..<count }
  var first: Element? { isEmpty ? nil : items[head] }
  var last: Element? { isEmpty ? nil : items[items.count - 1] }

  /// The element `index` places behind the front.
  subscript(index: Int) -> Element {
    get { items[head + index] }
    set { items[head + index] = newValue }
  }

  mutating func append(_ element: Element) { items.append(element) }

  mutating func insert(_ element: Element, at index: Int) {
    items.insert(element, at: head + index)
  }

  mutating func remove(at index: Int) {
    if index == 0 { removeFirst() } else { items.remove(at: head + index) }
  }

  /// Takes the front away.
  mutating func removeFirst() { removeFirst(1) }

  /// Takes `count` elements away from the front.
  mutating func removeFirst(_ count: Int) {
    head += count
    if head > 32, head * 2 > items.count {
      items.removeFirst(head)
      head = 0
    }
    if isEmpty {
      items.removeAll(keepingCapacity: items.capacity < 64)
      head = 0
    }
  }

  /// Takes away what is too old from the front; a few stay in any case.
  mutating func forget(_ isOld: (Element) -> Bool) {
    let few = 16
    while count > few, let first, isOld(first) { removeFirst() }
  }

  /// The first index whose element does not satisfy `isBefore`, which must hold for a first part
  /// of the queue and for nothing after it.
  func partition(_ isBefore: (Element) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if isBefore(self[middle]) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
