import Calls
import Testing

@testable import Timeline

@Suite struct ActsTests {
  private func act(_ number: Int, at time: Int64) -> SocketAct {
    SocketAct(call: CallID(number), system: .read, entered: Instant(time))
  }

  /// Whole calls, one after the other, each of 6 nanoseconds, 10 apart.
  private func many(_ count: Int, forgettingBefore frontier: Int64 = 0) -> Acts {
    var acts = Acts()
    for number in 1...count {
      let time = Int64(number) * 10
      acts.begin(act(number, at: time), keepingFrom: Instant(frontier))
      acts.end(CallID(number), at: Instant(time + 6))
    }
    return acts
  }

  @Test func noneIsForgottenThatARowMayNeed() {
    let acts = many(10_000)
    #expect(acts.count == 10_000)
    for number in [1, 2, 63, 64, 65, 5_000, 9_999, 10_000] {
      #expect(acts.running(at: Instant(Int64(number) * 10 + 3))?.call == CallID(number))
    }
    #expect(acts.running(at: Instant(108)) == nil)
    #expect(acts.last(by: Instant(108))?.call == CallID(10))
  }

  @Test func whatIsOverForLongIsForgotten() {
    var acts = Acts()
    // One that runs all the while stands in front.
    acts.begin(act(0, at: 1), keepingFrom: Instant(0))
    for number in 1...10_000 {
      let time = Int64(number) * 10
      acts.begin(act(number, at: time), keepingFrom: Instant(time - 1_000))
      acts.end(CallID(number), at: Instant(time + 6))
    }
    #expect(acts.count < 400)
    #expect(acts.running(at: Instant(99_998))?.call == CallID(0))
    #expect(acts.running(at: Instant(99_993))?.call == CallID(9_999))
  }

  @Test func aLongCallIsFoundBehindShortOnes() {
    var acts = Acts()
    acts.begin(act(1, at: 100), keepingFrom: Instant(0))
    for number in 2...500 {
      let time = 100 + Int64(number) * 10
      acts.begin(act(number, at: time), keepingFrom: Instant(0))
      acts.end(CallID(number), at: Instant(time + 4))
    }
    #expect(acts.running(at: Instant(3_007))?.call == CallID(1))
    acts.end(CallID(1), at: Instant(6_000))
    #expect(acts.running(at: Instant(3_007))?.call == CallID(1))
    #expect(acts.running(at: Instant(6_001)) == nil)
  }

  @Test func oneThatIsAboutToBegin() {
    var acts = Acts()
    acts.begin(act(1, at: 50_000), keepingFrom: Instant(0))
    #expect(acts.running(at: Instant(40_000)) == nil)
    #expect(acts.running(at: Instant(40_000), margin: slack)?.call == CallID(1))
  }
}
