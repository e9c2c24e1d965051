import Calls
import Scenario
import Testing
import Timeline
import Wire

/// The byte that MSG_OOB makes urgent: c1 to c6 make the connection, packets 1 to 3.
@Suite struct UrgentTests {
  private func connected() -> Pair {
    let pair = Pair()
    pair.connect(at: 100)
    return pair
  }

  private func send(_ pair: Pair, _ time: Int, _ count: Int) {
    pair.client.enters(time, .sendto, pair.socket) {
      $0.count = count
      $0.flags = 1
    }
    .returns(time + 10, count)
    pair.stream.client(time + 5, [.psh, .urg, .ack], length: count, urgent: UInt16(count))
    pair.stream.server(time + 7, .ack)
  }

  private func bytes(_ played: Played, _ call: SystemCall) -> [Range<Int>?] {
    played.calls.filter { $0.record.call == call && $0.part != .enter }.map(\.bytes)
  }

  @Test func itIsNotAmongTheBytesThatAreRead() {
    let pair = connected()
    send(pair, 200, 5)
    pair.client.write(220...230, pair.socket, count: 10)
    pair.stream.client(225, [.psh, .ack], length: 10)
    pair.server.read(300...305, pair.accepted, gives: 4)
    pair.server.enters(310, .recvfrom, pair.accepted) {
      $0.count = 1
      $0.flags = 1
    }
    .returns(315, 1)
    pair.server.read(320...325, pair.accepted, gives: 10)
    let played = pair.script.played
    #expect(played.cause(4) == "call data c7 bytes 0..<5")
    #expect(played.cause(6) == "call data c8 bytes 5..<15")
    #expect(bytes(played, .read) == [0..<4, 5..<15])
    #expect(bytes(played, .recvfrom) == [4..<5])
    #expect(played.wake(10) == "did not wait 4")
    #expect(played.wake(11) == "did not wait 6")
  }

  @Test func aPeekPassesOverItAndLeavesItThere() {
    let pair = connected()
    send(pair, 200, 1)
    pair.client.write(220...230, pair.socket, count: 10)
    pair.stream.client(225, [.psh, .ack], length: 10)
    pair.server.enters(310, .recvfrom, pair.accepted) {
      $0.count = 100
      $0.flags = 2
    }
    .returns(315, 10)
    pair.server.read(320...325, pair.accepted, gives: 10)
    let played = pair.script.played
    #expect(bytes(played, .recvfrom) == [1..<11])
    #expect(bytes(played, .read) == [1..<11])
  }

  @Test func inlineItIsAByteLikeOthers() {
    let pair = connected()
    pair.server.setsockopt(180...185, pair.accepted, level: 1, name: 10)
    send(pair, 200, 3)
    pair.server.read(300...305, pair.accepted, gives: 2)
    pair.server.read(310...315, pair.accepted, gives: 1)
    #expect(bytes(pair.script.played, .read) == [0..<2, 2..<3])
  }

  @Test func aNewerOneMakesTheOlderAByteLikeOthers() {
    let pair = connected()
    send(pair, 200, 3)
    send(pair, 220, 4)
    pair.server.read(300...305, pair.accepted, gives: 6)
    pair.client.write(320...330, pair.socket, count: 10)
    pair.stream.client(325, [.psh, .ack], length: 10)
    pair.server.read(340...345, pair.accepted, gives: 10)
    #expect(bytes(pair.script.played, .read) == [0..<6, 7..<17])
  }

  @Test func aNewerOneIsPassedOverWhereReadingStandsBeforeTheOlder() {
    let pair = connected()
    send(pair, 200, 1)
    send(pair, 220, 4)
    pair.server.read(300...305, pair.accepted, gives: 3)
    #expect(bytes(pair.script.played, .read) == [1..<4])
  }
}
