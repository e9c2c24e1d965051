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

  @Test func aFINALittleBeforeTheLastCloseIsNotGivenToAnEarlierOne() {
    let pair = connected()
    let child = pair.server.forks(180, 4125, "server")
    child.close(200...210, pair.accepted)
    pair.stream.server(297, [.fin, .ack])
    pair.server.close(300...320, pair.accepted)
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

  @Test func aCloseAndAnExitAtOnceAreBothNamed() {
    let pair = connected()
    let child = pair.server.forks(180, 4125, "worker")
    child.event(190, .exiting(holds: [pair.accepted.id]))
    pair.server.close(200...240, pair.accepted)
    pair.stream.server(230, [.fin, .ack])
    child.event(260, .exited(status: 0, signal: nil))
    let played = pair.script.played
    #expect(played.cause(4) == "ambiguous overlap c7 worker[4125]")
  }

  @Test func ofTwoExitsNoneIsNamed() {
    let pair = connected()
    let children = [4125, 4126].map { pair.server.forks(180, $0, "worker") }
    for child in children { child.event(190, .exiting(holds: [pair.accepted.id])) }
    pair.server.close(200...240, pair.accepted)
    pair.stream.server(230, [.fin, .ack])
    for child in children { child.event(260, .exited(status: 0, signal: nil)) }
    #expect(pair.script.played.cause(4) == "ambiguous overlapOfExits c7")
  }

  @Test func aFINThatLeavesWithReleasedBytes() {
    let pair = connected()
    pair.client.write(200...210, pair.socket, count: 100_000)
    pair.stream.client(205, .ack, length: 61_440)
    pair.client.close(220...230, pair.socket)
    pair.stream.server(500, .ack)
    pair.stream.client(502, [.psh, .fin, .ack], length: 38_560)
    let played = pair.script.played
    #expect(played.cause(6) == "released releasedByAck c7+c8 of p5 bytes 61440..<100000")
    let cause = played.packets.last?.cause
    #expect(cause?.closers == [CallID(8)])
  }

  @Test func anExitThatLeavesWithReleasedBytes() {
    let pair = connected()
    pair.client.write(200...210, pair.socket, count: 100_000)
    pair.stream.client(205, .ack, length: 61_440)
    pair.client.dies(220...240, status: 0)
    pair.stream.server(500, .ack)
    pair.stream.client(502, [.psh, .fin, .ack], length: 38_560)
    let cause = pair.script.played.packets.last?.cause
    #expect(cause?.kind == .released)
    #expect(cause?.calls == [CallID(7)])
    #expect(cause?.process?.id == 4121)
  }
}
