import Calls
import Scenario
import Testing
import Timeline

@Suite struct DescriptorRangeTests {
  /// Two connections of one client, whose sockets another process got as messages: it closes both
  /// in one close_range() after the client's own closes, which sent nothing.
  private func ranged() -> Scenario {
    let pair = Pair()
    pair.connect(at: 100)
    let (own, accepted) = (pair.script.socket(fd: 5), pair.script.socket(fd: 6))
    let stream = pair.script.stream("127.0.0.1:51515", "127.0.0.1:3490", isn: (2000, 6000))
    let accept = pair.server.accept(250, pair.listener)
    pair.client.socket(290...298, own)
    let connect = pair.client.connect(300, own, "127.0.0.1:3490", local: "127.0.0.1:51515")
    stream.handshake(315, 319, 323)
    connect.returns(336)
    accept.returns(347, accepted: accepted, local: "127.0.0.1:3490", peer: "127.0.0.1:51515")
    let closer = pair.script.process(4125, "closer", .client)
    pair.client.close(400...404, pair.socket)
    pair.client.close(410...414, own)
    let range = closer.enters(50_000, .closeRange, pair.socket) {
      $0.descriptor = 3
      $0.other = .max
      $0.closes = [
        HeldDescriptor(3, SocketFacts(id: pair.socket.id, kind: .tcp)),
        HeldDescriptor(9, SocketFacts(id: own.id, kind: .tcp)),
      ]
    }
    pair.stream.client(50_006, [.fin, .ack])
    stream.client(50_012, [.fin, .ack])
    range.returns(50_030)
    return pair.script.scenario
  }

  /// The rows of the FINs.
  private func ends(_ scenario: Scenario) -> [String] {
    text(of: scenario.rows).split(separator: "\n").filter { $0.contains(" F. ") }.map(String.init)
  }

  @Test func eachSocketOfARange() {
    let ends = ends(ranged())
    #expect(ends.count == 2)
    #expect(ends.allSatisfy { $0.hasSuffix("| call fin c12") })
  }
}
