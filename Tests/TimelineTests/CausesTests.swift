import Calls
import Scenario
import Testing
import Timeline
import Wire

@Suite struct CausesTests {
  @Test func theDemoHasTheCausesOfTheDesign() {
    #expect(
      Played(.tcpDemo).causes == [
        "call connect c6", "reply synAck of p1", "reply handshakeAck of p2",
        "call data c8 bytes 0..<13", "reply ackData of p4", "call data c10 bytes 0..<13",
        "reply ackData of p6", "call fin c12", "call fin c13", "reply ackFIN of p9",
      ])
  }

  @Test func equalStampsKeepTheirCauses() {
    // Everything between a call's entry and its return at one and the same time.
    var events = Scenario.tcpDemo.events
    var last = events[0].time
    for index in events.indices {
      if case .packet(var packet) = events[index] {
        packet.time = last
        events[index] = .packet(packet)
      }
      last = events[index].time
    }
    let scenario = Scenario(events: events, hints: Scenario.tcpDemo.hints)
    #expect(Played(scenario).causes == Played(.tcpDemo).causes)
  }

  @Test(arguments: [Int64(-8000), -3000, -1, 1, 2000])
  func clocksThatDisagreeALittleChangeNothing(shift: Int64) {
    let events = Scenario.tcpDemo.events.map { event -> Event in
      guard case .packet(var packet) = event else { return event }
      packet.time = packet.time + shift
      return .packet(packet)
    }
    let sorted = events.enumerated().sorted { ($0.1.time, $0.0) < ($1.1.time, $1.0) }
    let scenario = Scenario(events: sorted.map(\.element), hints: Scenario.tcpDemo.hints)
    #expect(Played(scenario).causes == Played(.tcpDemo).causes)
  }

  @Test func withoutCallsTheKernelsAnswersAreToldAllTheSame() {
    let played = Played(.withoutCalls)
    #expect(
      played.causes == [
        "untraced noCalls", "reply synAck of p1", "reply handshakeAck of p2",
        "untraced noCalls", "reply ackData of p4", "untraced noCalls", "reply ackData of p6",
        "untraced noCalls", "untraced noCalls", "reply ackFIN of p9",
      ])
    #expect(played.totals.unexplained == 0)
  }

  @Test func anUntracedServerSendsUntracedPackets() {
    let script = Script()
    let client = script.process(4121, "client", .client)
    let socket = script.socket(fd: 3)
    let stream = script.stream("127.0.0.1:51514", "127.0.0.1:3490")
    client.socket(0...4, socket)
    let connect = client.connect(10, socket, "127.0.0.1:3490", local: "127.0.0.1:51514")
    stream.handshake(15, 17, 19)
    connect.returns(25)
    client.write(30...50, socket, count: 13)
    stream.client(40, [.psh, .ack], length: 13)
    stream.server(42, .ack)
    stream.server(60, [.psh, .ack], length: 7)
    stream.client(62, .ack)
    stream.server(70, [.fin, .ack])
    client.close(80...90, socket)
    stream.client(85, [.fin, .ack])
    stream.server(87, .ack)
    let played = script.played
    #expect(played.cause(2) == "untraced notTraced")
    #expect(played.cause(5) == "untraced notTraced")
    #expect(played.cause(6) == "untraced notTraced")
    #expect(played.cause(7) == "reply ackData of p6")
    #expect(played.cause(8) == "untraced notTraced")
    #expect(played.cause(9) == "call fin c4")
    #expect(played.totals.unexplained == 0)
  }

  @Test func anUntracedClientOfATracedServer() {
    let script = Script()
    let server = script.process(4120, "server", .server)
    let (listener, accepted) = (script.socket(fd: 3), script.socket(fd: 4))
    let stream = script.stream("127.0.0.1:51514", "127.0.0.1:3490")
    server.listens(0, listener, "0.0.0.0:3490")
    stream.handshake(50, 52, 54)
    stream.client(60, [.psh, .ack], length: 13)
    stream.server(62, .ack)
    server.accept(100, listener).returns(
      104, accepted: accepted, local: "127.0.0.1:3490", peer: "127.0.0.1:51514")
    server.read(110...114, accepted, gives: 13)
    stream.client(200, [.fin, .ack])
    server.close(210...230, accepted)
    stream.server(220, [.fin, .ack])
    stream.client(224, .ack)
    let played = script.played
    #expect(
      played.causes == [
        "untraced notTraced", "reply synAck of p1", "untraced notTraced", "untraced notTraced",
        "reply ackData of p4", "untraced notTraced", "call fin c6", "untraced notTraced",
      ])
    #expect(played.totals.reports[0].connection.clientProcess == nil)
    #expect(played.totals.reports[0].connection.serverProcess?.name == "server")
  }

  @Test func theCallThatRunsIsNotTheCause() {
    // The kernel's answers lie inside the calls of the other side, and nobody takes them for these.
    let played = Played(.tcpDemo)
    for number in [2, 3, 5, 7, 10] { #expect(played.cause(number).hasPrefix("reply")) }
  }

  @Test func eightThreadsOnEachSide() {
    let script = Script()
    let server = script.process(4120, "server", .server)
    let client = script.process(4200, "client", .client)
    let listener = script.socket(fd: 3)
    server.listens(0, listener, "0.0.0.0:3490")
    var random = Random(state: 7)
    for index in 0..<1000 {
      let lane = Int32(index % 8)
      let time = 100 + 60 * index + Int.random(in: 0..<20, using: &random)
      let near = "127.0.0.1:\(20_000 + index)"
      let (own, other) = (script.socket(fd: 10 + lane), script.socket(fd: 30 + lane))
      let thread = client.thread(4200 + lane)
      let worker = server.thread(4120 + lane)
      let stream = script.stream(near, "127.0.0.1:3490", isn: (UInt32(index), 7))
      thread.socket(time...(time + 4), own)
      let connect = thread.connect(time + 6, own, "127.0.0.1:3490", local: near)
      stream.handshake(time + 8, time + 9, time + 10)
      connect.returns(time + 14)
      worker.accept(time + 12, listener)
        .returns(time + 18, accepted: other, local: "127.0.0.1:3490", peer: near)
      thread.write((time + 20)...(time + 50), own, count: 100 + index)
      stream.client(time + 30, [.psh, .ack], length: 100 + index)
      stream.server(time + 31, .ack)
      worker.read((time + 40)...(time + 45), other, count: 4096, gives: 100 + index)
      worker.close((time + 60)...(time + 90), other)
      stream.server(time + 70, [.fin, .ack])
      thread.close((time + 200)...(time + 240), own)
      stream.client(time + 220, [.fin, .ack])
      stream.server(time + 221, .ack)
    }
    let played = script.played
    #expect(played.totals.causes.all == [.call: 4000, .reply: 4000])
    #expect(played.totals.connections == 1000)
    for report in played.totals.reports {
      let index = Int(report.connection.client.port) - 20_000
      #expect(report.clientBytes == 100 + index)
      guard case .fins(first: .server, _, _, segments: 3) = report.closing else {
        Issue.record("connection \(index): \(report.closing)")
        continue
      }
    }
  }
}
