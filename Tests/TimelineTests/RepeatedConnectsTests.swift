import Calls
import Scenario
import Testing
import Timeline
import Wire

/// connect() again and again on one socket.
@Suite struct RepeatedConnectsTests {
  private func client() -> (Script, Program, Socket) {
    let script = Script()
    let client = script.process(4121, "client")
    let socket = script.socket(fd: 3)
    client.socket(0...4, socket)
    return (script, client, socket)
  }

  /// connect() to a closed port, `count` times within the time that a row waits for.
  private func refused(_ count: Int) -> Played {
    let (script, client, socket) = client()
    for index in 0..<count {
      let time = 100 + index * 100
      let local = "127.0.0.1:\(40_000 + index)"
      let connect = client.connect(time, socket, "127.0.0.1:9", local: local)
      let stream = script.stream(local, "127.0.0.1:9")
      stream.client(time + 10, .syn)
      stream.server(time + 14, [.rst, .ack])
      connect.returns(time + 30, error: 111)
    }
    return script.played
  }

  @Test(arguments: [200, 900]) func eachSYNHasItsConnect(count: Int) {
    let played = refused(count)
    let syns = played.packets.filter { $0.packet.packet.tcp?.flags == .syn }.map(\.cause)
    #expect(syns.count == count)
    #expect(syns.map(\.calls) == (0..<count).map { [CallID(2 + $0)] })
    #expect(syns.allSatisfy { $0.kind == .call && $0.reason == .connect })
  }

  /// A socket that does not block: connect() is refused, and the second connect() returns the error.
  private func pending(asks: Bool = false) -> Played {
    let (script, client, socket) = client()
    let connect = client.connect(100, socket, "127.0.0.1:9", local: "127.0.0.1:40001")
    let stream = script.stream("127.0.0.1:40001", "127.0.0.1:9")
    stream.client(110, .syn)
    stream.server(114, [.rst, .ack])
    connect.returns(120, error: 115)
    if asks {
      client.enters(140, .getsockopt, socket) { $0.option = SocketOption(level: 1, name: 4) }
        .returns(145)
    }
    let again = client.connect(5_000, socket, "127.0.0.1:9", local: "127.0.0.1:40001")
    again.returns(5_010, error: asks ? 103 : 111)
    client.close(6_000...6_010, socket)
    return script.played
  }

  @Test func anErrorThatWaitedIsNoNewConnection() {
    let played = pending()
    #expect(played.totals.connections == 1)
    #expect(played.connection(ofCall: 3) == 1)
    #expect(played.sends(3) == CallRow.Sends.none)
    #expect(played.wake(3) == "did not wait 2")
  }

  @Test func norIsOneThatWasAskedForBefore() {
    let played = pending(asks: true)
    #expect(played.totals.connections == 1)
    #expect(played.sends(4) == CallRow.Sends.none)
  }

  /// A connect() that waits and is refused leaves nothing behind: the next one sends a SYN from
  /// another port, which is told only when that one has returned.
  @Test func afterARefusalThatItWaitedForItBeginsAnew() {
    let (script, client, socket) = client()
    for (index, port) in [40_001, 40_002].enumerated() {
      let time = 100 + 1_000 * index
      let connect = client.connect(time, socket, "127.0.0.1:9")
      let stream = script.stream("127.0.0.1:\(port)", "127.0.0.1:9")
      stream.client(time + 10, .syn)
      stream.server(time + 14, [.rst, .ack])
      connect.returns(time + 20, error: 111)
    }
    let played = script.played
    #expect(played.cause(1) == "call connect c2")
    #expect(played.cause(3) == "call connect c3")
    #expect(played.totals.connections == 2)
  }

  @Test func theNextOneBeginsANewConnection() {
    let (script, client, socket) = client()
    for (index, time) in [100, 10_000].enumerated() {
      let stream = script.stream(
        "127.0.0.1:40001", "127.0.0.1:9", isn: (UInt32(1000 + index * 900), 5000))
      let connect = client.connect(time, socket, "127.0.0.1:9", local: "127.0.0.1:40001")
      stream.client(time + 10, .syn)
      stream.server(time + 14, [.rst, .ack])
      connect.returns(time + 20, error: 115)
      if index == 0 {
        client.connect(5_000, socket, "127.0.0.1:9", local: "127.0.0.1:40001")
          .returns(5_010, error: 111)
      }
    }
    let played = script.played
    #expect(played.totals.connections == 2)
    #expect(played.cause(1) == "call connect c2")
    #expect(played.cause(3) == "call connect c4")
    #expect(played.connection(ofCall: 4) == 2)
  }

  @Test func askingHowItGoesOnSendsNothing() {
    let (script, client, socket) = client()
    let stream = script.stream("127.0.0.1:40001", "127.0.0.1:9")
    let connect = client.connect(100, socket, "127.0.0.1:9", local: "127.0.0.1:40001")
    stream.client(110, .syn)
    connect.returns(120, error: 115)
    client.connect(200, socket, "127.0.0.1:9", local: "127.0.0.1:40001").returns(205, error: 114)
    stream.server(300, [.syn, .ack])
    stream.client(302, .ack)
    client.connect(400, socket, "127.0.0.1:9", local: "127.0.0.1:40001").returns(405)
    client.connect(500, socket, "127.0.0.1:9", local: "127.0.0.1:40001").returns(505, error: 106)
    let played = script.played
    #expect(played.totals.connections == 1)
    for call in 3...5 {
      #expect(played.connection(ofCall: call) == 1)
      #expect(played.sends(call) == CallRow.Sends.none)
    }
    #expect(played.wake(4) == "did not wait 2")
  }
}
