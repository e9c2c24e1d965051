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

  @Test func theOldestBecomeOne() {
    var doubts = StreamDoubts()
    for index in 0..<1000 { doubts.settle((index * 10)..<(index * 10 + 1)) }
    #expect(doubts.areUnseen(9990..<9991))
    #expect(!doubts.touch(9985..<9990))
    // What is forgotten of the oldest errs on the side of doubt.
    for index in 0..<1000 { #expect(doubts.areUnseen((index * 10)..<(index * 10 + 1))) }
    #expect(doubts.touch(5..<8))
  }
}
