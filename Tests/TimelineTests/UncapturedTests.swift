import Calls
import Scenario
import Testing
import Timeline
import Wire

/// Packets whose first copy was never captured, since a local firewall had dropped it.
@Suite struct UncapturedTests {
  private func connected() -> Pair {
    let pair = Pair()
    pair.connect(at: 100)
    return pair
  }

  @Test func dataThatIsSeenWhenTheTimeHasRunOut() {
    let pair = connected()
    pair.client.write(200...210, pair.socket, "Hello")
    pair.stream.client(208_000, [.psh, .ack], length: 5)
    #expect(pair.script.played.cause(4) == "retransmission timeout c7 bytes 0..<5")
  }

  @Test func aFINThatIsSeenWhenTheTimeHasRunOut() {
    let pair = connected()
    pair.client.close(200...210, pair.socket)
    pair.client.socket(220...224, pair.script.socket(fd: 40))
    pair.stream.client(212_000, [.fin, .ack])
    #expect(pair.script.played.cause(4) == "retransmission timeout c7")
  }

  @Test func aSYNThatIsSeenAfterASecond() {
    let pair = Pair()
    pair.client.socket(80...90, pair.socket)
    let connect = pair.client.connect(
      100, pair.socket, "127.0.0.1:3490", local: "127.0.0.1:51514")
    pair.stream.handshake(1_030_000, 1_030_004, 1_030_008)
    connect.returns(1_030_020)
    #expect(pair.script.played.cause(1).hasPrefix("retransmission timeout c"))
  }

  @Test func corkedBytesWaitForAnotherTimer() {
    let pair = connected()
    pair.client.setsockopt(160...164, pair.socket, level: 6, name: 3)
    pair.client.write(200...210, pair.socket, "Hello")
    pair.stream.client(208_000, [.psh, .ack], length: 5)
    #expect(pair.script.played.cause(4) == "released releasedByTimer c8 bytes 0..<5")
  }

  @Test func aFastOpenThatAsksForACookieHasNoData() {
    let script = Script()
    let client = script.process(4121, "client")
    let socket = script.socket(fd: 3)
    client.socket(0...4, socket)
    let stream = script.stream("127.0.0.1:51514", "127.0.0.1:3490")
    let call = client.enters(10, .sendto, socket) {
      $0.count = 5
      $0.flags = 0x2000_0000
      $0.address = .internet(Endpoint(parsing: "127.0.0.1:3490"))
    }
    socket.local = Endpoint(parsing: "127.0.0.1:51514")
    socket.peer = Endpoint(parsing: "127.0.0.1:3490")
    stream.handshake(15, 19, 23)
    stream.client(25, [.psh, .ack], length: 5)
    call.returns(40, 5)
    #expect(script.played.cause(1) == "call fastOpenWithoutData c2")
  }
}
