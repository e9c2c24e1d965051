import Calls
import Scenario
import Testing
import Timeline
import Wire

@Suite struct BindingTests {
  @Test func aPortThatIsUsedAgainIsAnotherConnection() {
    let pair = Pair()
    pair.connect(at: 100)
    pair.client.setsockopt(160...162, pair.socket, level: 1, name: 13, value: 1, linger: 0)
    pair.client.close(170...180, pair.socket)
    pair.stream.client(175, [.rst, .ack])
    pair.server.close(190...194, pair.accepted)
    let second = pair.script.socket(fd: 3)
    let accepted = pair.script.socket(fd: 4)
    let stream = pair.script.stream("127.0.0.1:51514", "127.0.0.1:3490", isn: (9000, 19_000))
    pair.client.socket(200...204, second)
    let connect = pair.client.connect(
      210, second, "127.0.0.1:3490", local: "127.0.0.1:51514")
    stream.handshake(215, 217, 219)
    connect.returns(230)
    pair.server.accept(240, pair.listener)
      .returns(244, accepted: accepted, local: "127.0.0.1:3490", peer: "127.0.0.1:51514")
    pair.client.write(250...260, second, count: 13)
    stream.client(255, [.psh, .ack], length: 13)
    pair.server.read(270...274, accepted, gives: 13)
    let played = pair.script.played
    #expect(played.cause(4) == "call closeLinger c8")
    #expect(played.cause(5) == "call connect c11")
    #expect(played.cause(8) == "call data c13 bytes 0..<13")
    #expect(played.connection(ofPacket: 4) == 1)
    #expect(played.connection(ofPacket: 5) == 2)
    #expect(played.connection(ofCall: 9) == 1)
    #expect(played.connection(ofCall: 11) == 2)
    #expect(played.connection(ofCall: 13) == 2)
    #expect(played.wake(14) == "did not wait 8")
    #expect(played.totals.connections == 2)
    #expect(played.totals.unexplained == 0)
  }

  @Test func twoConnectionsOfOnePortAreAcceptedInTheirOrder() {
    let pair = Pair()
    let second = pair.script.socket(fd: 3)
    let stream = pair.script.stream("127.0.0.1:51514", "127.0.0.1:3490", isn: (9000, 19_000))
    for (time, socket, stream) in [(100, pair.socket, pair.stream), (200, second, stream)] {
      pair.client.socket((time - 10)...(time - 6), socket)
      let connect = pair.client.connect(
        time, socket, "127.0.0.1:3490", local: "127.0.0.1:51514")
      stream.handshake(time + 5, time + 7, time + 9)
      connect.returns(time + 20)
      pair.client.setsockopt(
        (time + 22)...(time + 24), socket, level: 1, name: 13, value: 1, linger: 0)
      pair.client.close((time + 30)...(time + 40), socket)
      stream.client(time + 35, [.rst, .ack])
    }
    let accepted = pair.script.socket(fd: 5)
    for (time, socket) in [(300, pair.accepted), (320, accepted)] {
      pair.server.accept(time, pair.listener)
        .returns(time + 4, accepted: socket, local: "127.0.0.1:3490", peer: "127.0.0.1:51514")
      pair.server.read((time + 6)...(time + 8), socket, gives: 0)
    }
    let played = pair.script.played
    #expect(played.wake(12) == "did not wait 3")
    #expect(played.wake(14) == "did not wait 7")
    #expect(played.connection(ofCall: 13) == 1)
    #expect(played.connection(ofCall: 15) == 2)
  }

  @Test func aSocketThatConnectsAgainBeginsANewStream() {
    let script = Script()
    let client = script.process(4121, "client")
    let socket = script.socket(fd: 3)
    let first = script.stream("127.0.0.1:51514", "127.0.0.1:3490")
    let second = script.stream("127.0.0.1:51515", "127.0.0.1:3491", isn: (70, 80))
    client.socket(0...4, socket)
    let connect = client.connect(10, socket, "127.0.0.1:3490", local: "127.0.0.1:51514")
    first.handshake(12, 14, 16)
    connect.returns(20)
    client.write(30...40, socket, count: 13)
    first.client(35, [.psh, .ack], length: 13)
    client.enters(50, .connect, socket) { $0.address = .unspecified }.returns(60)
    first.client(55, [.rst, .ack])
    socket.local = nil
    let again = client.connect(70, socket, "127.0.0.1:3491", local: "127.0.0.1:51515")
    second.handshake(72, 74, 76)
    again.returns(80)
    client.write(90...99, socket, count: 7)
    second.client(95, [.psh, .ack], length: 7)
    let played = script.played
    #expect(played.cause(4) == "call data c3 bytes 0..<13")
    #expect(played.cause(5) == "call abort c4")
    #expect(played.cause(6) == "call connect c5")
    #expect(played.cause(9) == "call data c6 bytes 0..<7")
    #expect(played.connection(ofCall: 3) == 1)
    #expect(played.connection(ofCall: 5) == 2)
    #expect(played.wake(2) == "packet 2")
    #expect(played.wake(5) == "packet 7")
  }

  @Test func aBoundClientsPortIsItsOwnChoice() {
    let script = Script()
    let client = script.process(4121, "client")
    for (offset, port, isChosen) in [(0, ":51514", false), (100, ":0", true)] {
      let socket = script.socket(fd: 3)
      let end = "127.0.0.1:\(51514 + offset)"
      client.socket(offset...(offset + 4), socket)
      client.bind((offset + 5)...(offset + 6), socket, "127.0.0.1\(port)")
      let connect = client.connect(offset + 10, socket, "127.0.0.1:3490", local: end)
      script.stream(end, "127.0.0.1:3490").handshake(offset + 12, offset + 14, offset + 16)
      connect.returns(offset + 20)
      let row = script.played.packets.last { $0.packet.packet.tcp?.flags == .syn }
      #expect(row?.showsChosenPort == isChosen)
    }
  }

  @Test func anIPv4MappedServerIsTheSameEnd() {
    let pair = Pair(any: "[::]:3490")
    pair.connect(at: 100)
    pair.talk(at: 200)
    pair.close(at: 400)
    let script = Script()
    let server = script.process(4120, "server")
    let client = script.process(4121, "client")
    let listener = script.socket(fd: 3)
    let accepted = script.socket(fd: 4)
    let socket = script.socket(fd: 3)
    let stream = script.stream("127.0.0.1:51514", "127.0.0.1:3490")
    server.listens(0, listener, "[::]:3490")
    let accept = server.accept(40, listener)
    client.socket(50...54, socket)
    let connect = client.connect(
      60, socket, "[::ffff:127.0.0.1]:3490", local: "[::ffff:127.0.0.1]:51514")
    stream.handshake(62, 64, 66)
    connect.returns(70)
    accept.returns(
      72, accepted: accepted, local: "[::ffff:127.0.0.1]:3490",
      peer: "[::ffff:127.0.0.1]:51514")
    server.write(80...90, accepted, count: 5)
    stream.server(85, [.psh, .ack], length: 5)
    for played in [pair.script.played, script.played] {
      #expect(played.cause(1).hasPrefix("call connect"))
      #expect(played.cause(2) == "reply synAck of p1")
      #expect(played.totals.unexplained == 0)
      #expect(played.totals.causes[.untraced] == 0)
      #expect(played.totals.connections == 1)
    }
    #expect(script.played.cause(4) == "call data c7 bytes 0..<5")
  }

  @Test func factsWithoutNamesForgetNothing() {
    // Every call but connect, bind, listen and accept tells the identity alone.
    let played = Played(.tcpDemo)
    #expect(played.totals.causes.all == [.call: 5, .reply: 5])
  }

  @Test func aListenerOfAnotherAddressIsNotAsked() {
    let script = Script()
    let server = script.process(4120, "server")
    server.listens(0, script.socket(fd: 3), "127.0.0.2:3490")
    script.stream("127.0.0.1:51514", "127.0.0.1:3490").handshake(100, 104, 108)
    #expect(script.played.causes == Array(repeating: "untraced notTraced", count: 3))
  }

  @Test func aListenerThatIsClosedIsNotAsked() {
    let script = Script()
    let server = script.process(4120, "server")
    let listener = script.socket(fd: 3)
    server.listens(0, listener, "127.0.0.1:3490")
    server.close(50...54, listener)
    script.stream("127.0.0.1:51514", "127.0.0.1:3490").handshake(200, 204, 208)
    #expect(script.played.cause(2) == "untraced notTraced")
  }

  @Test func aListenerThatAChildStillHoldsIsAsked() {
    let script = Script()
    let server = script.process(4120, "server")
    let listener = script.socket(fd: 3)
    server.listens(0, listener, "127.0.0.1:3490")
    _ = server.forks(40, 4125, "server")
    server.close(50...54, listener)
    script.stream("127.0.0.1:51514", "127.0.0.1:3490").handshake(200, 204, 208)
    #expect(script.played.cause(2) == "reply synAck of p1")
  }

  /// Where packets of other programs are passed over, a connection has its number from its first row
  /// on; accept() names it all the same.
  @Test(arguments: [false, true]) func acceptNamesItsConnection(hidesOthers: Bool) {
    var timeline = Timeline(hasCalls: true, hidesOthers: hidesOthers)
    var rows: [Row] = []
    for event in Scenario.tcpDemo.events { rows += timeline.append(event) }
    rows += timeline.finish()
    let accepted = rows.compactMap { row -> ConnectionID? in
      guard case .call(let call) = row.content, call.record.call == .accept else { return nil }
      return call.accepted
    }
    #expect(accepted == [ConnectionID(1)])
  }
}
