/// The descriptors that an epoll instance watches (epoll(7)).
struct EpollSet {
  private var descriptors: [UInt64: Int32] = [:]
  private var data: [Int32: UInt64] = [:]
  /// The descriptors in order, so that a wait need not sort thousands of them.
  private var ordered: [Int32] = []

  /// The first descriptors, in order; an instance may watch thousands.
  var watched: ArraySlice<Int32> { ordered.prefix(64) }

  /// The descriptor that the instance returns `data` for.
  func descriptor(_ data: UInt64) -> Int32? { descriptors[data] }

  /// Watches a descriptor, from now on under `data`.
  mutating func add(_ descriptor: Int32, _ data: UInt64) {
    remove(descriptor)
    descriptors[data] = descriptor
    self.data[descriptor] = data
    ordered.insert(descriptor, at: place(of: descriptor))
  }

  /// Stops watching a descriptor.
  mutating func remove(_ descriptor: Int32) {
    guard let old = data.removeValue(forKey: descriptor) else { return }
    if descriptors[old] == descriptor { descriptors[old] = nil }
    ordered.remove(at: place(of: descriptor))
  }

  /// The index of a descriptor in the order, present or not.
  private func place(of descriptor: Int32) -> Int {
    var range = 0..<ordered.count
    while !range.isEmpty {
      let middle = range.lowerBound + range.count / 2
      if ordered[middle] < descriptor {
        range = middle + 1..<range.upperBound
      } else {
        range = range.lowerBound..<middle
      }
    }
    return range.lowerBound
  }
}
