import Testing

@testable import Timeline

@Suite struct DequeTests {
  @Test func itBehavesAsAnArray() {
    for seed in UInt64(1)...20 {
      var random = Random(state: seed)
      var deque = Deque<Int>()
      var array: [Int] = []
      for step in 0..<2000 {
        switch Int.random(in: 0..<8, using: &random) {
        case 0, 1, 2, 3:
          deque.append(step)
          array.append(step)
        case 4 where !array.isEmpty:
          let count = Int.random(in: 1...min(array.count, 5), using: &random)
          deque.removeFirst(count)
          array.removeFirst(count)
        case 5 where !array.isEmpty:
          let index = Int.random(in: 0..<array.count, using: &random)
          deque.remove(at: index)
          array.remove(at: index)
        case 6:
          let index = Int.random(in: 0...array.count, using: &random)
          deque.insert(step, at: index)
          array.insert(step, at: index)
        default: break
        }
        #expect(deque.count == array.count)
        #expect(deque.first == array.first)
        #expect(deque.last == array.last)
      }
      #expect(deque.indices.map { deque[$0] } == array, "seed \(seed)")
    }
  }

  @Test func partitionFindsTheBorder() {
    var deque = Deque<Int>()
    for number in 0..<100 { deque.append(number) }
    deque.removeFirst(40)
    for border in 30...110 {
      #expect(deque.partition { $0 < border } == max(0, min(60, border - 40)))
    }
  }
}
