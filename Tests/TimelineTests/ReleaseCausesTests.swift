import Calls
import Scenario
import Testing
import Timeline
import Wire

/// Bytes that calls wrote and something else let out.
@Suite struct ReleaseCausesTests {
  /// A pair that is connected by 150 microseconds: packets 1 to 3, calls c1 to c6.
  private func connected() -> Pair {
    let pair = Pair()
    pair.connect(at: 100)
    return pair
  }

  @Test func bytesThatNagleHeldBackAreReleasedByTheAck() {
    let pair = connected()
    pair.client.write(200...220, pair.socket, count: 10)
    pair.stream.client(210, [.psh, .ack], length: 10)
    pair.client.write(230...240, pair.socket, count: 20)
    pair.stream.server(40_250, .ack)
    pair.stream.client(40_253, [.psh, .ack], length: 20)
    let played = pair.script.played
    #expect(played.cause(5) == "reply ackData of p4 delayed")
    #expect(played.cause(6) == "released releasedByAck c8 of p5 bytes 10..<30")
  }

  @Test func anAckSoonAfterTheCallReleasesToo() {
    let pair = connected()
    pair.client.write(200...220, pair.socket, count: 10)
    pair.stream.client(210, [.psh, .ack], length: 10)
    pair.client.write(230...240, pair.socket, count: 20)
    pair.stream.server(245, .ack)
    pair.stream.client(247, [.psh, .ack], length: 20)
    #expect(pair.script.played.cause(6) == "released releasedByAck c8 of p5 bytes 10..<30")
  }

  @Test func corkedBytesAreReleasedByUncorking() {
    let pair = connected()
    pair.client.setsockopt(180...182, pair.socket, level: 6, name: 3)
    pair.client.write(200...210, pair.socket, count: 10)
    pair.client.write(220...230, pair.socket, count: 20)
    pair.client.setsockopt(240...260, pair.socket, level: 6, name: 3, value: 0)
    pair.stream.client(250, [.psh, .ack], length: 30)
    #expect(
      pair.script.played.cause(4) == "released releasedByOption c8+c9 by c10 bytes 0..<30")
  }

  @Test func noDelayReleasesWhatNagleHeldBack() {
    let pair = connected()
    pair.client.write(200...220, pair.socket, count: 10)
    pair.stream.client(210, [.psh, .ack], length: 10)
    pair.client.write(230...240, pair.socket, count: 20)
    pair.client.setsockopt(250...270, pair.socket, level: 6, name: 1)
    pair.stream.client(260, [.psh, .ack], length: 20)
    #expect(pair.script.played.cause(5) == "released releasedByOption c8 by c9 bytes 10..<30")
  }

  @Test func anAckJustBeforeAnOptionIsWhatReleases() {
    let pair = connected()
    pair.client.write(200...220, pair.socket, count: 10)
    pair.stream.client(210, [.psh, .ack], length: 10)
    pair.client.write(230...240, pair.socket, count: 20)
    pair.stream.server(260, .ack)
    pair.stream.client(262, [.psh, .ack], length: 20)
    pair.client.setsockopt(268...290, pair.socket, level: 6, name: 1)
    #expect(pair.script.played.cause(6) == "released releasedByAck c8 of p5 bytes 10..<30")
  }

  @Test func anOptionALittleAfterItsPacketByTheClockReleasesAllTheSame() {
    let pair = connected()
    pair.client.setsockopt(180...182, pair.socket, level: 6, name: 3)
    pair.client.write(200...210, pair.socket, count: 10)
    pair.stream.client(5_000, [.psh, .ack], length: 10)
    pair.client.setsockopt(5_004...5_020, pair.socket, level: 6, name: 3, value: 0)
    #expect(pair.script.played.cause(4) == "released releasedByOption c8 by c9 bytes 0..<10")
  }

  @Test func corkingReleasesNothing() {
    let pair = connected()
    pair.client.write(200...220, pair.socket, count: 10)
    pair.stream.client(210, [.psh, .ack], length: 10)
    pair.client.write(230...240, pair.socket, count: 20)
    pair.client.setsockopt(245...300, pair.socket, level: 6, name: 3)
    pair.stream.server(250, .ack)
    pair.stream.client(252, [.psh, .ack], length: 20)
    #expect(pair.script.played.cause(6) == "released releasedByAck c8 of p5 bytes 10..<30")
  }

  @Test func aLaterCallTakesEarlierBytesAlong() {
    let pair = connected()
    pair.client.setsockopt(180...182, pair.socket, level: 6, name: 3)
    pair.client.write(200...210, pair.socket, count: 1000)
    let write = pair.client.write(220, pair.socket, count: 1000)
    pair.stream.client(230, .ack, length: 1000)
    pair.stream.client(232, [.psh, .ack], length: 1000)
    write.returns(240, 1000)
    let played = pair.script.played
    #expect(played.cause(4) == "released releasedByCall c8 by c9 bytes 0..<1000")
    #expect(played.cause(5) == "call data c9 bytes 1000..<2000")
  }

  @Test func anAckThatCameWhileALaterCallBlocksIsWhatReleases() {
    let pair = connected()
    pair.client.write(200...210, pair.socket, count: 100_000)
    pair.stream.client(205, .ack, length: 61_440)
    let blocked = pair.client.write(220, pair.socket, count: 900_000)
    pair.stream.server(5000, .ack)
    pair.stream.client(5002, .ack, length: 38_560)
    blocked.returns(9000, 900_000)
    #expect(
      pair.script.played.cause(6) == "released releasedByAck c7 of p5 bytes 61440..<100000")
  }

  @Test func whatFollowsInOneGoWithTheFirstIsReleasedByTheSameAck() {
    let pair = connected()
    pair.client.write(200...210, pair.socket, count: 200_000)
    pair.stream.client(205, .ack, length: 61_440)
    pair.stream.server(300, .ack)
    pair.stream.client(320, .ack, length: 60_000)
    pair.stream.client(322, .ack, length: 40_000)
    let played = pair.script.played
    #expect(played.cause(6) == "released releasedByAck c7 of p5 bytes 61440..<121440")
    #expect(played.cause(7) == "released releasedByAck c7 of p5 bytes 121440..<161440")
  }

  @Test func aSegmentThatWaitedAfterTheLastIsPaced() {
    let pair = connected()
    pair.client.write(200...210, pair.socket, count: 200_000)
    pair.stream.client(205, .ack, length: 61_440)
    pair.stream.server(300, .ack)
    pair.stream.client(320, .ack, length: 60_000)
    pair.stream.client(380, .ack, length: 40_000)
    pair.stream.client(382, .ack, length: 20_000)
    let played = pair.script.played
    #expect(played.cause(7) == "released releasedByTimer c7 bytes 121440..<161440")
    #expect(played.cause(8) == "released releasedByTimer c7 bytes 161440..<181440")
  }

  /// Pacing and the call cannot be told apart from outside: both are named.
  @Test func aTimerOrTheWriteThatRuns() {
    let pair = connected()
    pair.client.write(200...210, pair.socket, count: 200_000)
    pair.stream.client(205, .ack, length: 61_440)
    pair.stream.server(300, .ack)
    pair.stream.client(320, .ack, length: 60_000)
    let write = pair.client.write(350, pair.socket, count: 100_000)
    pair.stream.client(380, .ack, length: 40_000)
    write.returns(400, 100_000)
    let later = pair.client.write(500, pair.socket, count: 1000)
    later.returns(510, 1000)
    #expect(
      pair.script.played.cause(7) == "released releasedByTimer c7 by c8 bytes 121440..<161440")
  }

  @Test func aTimerReleasesCorkedBytesAfterASilence() {
    let pair = connected()
    pair.client.setsockopt(180...182, pair.socket, level: 6, name: 3)
    pair.client.write(200...210, pair.socket, count: 10)
    pair.stream.client(200_300, [.psh, .ack], length: 10)
    #expect(pair.script.played.cause(4) == "released releasedByTimer c8 bytes 0..<10")
  }

  // MARK: the window

  /// A pair that is connected, whose server offers `window` bytes.
  private func offering(_ window: UInt16) -> Pair {
    let pair = Pair()
    pair.connect(at: 100)
    pair.client.write(160...165, pair.socket, count: 10)
    pair.stream.client(162, [.psh, .ack], length: 10)
    pair.stream.server(163, .ack, window: window)
    return pair
  }

  @Test func whatTheWindowHeldBackIsReleasedThoughItsCallRuns() {
    let pair = offering(512)
    let write = pair.client.write(200, pair.socket, count: 100_000)
    pair.stream.client(205, .ack, length: 32_768)
    pair.stream.server(207, .ack)
    pair.stream.client(209, .ack, length: 32_768)
    pair.stream.server(211, .ack)
    pair.stream.client(213, [.psh, .ack], length: 34_464)
    write.returns(230, 100_000)
    let played = pair.script.played
    #expect(played.cause(6) == "call data c8 bytes 10..<32778")
    // Up to the edge that the call found at its entry.
    #expect(played.cause(8) == "call data c8 bytes 32778..<65546")
    #expect(played.cause(10) == "released releasedByAck c8 of p9 bytes 65546..<100010")
  }

  @Test func sendfileGoesOnByItselfAfterEachPipeful() {
    // The edges: one pipeful behind the first byte, and what the SYN,ACK had offered. nginx writes a
    // header before, so that the edge lies in the middle of a pipeful.
    for (window, rest) in [(512, 32_768), (500, 32_717)] {
      let pair = offering(UInt16(window))
      let call = pair.client.enters(200, .sendfile, pair.socket) { $0.count = 100_000 }
      pair.stream.client(205, .ack, length: 32_768)
      pair.stream.client(206, .ack, length: rest)
      pair.stream.server(207, .ack, window: 2048)
      pair.stream.client(209, [.psh, .ack], length: 1000)
      call.returns(230, 100_000)
      let start = 10 + 32_768 + rest
      #expect(
        pair.script.played.cause(9) == "call data c8 bytes \(start)..<\(start + 1000)")
    }
  }

  /// A write that slept before it had room for its bytes puts them into the stream when it wakes.
  @Test(arguments: [(true, "call data c8"), (false, "released releasedByAck c8 of p5")])
  func aCallThatSleptSendsByItself(paused: Bool, cause: String) {
    let pair = Pair()
    pair.connect(at: 100)
    // As much as the SYN,ACK has offered.
    pair.client.write(160...165, pair.socket, count: 65_495)
    pair.stream.client(162, .ack, length: 65_495)
    let write = pair.client.write(200, pair.socket, count: 1_000)
    pair.stream.server(1_163, .ack, window: 512)
    pair.stream.client(1_180, .ack, length: 1_000)
    write.returns(1_190, 1_000, paused: paused)
    #expect(pair.script.played.cause(6) == "\(cause) bytes 65495..<66495")
  }
}
