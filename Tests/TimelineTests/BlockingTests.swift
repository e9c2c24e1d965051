import Calls
import Scenario
import Testing
import Timeline
import Wire

/// The ACK that made room for a write that blocked.
@Suite struct BlockingTests {
  /// A pair with 6,000 bytes on their way: packets 4 and 5 of c7 and c8.
  private func filled() -> Pair {
    let pair = Pair()
    pair.connect(at: 100)
    pair.client.write(200...210, pair.socket, count: 4_000)
    pair.stream.client(205, .ack, length: 4_000)
    pair.client.write(220...230, pair.socket, count: 2_000)
    pair.stream.client(225, .ack, length: 2_000)
    return pair
  }

  @Test func aThirdOfTheBufferHasToBeFree() {
    let pair = filled()
    let write = pair.client.write(300, pair.socket, count: 1_000)
    pair.stream.server(1_000, .ack, ack: 1_001)
    pair.stream.server(2_000, .ack, ack: 4_001)
    pair.stream.client(2_010, .ack, length: 1_000)
    write.returns(2_030, 1_000, paused: true)
    #expect(pair.script.played.wake(9) == "packet 7")
  }

  @Test func whatComesWhileItRunsAgainDidNotWakeIt() {
    let pair = filled()
    let write = pair.client.write(300, pair.socket, count: 1_000)
    pair.stream.server(2_000, .ack, ack: 4_001)
    pair.stream.server(2_005, .ack, ack: 6_001)
    write.returns(2_030, 1_000, paused: true)
    #expect(pair.script.played.wake(9) == "packet 6")
  }

  /// What the kernel keeps beside the bytes takes room too, so that a third of them is not enough.
  @Test func ofTwoThatCouldItIsTheOneAtWhichItReturned() {
    let pair = filled()
    let write = pair.client.write(300, pair.socket, count: 1_000)
    pair.stream.server(2_000, .ack, ack: 4_001)
    pair.stream.server(9_000, .ack, ack: 5_001)
    write.returns(9_040, 1_000, paused: true)
    #expect(pair.script.played.wake(9) == "packet 7")
  }

  @Test func aSmallBufferCountsToo() {
    let pair = Pair()
    pair.connect(at: 100)
    pair.client.write(200...210, pair.socket, count: 30)
    pair.stream.client(205, .ack, length: 30)
    let write = pair.client.write(300, pair.socket, count: 20)
    pair.stream.server(900, .ack)
    write.returns(930, 20, paused: true)
    #expect(pair.script.played.wake(8) == "packet 5")
  }

  @Test func bytesThatHaveLeftWaitForNothing() {
    let pair = filled()
    let write = pair.client.write(300, pair.socket, count: 1_000)
    pair.stream.client(305, .ack, length: 1_000)
    pair.stream.server(310, .ack)
    write.returns(2_030, 1_000, paused: true)
    #expect(pair.script.played.wake(9) == "not a wait")
  }

  @Test func aThreadThatRanOnWasNotWoken() {
    let pair = filled()
    let write = pair.client.write(300, pair.socket, count: 1_000)
    pair.stream.server(305, .ack)
    write.returns(330, 1_000, paused: false)
    #expect(pair.script.played.wake(9) == "not a wait")
  }
}
