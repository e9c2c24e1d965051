/// Which positions of a stream packets have carried: all from `floor` to `top`, but for the holes.
///
/// What lies below the first position that was seen, in a capture that begins in mid-stream, was not
/// seen either: it may still come, and is new then.
struct SeenNumbers: Hashable, Sendable {
  /// The lowest position that was seen.
  private(set) var floor = 0
  /// The position after the highest that was seen.
  private(set) var top = 0
  /// What lies between and was not seen, in order.
  private(set) var holes: [Range<Int>] = []

  /// Holes that are remembered at most for a stream; then the lowest counts as filled.
  static let mostHoles = 4096

  /// Nothing was seen; the stream goes on at `position`.
  init(at position: Int = 0) {
    floor = position
    top = position
  }

  /// Takes positions that a packet carries, and returns how many of them are new.
  mutating func take(_ positions: Range<Int>) -> Int {
    guard !positions.isEmpty else { return 0 }
    var new = 0
    if positions.lowerBound >= top {
      if floor == top, holes.isEmpty {
        floor = positions.lowerBound
      } else if positions.lowerBound > top {
        holes.append(top..<positions.lowerBound)
      }
      top = positions.upperBound
      new = positions.count
    } else {
      if positions.upperBound > top {
        new = positions.upperBound - top
        top = positions.upperBound
      }
      new += takeBelow(positions)
      if !holes.isEmpty { new += fill(positions) }
    }
    if holes.count > SeenNumbers.mostHoles { holes.removeFirst() }
    return new
  }

  /// How many of these positions no packet has carried.
  func unseen(_ positions: Range<Int>) -> Int {
    guard !positions.isEmpty else { return 0 }
    var count = max(0, positions.upperBound - max(top, positions.lowerBound))
    count += max(0, min(floor, positions.upperBound) - positions.lowerBound)
    if holes.isEmpty || floor == top { return min(count, positions.count) }
    var index = firstHole(above: positions.lowerBound)
    while index < holes.count, holes[index].lowerBound < positions.upperBound {
      count += holes[index].clamped(to: positions).count
      index += 1
    }
    return min(count, positions.count)
  }

  /// The parts of these positions that no packet has carried, in order.
  func unseenParts(_ positions: Range<Int>) -> [Range<Int>] {
    guard !positions.isEmpty else { return [] }
    if positions.lowerBound >= top { return [positions] }
    var parts: [Range<Int>] = []
    func add(_ range: Range<Int>) {
      let part = range.clamped(to: positions)
      if !part.isEmpty { parts.append(part) }
    }
    add(min(positions.lowerBound, floor)..<floor)
    for index in firstHole(above: positions.lowerBound)..<holes.count {
      guard holes[index].lowerBound < positions.upperBound else { break }
      add(holes[index])
    }
    add(top..<max(top, positions.upperBound))
    return parts
  }

  /// Whether a packet has carried one of these positions.
  func touch(_ positions: Range<Int>) -> Bool { unseen(positions) < positions.count }

  /// What lies below the floor.
  private mutating func takeBelow(_ positions: Range<Int>) -> Int {
    guard positions.lowerBound < floor else { return 0 }
    let end = min(positions.upperBound, floor)
    if end < floor { holes.insert(end..<floor, at: 0) }
    floor = positions.lowerBound
    return end - positions.lowerBound
  }

  private mutating func fill(_ positions: Range<Int>) -> Int {
    let first = firstHole(above: positions.lowerBound)
    var index = first
    var new = 0
    var rest: [Range<Int>] = []
    while index < holes.count, holes[index].lowerBound < positions.upperBound {
      let hole = holes[index]
      new += hole.clamped(to: positions).count
      if hole.lowerBound < positions.lowerBound {
        rest.append(hole.lowerBound..<positions.lowerBound)
      }
      if hole.upperBound > positions.upperBound {
        rest.append(positions.upperBound..<hole.upperBound)
      }
      index += 1
    }
    if index > first { holes.replaceSubrange(first..<index, with: rest) }
    return new
  }

  /// The index of the first hole that ends after a position.
  private func firstHole(above position: Int) -> Int {
    var low = 0
    var high = holes.count
    while low < high {
      let middle = (low + high) / 2
      if holes[middle].upperBound <= position { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
