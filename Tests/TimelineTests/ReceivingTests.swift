import Calls
import Scenario
import Testing
import Timeline
import Wire

@Suite struct ReceivingTests {
  /// A pair that is connected by 150 microseconds: packets 1 to 3, calls c1 to c6.
  private func connected() -> Pair {
    let pair = Pair()
    pair.connect(at: 100)
    return pair
  }

  @Test func whatComesBeforeTheThreadRunsIsNotWaitedFor() {
    let pair = connected()
    for (time, paused) in [(200, false), (300, true)] {
      let read = pair.server.read(time, pair.accepted)
      pair.client.write((time + 1)...(time + 5), pair.socket, count: 10)
      pair.stream.client(time + 3, [.psh, .ack], length: 10)
      read.returns(time + 20, 10, paused: paused)
    }
    let played = pair.script.played
    #expect(played.wake(7) == "did not wait 4")
    #expect(played.wake(9) == "packet 5")
  }

  @Test func theFirstSegmentWakesTheReadThatTakesTwo() {
    let pair = connected()
    let read = pair.server.read(190, pair.accepted)
    for time in [200, 230] {
      pair.client.write(time...(time + 20), pair.socket, count: 10)
      pair.stream.client(time + 10, [.psh, .ack], length: 10)
    }
    read.returns(300, 20, paused: true)
    #expect(pair.script.played.wake(7) == "packet 4")
  }

  @Test func aReadOfAllIsWokenByTheLastSegmentItNeeds() {
    let pair = connected()
    let read = pair.server.enters(190, .recv, pair.accepted) {
      $0.count = 20
      $0.flags = 0x100
    }
    for time in [200, 230] {
      pair.client.write(time...(time + 20), pair.socket, count: 10)
      pair.stream.client(time + 10, [.psh, .ack], length: 10)
    }
    read.returns(300, 20, paused: true)
    let short = pair.server.enters(310, .recv, pair.accepted) {
      $0.count = 20
      $0.flags = 0x100
    }
    pair.client.write(320...330, pair.socket, count: 10)
    pair.stream.client(325, [.psh, .ack], length: 10)
    pair.client.close(340...350, pair.socket)
    pair.stream.client(345, [.fin, .ack])
    short.returns(360, 10, paused: true)
    let played = pair.script.played
    #expect(played.wake(7) == "packet 5")
    #expect(played.wake(10) == "packet 7")
  }

  @Test func aLeastCountIsWaitedForBeyondWhatIsThere() {
    let pair = connected()
    pair.server.setsockopt(150...152, pair.accepted, level: 1, name: 18, value: 10)
    func send(_ time: Int) {
      pair.client.write(time...(time + 8), pair.socket, count: 4)
      pair.stream.client(time + 4, [.psh, .ack], length: 4)
    }
    send(160)
    let read = pair.server.read(200, pair.accepted)
    for time in [210, 230, 250] { send(time) }
    read.returns(260, 16, paused: true)
    // Four bytes are taken at once, ten more have to come.
    #expect(pair.script.played.wake(9) == "packet 7")
  }

  // MARK: datagrams

  @Test func aDatagramThatIsCutIsFoundByItsSender() {
    let script = Script()
    let server = script.process(4120, "server")
    let socket = script.socket(fd: 3, .udp)
    server.socket(0...4, socket)
    server.bind(10...14, socket, "0.0.0.0:3490")
    script.flow("127.0.0.1:40512", "127.0.0.1:3490").client(100, 2000)
    script.flow("127.0.0.1:40513", "127.0.0.1:3490").client(101, 13)
    server.recvfrom(120, socket, count: 13).returns(124, 13, from: "127.0.0.1:40512")
    server.recvfrom(130, socket, count: 13).returns(134, 13, from: "127.0.0.1:40513")
    let played = script.played
    #expect(played.wake(3) == "did not wait 1")
    #expect(played.wake(4) == "did not wait 2")
    #expect(played.connection(ofCall: 3) == 1)
    #expect(played.connection(ofCall: 4) == 2)
  }

  @Test func peekingLeavesTheDatagram() {
    let script = Script()
    let server = script.process(4120, "server")
    let socket = script.socket(fd: 3, .udp)
    let flow = script.flow("127.0.0.1:40512", "127.0.0.1:3490")
    server.socket(0...4, socket)
    server.bind(10...14, socket, "0.0.0.0:3490")
    flow.client(100, 13)
    flow.client(101, 13)
    for (time, flags) in [(120, Int32(2)), (130, 0), (140, 0)] {
      server.enters(time, .recvfrom, socket) {
        $0.count = 100
        $0.flags = flags
      }
      .returns(time + 4, 13, from: "127.0.0.1:40512")
    }
    let played = script.played
    #expect(played.wake(3) == "did not wait 1")
    #expect(played.wake(4) == "did not wait 1")
    #expect(played.wake(5) == "did not wait 2")
  }
}
