import Calls
import Scenario
import Testing
import Timeline
import Wire

@Suite struct DatagramCausesTests {
  /// A client with a UDP socket that is bound, by 20 microseconds: calls c1 and c2.
  private func bound(_ local: String = "127.0.0.1:40512") -> (Script, Program, Socket) {
    let script = Script()
    let client = script.process(4121, "client")
    let socket = script.socket(fd: 3, .udp)
    client.socket(0...4, socket)
    client.bind(10...14, socket, local)
    return (script, client, socket)
  }

  @Test func datagramsOfOneLengthGoByTheOrderOfTheirCalls() {
    let (script, client, socket) = bound()
    let flow = script.flow("127.0.0.1:40512", "127.0.0.1:3490")
    for time in [100, 200, 300] {
      client.sendto(time...(time + 20), socket, "127.0.0.1:3490", "Hello")
      flow.client(time + 10, 5)
    }
    #expect(script.played.causes == ["call datagram c3", "call datagram c4", "call datagram c5"])
  }

  @Test func callsThatFollowCloselyAreToldApartByTheClock() {
    let (script, client, socket) = bound()
    let flow = script.flow("127.0.0.1:40512", "127.0.0.1:3490")
    for index in 0..<50 {
      let time = 100 + 9 * index
      client.sendto(time...(time + 6), socket, "127.0.0.1:3490", "Hello")
      flow.client(time + 3, 5)
    }
    #expect(script.played.causes == (0..<50).map { "call datagram c\($0 + 3)" })
  }

  @Test func anEmptyDatagramIsOneToo() {
    let (script, client, socket) = bound()
    client.sendto(100...120, socket, "127.0.0.1:3490", "")
    script.flow("127.0.0.1:40512", "127.0.0.1:3490").client(110, 0)
    #expect(script.played.cause(1) == "call datagram c3")
  }

  @Test func theDestinationDecides() {
    let (script, client, socket) = bound()
    let thread = client.thread(4130)
    let first = client.enters(100, .sendto, socket) {
      $0.count = 5
      $0.address = .internet(.init(parsing: "127.0.0.1:3490"))
    }
    let second = thread.enters(105, .sendto, socket) {
      $0.count = 5
      $0.address = .internet(.init(parsing: "127.0.0.1:3491"))
    }
    script.flow("127.0.0.1:40512", "127.0.0.1:3491").client(110, 5)
    script.flow("127.0.0.1:40512", "127.0.0.1:3490").client(112, 5)
    first.returns(120, 5)
    second.returns(121, 5)
    let played = script.played
    #expect(played.cause(1) == "call datagram c4")
    #expect(played.cause(2) == "call datagram c3")
    #expect(played.connection(ofCall: 3) == 2)
    #expect(played.connection(ofCall: 4) == 1)
  }

  @Test func equalDatagramsOfTwoThreadsAreAmbiguous() {
    let (script, client, socket) = bound()
    let flow = script.flow("127.0.0.1:40512", "127.0.0.1:3490")
    let calls = [client, client.thread(4130)].enumerated().map { index, thread in
      thread.enters(100 + index, .sendto, socket) {
        $0.count = 5
        $0.address = .internet(.init(parsing: "127.0.0.1:3490"))
      }
    }
    flow.client(110, 5)
    calls[0].returns(115, 5)
    flow.client(140, 5)
    calls[1].returns(150, 5)
    let played = script.played
    #expect(played.cause(1) == "ambiguous overlap c3+c4")
    #expect(played.cause(2) == "call datagram c4")
  }

  @Test func aDatagramThatTheCaptureLostTakesNobodysPlace() {
    let (script, client, socket) = bound()
    client.sendto(100...120, socket, "127.0.0.1:3490", "Hello")
    client.sendto(200...220, socket, "127.0.0.1:3490", "Hello")
    script.flow("127.0.0.1:40512", "127.0.0.1:3490").client(210, 5)
    #expect(script.played.cause(1) == "call datagram c4")
  }

  @Test func aFailedCallSendsNothing() {
    let (script, client, socket) = bound()
    client.enters(100, .sendto, socket) {
      $0.count = 5
      $0.address = .internet(.init(parsing: "127.0.0.1:3490"))
    }
    .returns(102, error: 11)
    client.sendto(104...120, socket, "127.0.0.1:3490", "Hello")
    script.flow("127.0.0.1:40512", "127.0.0.1:3490").client(110, 5)
    let played = script.played
    #expect(played.cause(1) == "call datagram c4")
    #expect(played.sends(3) == CallRow.Sends.none)
  }

  @Test func aDatagramThatNoCallSentIsUnknown() {
    let (script, client, socket) = bound()
    client.sendto(100...120, socket, "127.0.0.1:3490", "Hello")
    script.flow("127.0.0.1:40512", "127.0.0.1:3490").client(110, 6)
    #expect(script.played.cause(1) == "unknown noCallHasTheseBytes")
  }

  @Test func aDatagramOfAStrangerIsUntraced() {
    let (script, _, _) = bound()
    script.flow("127.0.0.1:50000", "127.0.0.1:40512").client(110, 6)
    #expect(script.played.cause(1) == "untraced notTraced")
  }

  @Test func sendmmsgSendsSeveral() {
    let (script, client, socket) = bound()
    let flow = script.flow("127.0.0.1:40512", "127.0.0.1:3490")
    let other = script.flow("127.0.0.1:40512", "127.0.0.1:3491")
    let call = client.enters(100, .sendmmsg, socket) {
      $0.messageLengths = [5, 5, 7, 9]
      let ends = ["127.0.0.1:3490", "127.0.0.1:3490", "127.0.0.1:3491", "127.0.0.1:3490"]
      $0.addresses = ends.map { .internet(.init(parsing: $0)) }
    }
    flow.client(110, 5)
    flow.client(111, 5)
    other.client(112, 7)
    call.returns(120, 3, lengths: [5, 5, 7])
    flow.client(130, 9)
    let played = script.played
    #expect(played.causes[..<3] == ["call datagram c3", "call datagram c3", "call datagram c3"])
    #expect(played.cause(4) == "unknown noCallHasTheseBytes")
  }

  @Test func aConnectedSocketNeedsNoAddress() {
    let (script, client, socket) = bound()
    let flow = script.flow("127.0.0.1:40512", "127.0.0.1:3490")
    client.connect(50, socket, "127.0.0.1:3490", local: "127.0.0.1:40512").returns(54)
    client.write(100...120, socket, "Hello")
    flow.client(110, 5)
    flow.server(300, 7)
    client.enters(310, .recv, socket) { $0.count = 100 }.returns(320, 7)
    let played = script.played
    #expect(played.cause(1) == "call datagram c4")
    #expect(played.wake(5) == "did not wait 2")
    #expect(played.sends(3) == CallRow.Sends.none)
  }

  @Test func moreThatFollowsIsOneDatagram() {
    let (script, client, socket) = bound()
    for (time, count, flags) in [(100, 5, Int32(0x8000)), (130, 7, 0)] {
      client.enters(time, .sendto, socket) {
        $0.count = count
        $0.flags = flags
        $0.address = .internet(.init(parsing: "127.0.0.1:3490"))
      }
      .returns(time + 20, count)
    }
    script.flow("127.0.0.1:40512", "127.0.0.1:3490").client(140, 12)
    #expect(script.played.cause(1) == "call datagram c3+c4")
  }

  @Test func uncorkingReleasesOneDatagram() {
    let (script, client, socket) = bound()
    client.connect(50, socket, "127.0.0.1:3490", local: "127.0.0.1:40512").returns(54)
    client.setsockopt(60...62, socket, level: 17, name: 1)
    client.write(100...105, socket, "Hello")
    client.write(110...115, socket, ", you")
    client.setsockopt(120...140, socket, level: 17, name: 1, value: 0)
    script.flow("127.0.0.1:40512", "127.0.0.1:3490").client(130, 10)
    #expect(script.played.cause(1) == "released releasedByOption c5+c6 by c7")
  }

  @Test func socketsThatShareAPortAreToldApartByTheirCalls() {
    let (script, client, socket) = bound()
    let other = script.socket(fd: 4, .udp)
    client.socket(20...24, other)
    client.bind(26...30, other, "127.0.0.1:40512")
    let flow = script.flow("127.0.0.1:40512", "127.0.0.1:3490")
    client.sendto(100...120, socket, "127.0.0.1:3490", "Hello")
    flow.client(110, 5)
    client.sendto(200...220, other, "127.0.0.1:3490", "Hello")
    flow.client(210, 5)
    let played = script.played
    #expect(played.cause(1) == "call datagram c5")
    #expect(played.cause(2) == "call datagram c6")
  }

  @Test func anErrorOfTheNetworkNamesItsDatagram() {
    let played = Played(.refusedDatagram)
    #expect(played.cause(2) == "reply icmpError of p1 by c4")
    #expect(played.wake(4) == "did not wait 2")
  }

  @Test func aPortThatIsUsedAgainIsAnotherSocket() {
    let (script, client, socket) = bound()
    let flow = script.flow("127.0.0.1:40512", "127.0.0.1:3490")
    client.sendto(100...120, socket, "127.0.0.1:3490", "Hello")
    flow.client(110, 5)
    client.close(130...134, socket)
    let other = script.socket(fd: 3, .udp)
    client.socket(140...144, other)
    client.bind(150...154, other, "127.0.0.1:40512")
    client.sendto(200...220, other, "127.0.0.1:3490", "Hello")
    flow.client(210, 5)
    let played = script.played
    #expect(played.cause(2) == "call datagram c7")
  }

  /// Threads that send through one socket at once; each datagram leaves while all of them run.
  private func crowd(_ texts: [String], leaving order: [Int]? = nil) -> [String] {
    let (script, client, socket) = bound()
    let flow = script.flow("127.0.0.1:40512", "127.0.0.1:3490")
    let calls = texts.enumerated().map { index, text in
      client.thread(Int32(4130 + index)).enters(100 + index, .sendto, socket) {
        $0.count = text.utf8.count
        $0.payload = Array(text.utf8.prefix(64))
        $0.address = .internet(.init(parsing: "127.0.0.1:3490"))
      }
    }
    for (place, index) in (order ?? Array(texts.indices)).enumerated() {
      flow.client(200 + place, texts[index])
    }
    for (index, call) in calls.enumerated() { call.returns(400 + index, texts[index].utf8.count) }
    return script.played.causes
  }

  @Test func theirBytesTellDatagramsOfOneLengthApart() {
    let causes = crowd((0..<20).map { "thread \($0 + 10)" }, leaving: Array((0..<20).reversed()))
    #expect(causes == (0..<20).reversed().map { "call datagram c\($0 + 3)" })
  }

  @Test func alsoWhereTheyDifferLate() {
    let start = String(repeating: "x", count: 60)
    #expect(crowd([start + "one ", start + "two "], leaving: [1, 0]).first == "call datagram c4")
  }

  @Test func whatTheRecordingDoesNotHoldStaysAmbiguous() {
    let start = String(repeating: "x", count: 70)
    #expect(
      crowd([start + "one", start + "two"], leaving: [1, 0]).first == "ambiguous overlap c3+c4")
  }

  @Test func noneOfThousandsInAMomentIsForgotten() {
    let (script, client, socket) = bound()
    let flow = script.flow("127.0.0.1:40512", "127.0.0.1:3490")
    for index in 0..<6_000 {
      let time = 100 + 12 * index
      client.sendto(time...(time + 6), socket, "127.0.0.1:3490", "Hello")
      flow.client(time + 3, 5)
    }
    #expect(script.played.causes == (0..<6_000).map { "call datagram c\($0 + 3)" })
  }
}
