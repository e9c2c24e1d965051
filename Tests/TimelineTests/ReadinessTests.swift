import Calls
import Scenario
import Testing
import Timeline
import Wire

/// What made sockets ready for poll, select and epoll_wait.
@Suite struct ReadinessTests {
  /// A pair that is connected by 150 microseconds: packets 1 to 3, calls c1 to c6.
  private func connected() -> Pair {
    let pair = Pair()
    pair.connect(at: 100)
    return pair
  }

  @Test(arguments: [SystemCall.poll, .ppoll, .select, .pselect6, .epollWait, .epollPwait2])
  func aWaitIsWokenByThePacketThatMadeASocketReady(call: SystemCall) {
    let pair = connected()
    let wait = pair.server.enters(200, call) {
      $0.watched = [3, 4]
      $0.timeout = -1
    }
    pair.client.write(300...320, pair.socket, count: 10)
    pair.stream.client(310, [.psh, .ack], length: 10)
    pair.stream.server(311, .ack)
    pair.client.write(312...318, pair.socket, count: 10)
    pair.stream.client(315, [.psh, .ack], length: 10)
    wait.returns(325, 1, ready: [pair.accepted])
    pair.server.read(330...334, pair.accepted, gives: 20)
    pair.server.enters(340, call) {
      $0.watched = [3, 4]
      $0.timeout = 10
    }
    .returns(10_345, 0)
    let played = pair.script.played
    #expect(played.wake(7) == "packet 4")
    #expect(played.wake(10) == "did not wait 6")
    #expect(played.wake(11) == "other")
  }

  @Test func aWaitForWhatIsThereDoesNotWait() {
    let pair = connected()
    pair.client.write(200...220, pair.socket, count: 10)
    pair.stream.client(210, [.psh, .ack], length: 10)
    pair.server.enters(300, .poll) { $0.watched = [4] }.returns(304, 1, ready: [pair.accepted])
    #expect(pair.script.played.wake(8) == "did not wait 4")
  }

  @Test func aListenerIsReadyByTheHandshake() {
    let pair = Pair()
    let wait = pair.server.enters(50, .epollWait) { $0.timeout = -1 }
    pair.client.socket(90...98, pair.socket)
    let connect = pair.client.connect(
      100, pair.socket, "127.0.0.1:3490", local: "127.0.0.1:51514")
    pair.stream.handshake(110, 112, 114)
    connect.returns(120)
    wait.returns(130, 1, ready: [pair.listener])
    pair.server.accept(140, pair.listener).returns(
      150, accepted: pair.accepted, local: "127.0.0.1:3490", peer: "127.0.0.1:51514")
    pair.server.enters(160, .epollWait) { $0.timeout = 5 }.returns(5_165, 0)
    let played = pair.script.played
    #expect(played.wake(4) == "packet 3")
    #expect(played.wake(7) == "did not wait 3")
    #expect(played.wake(8) == "other")
  }

  @Test func aDatagramMakesASocketReady() {
    let script = Script()
    let server = script.process(4120, "server")
    let socket = script.socket(fd: 3, .udp)
    let flow = script.flow("127.0.0.1:40512", "127.0.0.1:3490")
    server.socket(0...4, socket)
    server.bind(10...14, socket, "127.0.0.1:3490")
    let wait = server.enters(20, .poll) { $0.watched = [3] }
    flow.client(100, 13)
    flow.client(101, 14)
    wait.returns(110, 1, ready: [socket])
    for (time, length) in [(120, 13), (130, 14)] {
      server.recvfrom(time, socket).returns(time + 4, length, from: "127.0.0.1:40512")
    }
    server.enters(140, .poll) {
      $0.watched = [3]
      $0.timeout = 0
    }
    .returns(144, 0)
    let played = script.played
    #expect(played.wake(3) == "packet 1")
    #expect(played.wake(4) == "did not wait 1")
    #expect(played.wake(5) == "did not wait 2")
    #expect(played.wake(6) == "other")
  }

  @Test func anEndMakesASocketReady() {
    let pair = connected()
    let wait = pair.server.enters(200, .poll) { $0.watched = [4] }
    pair.client.close(300...320, pair.socket)
    pair.stream.client(310, [.fin, .ack])
    wait.returns(325, 1, ready: [pair.accepted])
    #expect(pair.script.played.wake(7) == "packet 4")
  }
}
