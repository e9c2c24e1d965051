import Calls
import Scenario
import Testing
import Timeline
import Wire

@Suite struct CloseCausesTests {
  /// A pair that is connected by 150 microseconds: packets 1 to 3, calls c1 to c6.
  private func connected() -> Pair {
    let pair = Pair()
    pair.connect(at: 100)
    return pair
  }

  // MARK: FIN

  @Test func shutdownSendsTheFINAndCloseNothing() {
    let pair = connected()
    pair.client.shutdown(200...220, pair.socket)
    pair.stream.client(210, [.fin, .ack])
    pair.stream.server(212, .ack)
    pair.client.close(300...310, pair.socket)
    let played = pair.script.played
    #expect(played.cause(4) == "call fin c7")
    #expect(played.sends(7) == .packets)
    #expect(played.sends(8) == CallRow.Sends.none)
  }

  @Test func shutdownOfReadingSendsNothing() {
    let pair = connected()
    pair.client.shutdown(200...220, pair.socket, how: 0)
    pair.client.close(300...320, pair.socket)
    pair.stream.client(310, [.fin, .ack])
    let played = pair.script.played
    #expect(played.cause(4) == "call fin c8")
    #expect(played.sends(8) == .packets)
  }

  @Test func theCloseThatDropsTheLastReferenceSendsTheFIN() {
    let pair = connected()
    let child = pair.server.forks(180, 4125, "server")
    child.close(200...210, pair.accepted)
    pair.server.close(300...320, pair.accepted)
    pair.stream.server(310, [.fin, .ack])
    let played = pair.script.played
    #expect(played.cause(4) == "call fin c8")
    #expect(played.sends(7) == CallRow.Sends.none)
    #expect(played.sends(8) == .packets)
  }

  @Test func aFINALittleBeforeTheLastCloseIsNotGivenToAnEarlierOne() {
    let pair = connected()
    let child = pair.server.forks(180, 4125, "server")
    child.close(200...210, pair.accepted)
    pair.stream.server(297, [.fin, .ack])
    pair.server.close(300...320, pair.accepted)
    #expect(pair.script.played.cause(4) == "call fin c8")
  }

  @Test func aDuplicatedDescriptorKeepsTheConnectionOpen() {
    let pair = connected()
    let copy = pair.client.enters(200, .dup, pair.socket)
    copy.returns(204, 7, made: pair.socket)
    pair.client.close(210...214, pair.socket)
    pair.client.enters(300, .close, pair.socket) { $0.descriptor = 7 }.returns(320)
    pair.stream.client(310, [.fin, .ack])
    let played = pair.script.played
    #expect(played.cause(4) == "call fin c9")
    #expect(played.sends(8) == CallRow.Sends.none)
  }

  @Test func fcntlDuplicatesToo() {
    let pair = connected()
    pair.client.enters(200, .fcntl, pair.socket) { $0.flags = 0 }.returns(204, 7, made: pair.socket)
    pair.client.close(210...214, pair.socket)
    pair.client.enters(300, .close, pair.socket) { $0.descriptor = 7 }.returns(320)
    pair.stream.client(310, [.fin, .ack])
    let played = pair.script.played
    #expect(played.cause(4) == "call fin c9")
    #expect(played.sends(8) == CallRow.Sends.none)
  }

  @Test func dup2ClosesWhatItsTargetWas() {
    let pair = connected()
    let other = pair.script.socket(fd: 5)
    pair.client.socket(200...204, other)
    pair.client.enters(210, .dup2, other) { $0.other = pair.socket.descriptor }
      .returns(230, 3, made: other)
    pair.stream.client(220, [.fin, .ack])
    let played = pair.script.played
    #expect(played.cause(4) == "call fin c8")
    #expect(played.sends(8) == .packets)
  }

  @Test func closeRangeClosesTheSocketsInIt() {
    let pair = connected()
    pair.client.enters(200, .closeRange) {
      $0.descriptor = 3
      $0.other = -1
    }
    .returns(220)
    pair.stream.client(210, [.fin, .ack])
    let played = pair.script.played
    #expect(played.cause(4) == "call fin c7")
    #expect(played.sends(7) == .packets)
  }

  @Test func closeRangeThatOnlyMarksClosesNothing() {
    let pair = connected()
    pair.client.enters(200, .closeRange) {
      $0.descriptor = 3
      $0.other = -1
      $0.flags = 4
    }
    .returns(220)
    pair.client.close(300...320, pair.socket)
    pair.stream.client(310, [.fin, .ack])
    #expect(pair.script.played.cause(4) == "call fin c8")
  }

  @Test func execClosesWhatIsMarkedCloseOnExec() {
    let pair = connected()
    let start = pair.script.start
    pair.stream.client(210, [.fin, .ack])
    pair.client.event(
      260,
      .executed(
        name: "sh", command: ["sh"], closed: [pair.socket.id], entered: start + 200_000))
    #expect(pair.script.played.cause(4) == "call fin sh[4121]")
  }

  @Test func execThatIsTracedAsACallIsNamed() {
    let pair = connected()
    let start = pair.script.start
    let call = pair.client.enters(200, .execve)
    pair.stream.client(210, [.fin, .ack])
    pair.client.event(
      260,
      .executed(
        name: "sh", command: ["sh"], closed: [pair.socket.id], entered: start + 200_000))
    call.returns(261)
    #expect(pair.script.played.cause(4) == "call fin c7 sh[4121]")
  }

  @Test func anExitSendsTheFIN() {
    let pair = connected()
    pair.client.dies(200...240, holding: [pair.socket], status: 0)
    pair.stream.client(220, [.fin, .ack])
    #expect(pair.script.played.cause(4) == "exit exitFIN client[4121]")
  }

  @Test func anExitThatLeavesASharerBehindSendsNothing() {
    let pair = connected()
    let child = pair.server.forks(180, 4125, "server")
    pair.server.dies(200...240, holding: [pair.accepted, pair.listener], status: 0)
    child.write(300...320, pair.accepted, "Hello, client")
    pair.stream.server(310, [.psh, .ack], length: 13)
    child.close(400...420, pair.accepted)
    pair.stream.server(410, [.fin, .ack])
    let played = pair.script.played
    #expect(played.cause(4) == "call data c7 bytes 0..<13")
    #expect(played.cause(5) == "call fin c8")
  }

  @Test func oldKernelsSendTheFINAfterCloseReturned() {
    let pair = connected()
    pair.client.close(200...210, pair.socket)
    pair.stream.client(260, [.fin, .ack])
    pair.server.close(300...310, pair.accepted)
    pair.stream.server(9_000, [.fin, .ack])
    let played = pair.script.played
    #expect(played.cause(4) == "call fin c7")
    #expect(played.cause(5) == "call fin c8")
    #expect(played.sends(7) == .packets)
    #expect(played.sends(8) == .packets)
  }

  @Test func aFINBehindBytesThatWaitForRoomIsReleased() {
    let pair = connected()
    pair.client.write(200...210, pair.socket, count: 100_000)
    pair.stream.client(205, .ack, length: 61_440)
    pair.client.close(220...230, pair.socket)
    pair.stream.server(500, .ack)
    pair.stream.client(502, [.psh, .ack], length: 38_560)
    pair.stream.client(503, [.fin, .ack])
    #expect(pair.script.played.cause(7) == "released releasedByAck c8 of p5")
  }

  @Test func twoClosesAtOnceAreAmbiguous() {
    let pair = connected()
    let child = pair.server.forks(180, 4125, "server")
    pair.server.close(200...240, pair.accepted)
    child.close(210...250, pair.accepted)
    pair.stream.server(230, [.fin, .ack])
    #expect(pair.script.played.cause(4) == "ambiguous overlap c7+c8")
  }

  @Test func aFINWithoutAnyCloseIsUnknown() {
    let pair = connected()
    pair.stream.client(200, [.fin, .ack])
    #expect(pair.script.played.cause(4) == "unknown noCallHasTheseBytes")
  }

  @Test func aCloseThatFailsWithABadDescriptorClosesNothing() {
    let pair = connected()
    pair.client.enters(200, .close) { $0.descriptor = 99 }.returns(203, error: 9)
    pair.client.close(300...320, pair.socket)
    pair.stream.client(310, [.fin, .ack])
    #expect(pair.script.played.cause(4) == "call fin c8")
  }

  @Test func aThreadThatDiesInItsCloseHasClosed() {
    let pair = connected()
    pair.client.enters(200, .close, pair.socket)
    pair.stream.client(210, [.fin, .ack])
    pair.client.dies(300...320, signal: 9)
    #expect(pair.script.played.cause(4) == "call fin c7")
  }

  // MARK: RST

  @Test func closeWithUnreadBytesResets() {
    #expect(Played(.reset).cause(6) == "call closeUnread c8")
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
    #expect(pair.script.played.cause(4) == "exit exitRST server[4120]")
  }

  @Test func aProcessThatDiesWithUnreadBytesResets() {
    let pair = connected()
    pair.client.write(200...220, pair.socket, count: 13)
    pair.stream.client(210, [.psh, .ack], length: 13)
    pair.stream.server(212, .ack)
    pair.server.dies(300...340, holding: [pair.accepted, pair.listener], signal: 9)
    pair.stream.server(320, [.rst, .ack])
    #expect(pair.script.played.cause(6) == "exit exitRST server[4120]")
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
