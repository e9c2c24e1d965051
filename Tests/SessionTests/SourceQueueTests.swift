import Calls
import Glibc
import Testing

@testable import Session

@Suite struct SourceQueueTests {
  /// Each path gets an answer, though it be that nothing is known; then the thread ends.
  @Test func answersEachPath() {
    let queue = SourceQueue()
    queue.run()
    for number in 1...300 {
      queue.look(
        for: CallPath(
          number: number, process: 1, code: CodeMap(number: 1, text: []), counter: 0,
          registers: [], stackPointer: 0, stack: []))
    }
    queue.finish()
    var found: [Int: CallSource?] = [:]
    let end = ContinuousClock.now.advanced(by: .seconds(300))
    while found.count < 300, ContinuousClock.now < end {
      found.merge(queue.take()) { $1 }
      sched_yield()
    }
    #expect(found.count == 300)
    #expect(found.values.allSatisfy { $0 == nil })
  }
}
