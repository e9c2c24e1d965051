import Testing

@testable import Timeline

@Suite struct StreamDoubtsTests {
  @Test func anOpenDoubtReachesToTheEndUntilItIsDismissed() {
    var doubts = StreamDoubts()
    #expect(!doubts.touch(0..<1000))
    doubts.begin(at: 100)
    doubts.begin(at: 200)
    #expect(!doubts.touch(0..<100))
    #expect(doubts.touch(99..<101))
    #expect(doubts.touch(5000..<5001))
    #expect(!doubts.areUnseen(100..<200))
    doubts.dismiss()
    #expect(!doubts.touch(0..<1000))
  }

  @Test func aSettledDoubtHasTwoEnds() {
    var doubts = StreamDoubts()
    doubts.begin(at: 100)
    doubts.settle(100..<150)
    #expect(doubts.openEnd == nil)
    #expect(doubts.areUnseen(149..<151))
    #expect(!doubts.touch(150..<200))
    #expect(!doubts.touch(0..<100))
    doubts.settle(300..<300)
    #expect(!doubts.touch(290..<310))
  }

  @Test func noneIsForgottenUntilItIsAcknowledged() {
    var doubts = StreamDoubts()
    for index in 0..<1000 { doubts.settle((index * 10)..<(index * 10 + 1)) }
    let unseen = (0..<1000).filter { doubts.areUnseen(($0 * 10)..<($0 * 10 + 1)) }
    let certain = (0..<1000).filter { !doubts.areUnseen(($0 * 10 + 1)..<($0 * 10 + 10)) }
    #expect(unseen.count == 1000)
    #expect(certain.count == 1000)
    doubts.forget(upTo: 5_000)
    let left = (500..<1000).allSatisfy { doubts.areUnseen(($0 * 10)..<($0 * 10 + 1)) }
    let old = doubts.areUnseen(0..<4_990)
    #expect(left)
    #expect(!old)
  }
}
