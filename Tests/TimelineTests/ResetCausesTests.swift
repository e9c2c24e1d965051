import Calls
import Scenario
import Testing
import Timeline
import Wire

@Suite struct ResetCausesTests {
  /// A pair that is connected by 150 microseconds: packets 1 to 3, calls c1 to c6.
  private func connected() -> Pair {
    let pair = Pair()
    pair.connect(at: 100)
    return pair
  }

  @Test func closeWithUnreadBytesResets() {
    #expect(Played(.reset).cause(6) == "call closeUnread c8 unread 13")
  }

  @Test func lingerOfNoSecondsResets() {
    let pair = connected()
    pair.client.setsockopt(180...182, pair.socket, level: 1, name: 13, value: 1, linger: 0)
    pair.client.close(200...220, pair.socket)
    pair.stream.client(210, [.rst, .ack])
    let played = pair.script.played
    #expect(played.cause(4) == "call closeLinger c8")
    #expect(played.sends(8) == .packets)
    #expect(played.totals.resets == 1)
    #expect(played.totals.reports[0].closing == .reset(by: .client, packet: 4))
  }

  @Test func lingerOfSomeSecondsDoesNot() {
    let pair = connected()
    pair.client.setsockopt(180...182, pair.socket, level: 1, name: 13, value: 1, linger: 5)
    pair.client.close(200...220, pair.socket)
    pair.stream.client(210, [.rst, .ack])
    #expect(pair.script.played.cause(4) == "call abort c8")
  }

  @Test func aFINThatWasReadIsNotAnUnreadByte() {
    let pair = connected()
    pair.talk(at: 200)
    pair.client.close(400...420, pair.socket)
    pair.stream.client(410, [.fin, .ack])
    pair.server.setsockopt(430...432, pair.accepted, level: 1, name: 13, value: 1, linger: 0)
    pair.server.close(440...460, pair.accepted)
    pair.stream.server(450, [.rst, .ack])
    let played = pair.script.played
    #expect(played.cause(9) == "call closeLinger c13")
  }

  @Test func closingAListenerResetsWhatNobodyAccepted() {
    let pair = Pair()
    pair.client.socket(90...98, pair.socket)
    let connect = pair.client.connect(
      100, pair.socket, "127.0.0.1:3490", local: "127.0.0.1:51514")
    pair.stream.handshake(110, 112, 114)
    connect.returns(120)
    pair.server.close(200...220, pair.listener)
    pair.stream.server(210, [.rst, .ack])
    #expect(pair.script.played.cause(4) == "call closeListener c6")
  }

  @Test func aProcessThatDiesWithAQueuedConnectionResetsIt() {
    let pair = Pair()
    pair.client.socket(90...98, pair.socket)
    let connect = pair.client.connect(
      100, pair.socket, "127.0.0.1:3490", local: "127.0.0.1:51514")
    pair.stream.handshake(110, 112, 114)
    connect.returns(120)
    pair.server.dies(200...240, holding: [pair.listener], signal: 9)
    pair.stream.server(210, [.rst, .ack])
    #expect(pair.script.played.cause(4) == "exit exitListener server[4120]")
  }

  @Test func aProcessThatDiesWithUnreadBytesResets() {
    let pair = connected()
    pair.client.write(200...220, pair.socket, count: 13)
    pair.stream.client(210, [.psh, .ack], length: 13)
    pair.stream.server(212, .ack)
    pair.server.dies(300...340, holding: [pair.accepted, pair.listener], signal: 9)
    pair.stream.server(320, [.rst, .ack])
    #expect(pair.script.played.cause(6) == "exit exitRST server[4120] unread 13")
  }

  @Test func connectToAnUnspecifiedAddressDissolves() {
    let pair = connected()
    pair.client.enters(200, .connect, pair.socket) { $0.address = .unspecified }.returns(220)
    pair.stream.client(210, [.rst, .ack])
    let played = pair.script.played
    #expect(played.cause(4) == "call abort c7")
    #expect(played.states(4) == "CLOSED CLOSED")
  }

  @Test func aSegmentToADeadSocketIsAnsweredByTheKernel() {
    let pair = connected()
    pair.server.close(200...220, pair.accepted)
    pair.stream.server(210, [.fin, .ack])
    pair.stream.client(212, .ack)
    pair.client.write(300...320, pair.socket, count: 13)
    pair.stream.client(310, [.psh, .ack], length: 13)
    pair.stream.server(312, .rst)
    let played = pair.script.played
    #expect(played.cause(6) == "call data c8 bytes 0..<13")
    #expect(played.cause(7) == "reply resetDead of p6")
  }

  @Test func aConnectionThatDiedOfUnansweredProbesIsResetByTheTimer() {
    let pair = connected()
    for index in 1...3 { pair.stream.client(10_000_000 * index, .ack, seq: 0) }
    pair.stream.client(40_000_000, [.rst, .ack])
    let played = pair.script.played
    #expect(played.cause(4) == "timer keepAlive")
    #expect(played.cause(7) == "timer keepAlive")
  }

  @Test func aResetLongAfterItsCloseIsNotTheCloses() {
    let pair = connected()
    pair.client.close(200...220, pair.socket)
    pair.stream.client(210, [.fin, .ack])
    pair.stream.server(212, .ack)
    pair.stream.client(60_000_000, [.rst, .ack])
    #expect(pair.script.played.cause(6) == "unknown nothingToAnswer")
  }
}
