import Calls
import Scenario
import Testing
import Timeline
import Wire

/// SYNs of sockets whose port the kernel does not tell.
@Suite struct PendingTests {
  @Test func aRefusedConnectHasItsSYN() {
    let played = Played(.refused)
    #expect(played.cause(1) == "call connect c2")
    #expect(played.cause(2) == "reply refused of p1")
    #expect(played.wake(2) == "packet 2")
  }

  @Test func aRefusedConnectToNoAddressHasItsSYN() {
    let script = Script()
    let client = script.process(4121, "client")
    let socket = script.socket(fd: 3)
    let stream = script.stream("127.0.0.1:51514", "127.0.0.1:3490")
    client.socket(0...4, socket)
    let connect = client.connect(10, socket, "0.0.0.0:3490")
    stream.client(12, .syn)
    stream.server(14, [.rst, .ack])
    connect.returns(20, error: 111)
    #expect(script.played.cause(1) == "call connect c2")
  }

  @Test func twoRefusedConnectsAtOnceAreAmbiguous() {
    let script = Script()
    let client = script.process(4121, "client")
    let sockets = [script.socket(fd: 3), script.socket(fd: 4)]
    for (index, socket) in sockets.enumerated() {
      client.thread(4121 + Int32(index)).socket((2 * index)...(2 * index + 1), socket)
    }
    let calls = sockets.enumerated().map { index, socket in
      client.thread(4121 + Int32(index)).connect(10 + index, socket, "127.0.0.1:3490")
    }
    for index in 0..<2 {
      let stream = script.stream("127.0.0.1:\(51514 + index)", "127.0.0.1:3490")
      stream.client(20 + 4 * index, .syn)
      stream.server(22 + 4 * index, [.rst, .ack])
    }
    for (index, call) in calls.enumerated() { call.returns(40 + index, error: 111) }
    let played = script.played
    #expect(played.cause(1) == "ambiguous overlap c3+c4")
    #expect(played.cause(3) == "ambiguous overlap c3+c4")
    #expect(played.cause(2) == "reply refused of p1")
  }

  @Test func refusedConnectsOneAfterTheOtherAreCertain() {
    let script = Script()
    let client = script.process(4121, "client")
    let socket = script.socket(fd: 3)
    client.socket(0...4, socket)
    for index in 0..<3 {
      let stream = script.stream("127.0.0.1:\(51514 + index)", "127.0.0.1:3490")
      let connect = client.connect(10 + 15 * index, socket, "127.0.0.1:3490")
      stream.client(15 + 15 * index, .syn)
      stream.server(17 + 15 * index, [.rst, .ack])
      connect.returns(20 + 15 * index, error: 111)
    }
    let played = script.played
    for index in 0..<3 {
      #expect(played.cause(1 + 2 * index) == "call connect c\(2 + index)")
      #expect(played.wake(2 + index) == "packet \(2 + 2 * index)")
      #expect(played.connection(ofCall: 2 + index) == 1 + index)
    }
  }

  @Test func refusedConnectsOfThreadsThatFollowCloselyAreToldApartByTheClock() {
    let script = Script()
    let client = script.process(4121, "client")
    for index in 0..<4 {
      let thread = client.thread(4121 + Int32(index))
      let socket = script.socket(fd: 3 + Int32(index))
      let time = 100 + 12 * index
      thread.socket((2 * index)...(2 * index + 1), socket)
      let connect = thread.connect(time, socket, "127.0.0.1:3490")
      let stream = script.stream("127.0.0.1:\(51514 + index)", "127.0.0.1:3490")
      stream.client(time + 3, .syn)
      stream.server(time + 5, [.rst, .ack])
      connect.returns(time + 9, error: 111)
    }
    let played = script.played
    for index in 0..<4 { #expect(played.cause(1 + 2 * index) == "call connect c\(5 + index)") }
  }

  @Test func aStrangersSYNBesideAConnectIsNotTakenForIts() {
    let script = Script()
    let client = script.process(4121, "client")
    let socket = script.socket(fd: 3)
    let own = script.stream("127.0.0.1:51514", "127.0.0.1:3490")
    let strange = script.stream("127.0.0.1:60000", "127.0.0.1:3490", isn: (1, 2))
    client.socket(0...4, socket)
    let connect = client.connect(10, socket, "127.0.0.1:3490", local: "127.0.0.1:51514")
    strange.handshake(11, 12, 13)
    own.handshake(15, 16, 17)
    connect.returns(20)
    let played = script.played
    #expect(played.cause(1) == "untraced notTraced")
    #expect(played.cause(4) == "call connect c2")
  }

  @Test func aStrangersSYNBesideARefusedConnectMakesBothUncertain() {
    let script = Script()
    let client = script.process(4121, "client")
    let socket = script.socket(fd: 3)
    client.socket(0...4, socket)
    let connect = client.connect(10, socket, "127.0.0.1:3490")
    for port in [60000, 51514] {
      let stream = script.stream("127.0.0.1:\(port)", "127.0.0.1:3490")
      stream.client(port == 60000 ? 11 : 15, .syn)
      stream.server(port == 60000 ? 12 : 16, [.rst, .ack])
    }
    connect.returns(20, error: 111)
    let played = script.played
    #expect(played.cause(1) == "ambiguous overlap c2")
    #expect(played.cause(3) == "ambiguous overlap c2")
  }

  @Test func aStrangersSYNLongAfterAConnectBeganIsNotTakenForIts() {
    let script = Script()
    let client = script.process(4121, "client")
    let socket = script.socket(fd: 3)
    client.socket(0...4, socket)
    _ = client.connect(10, socket, "127.0.0.1:3490")
    script.stream("127.0.0.1:60000", "127.0.0.1:3490").handshake(300_000, 300_002, 300_004)
    #expect(script.played.cause(1) == "untraced notTraced")
  }

  @Test func aNonBlockingConnectHasItsHandshake() {
    let script = Script()
    let client = script.process(4121, "client")
    let socket = script.socket(fd: 3)
    let stream = script.stream("127.0.0.1:51514", "127.0.0.1:3490")
    client.socket(0...4, socket)
    // getpeername(2) knows no peer before the connection is made.
    let connect = client.connect(10, socket, "127.0.0.1:3490")
    socket.local = .init(parsing: "127.0.0.1:51514")
    connect.returns(20, error: 115)
    stream.client(15, .syn)
    let poll = client.enters(30, .poll) {
      $0.watched = [3]
      $0.timeout = -1
    }
    stream.server(500, [.syn, .ack])
    stream.client(504, .ack)
    poll.returns(520, 1, ready: [socket])
    client.write(530...550, socket, count: 13)
    stream.client(540, [.psh, .ack], length: 13)
    let played = script.played
    #expect(played.cause(1) == "call connect c2")
    #expect(played.cause(3) == "reply handshakeAck of p2")
    #expect(played.cause(4) == "call data c4 bytes 0..<13")
    #expect(played.wake(2) == "not a wait")
    #expect(played.wake(3) == "packet 2")
  }

  @Test func aSYNALittleBeforeItsConnectBelongsToIt() {
    let script = Script()
    let client = script.process(4121, "client")
    let socket = script.socket(fd: 3)
    let stream = script.stream("127.0.0.1:51514", "127.0.0.1:3490")
    client.socket(0...4, socket)
    stream.client(7, .syn)
    let connect = client.connect(10, socket, "127.0.0.1:3490")
    stream.server(14, [.rst, .ack])
    connect.returns(20, error: 111)
    #expect(script.played.cause(1) == "call connect c2")
  }

  @Test func fastOpenSendsDataInTheSYN() {
    let script = Script()
    let client = script.process(4121, "client")
    let socket = script.socket(fd: 3)
    let stream = script.stream("127.0.0.1:51514", "127.0.0.1:3490")
    client.socket(0...4, socket)
    let send = client.enters(10, .sendto, socket) {
      $0.count = 13
      $0.flags = 0x2000_0000
      $0.address = .internet(.init(parsing: "127.0.0.1:3490"))
    }
    socket.local = .init(parsing: "127.0.0.1:51514")
    socket.peer = .init(parsing: "127.0.0.1:3490")
    stream.client(15, .syn, length: 13)
    stream.server(17, [.syn, .ack])
    send.returns(20, 13)
    client.write(30...40, socket, count: 7)
    stream.client(35, [.psh, .ack], length: 7)
    let played = script.played
    #expect(played.cause(1) == "call fastOpen c2 bytes 0..<13")
    #expect(played.cause(3) == "call data c3 bytes 13..<20")
  }
}
