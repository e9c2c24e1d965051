import Testing

@testable import Timeline

@Suite struct AcceptorsTests {
  private func mark(_ number: Int, _ time: Int64) -> PacketMark {
    PacketMark(number: number, time: Instant(time), length: 0)
  }

  /// Three threads that wait since 1, 2 and 3.
  private var three: Acceptors {
    var acceptors = Acceptors()
    for number in 1...3 { acceptors.enter(CallID(number), at: Instant(Int64(number))) }
    return acceptors
  }

  @Test func whoHasWaitedLongestIsWokenFirst() {
    var acceptors = three
    acceptors.wake(by: mark(10, 100))
    acceptors.wake(by: mark(11, 110))
    #expect(acceptors.leave(CallID(2), waited: true, left: 1)?.number == 11)
    #expect(acceptors.leave(CallID(1), waited: true, left: 0)?.number == 10)
    #expect(acceptors.leave(CallID(3), waited: true, left: 0) == nil)
  }

  @Test func whoDidNotSleepWasNotWoken() {
    var acceptors = three
    acceptors.wake(by: mark(10, 100))
    acceptors.wake(by: mark(11, 110))
    #expect(acceptors.leave(CallID(1), waited: false, left: 2) == nil)
    #expect(acceptors.leave(CallID(2), waited: true, left: 1)?.number == 10)
    #expect(acceptors.leave(CallID(3), waited: true, left: 0)?.number == 11)
  }

  @Test func whoCameLaterIsNotWokenByWhatWasBefore() {
    var acceptors = Acceptors()
    acceptors.enter(CallID(1), at: Instant(1))
    acceptors.wake(by: mark(10, 100))
    acceptors.enter(CallID(2), at: Instant(150))
    #expect(acceptors.leave(CallID(1), waited: false, left: 0) == nil)
    acceptors.wake(by: mark(11, 200))
    #expect(acceptors.leave(CallID(2), waited: true, left: 0)?.number == 11)
  }

  @Test func whoFindsNothingWaitsAgainAtTheEnd() {
    var acceptors = three
    acceptors.wake(by: mark(10, 100))
    // Another thread takes the connection.
    acceptors.enter(CallID(4), at: Instant(101))
    #expect(acceptors.leave(CallID(4), waited: false, left: 0) == nil)
    for number in 11...13 { acceptors.wake(by: mark(number, Int64(number) * 10)) }
    #expect(acceptors.leave(CallID(1), waited: true, left: 2)?.number == 13)
    #expect(acceptors.leave(CallID(2), waited: true, left: 1)?.number == 11)
  }

  @Test func whoIsGoneIsForgotten() {
    var acceptors = three
    acceptors.forget(CallID(1))
    acceptors.wake(by: mark(10, 100))
    #expect(acceptors.leave(CallID(1), waited: true, left: 1) == nil)
    #expect(acceptors.leave(CallID(2), waited: true, left: 0)?.number == 10)
  }
}
