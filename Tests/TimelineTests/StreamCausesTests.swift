import Calls
import Scenario
import Testing
import Timeline
import Wire

@Suite struct StreamCausesTests {
  /// A pair that is connected by 150 microseconds: packets 1 to 3, calls c1 to c6.
  private func connected(isn: (client: UInt32, server: UInt32) = (1000, 5000)) -> Pair {
    let pair = Pair(isn: isn)
    pair.connect(at: 100)
    return pair
  }

  @Test func oneSegmentCarriesTheBytesOfSeveralCalls() {
    let pair = connected()
    pair.client.write(200...205, pair.socket, count: 1000)
    pair.client.write(210...215, pair.socket, count: 30_000)
    pair.client.write(220...240, pair.socket, count: 30_440)
    pair.stream.client(230, [.psh, .ack], length: 61_440)
    #expect(pair.script.played.cause(4) == "call data c7+c8+c9 bytes 0..<61440")
  }

  @Test func oneCallGoesOverSeveralSegments() {
    let pair = connected()
    let write = pair.client.write(200, pair.socket, count: 150_000)
    pair.stream.client(210, .ack, length: 61_440)
    pair.stream.client(212, .ack, length: 61_440)
    write.returns(220, 150_000)
    pair.stream.server(230, .ack)
    pair.stream.client(232, [.psh, .ack], length: 27_120)
    let played = pair.script.played
    #expect(played.cause(4) == "call data c7 bytes 0..<61440")
    #expect(played.cause(5) == "call data c7 bytes 61440..<122880")
    #expect(played.cause(7) == "released releasedByAck c7 of p6 bytes 122880..<150000")
  }

  /// Two segments that crossed on their way to the capture, and whose acknowledgement is there when the
  /// first of them gets its cause: the calls of the other are not forgotten.
  @Test(arguments: [4, 80, 300])
  func segmentsThatCrossedKeepTheirCalls(calls: Int) {
    let pair = connected()
    for index in 0..<calls {
      pair.client.write(200 + index...201 + index, pair.socket, count: 10)
    }
    pair.stream.client(600, .ack, length: 10, seq: 1)
    pair.stream.client(601, .ack, length: 10, seq: 21 + 10 * (calls - 4))
    pair.stream.client(602, .ack, length: 10 + 10 * (calls - 4), seq: 11)
    pair.stream.server(610, .ack, ack: 31 + 10 * (calls - 4))
    let played = pair.script.played
    let last = 7 + calls - 2
    #expect(!played.cause(5).hasPrefix("unknown"))
    #expect(played.cause(6).hasSuffix("bytes 10..<\(20 + 10 * (calls - 4))"))
    #expect(played.packets[5].cause.calls == (8..<last).map { CallID($0) })
  }

  @Test func theStreamGoesOverTheEndOfSequenceSpace() {
    let pair = connected(isn: (0xFFFF_FFF0, 0xFFFF_FFFF))
    pair.talk(at: 200)
    pair.client.write(400...420, pair.socket, count: 100)
    pair.stream.client(410, [.psh, .ack], length: 100)
    pair.stream.server(412, .ack)
    pair.close(at: 500)
    let played = pair.script.played
    #expect(played.cause(4) == "call data c8 bytes 0..<13")
    #expect(played.cause(8) == "call data c11 bytes 13..<113")
    #expect(played.packets[8].relativeAcknowledgement == 114)
    #expect(played.packets[8].acknowledges == [8])
    #expect(played.totals.unexplained == 0)
    #expect(played.totals.reports[0].retransmissions == 0)
  }

  @Test func aStreamOfManyGigabytesKeepsItsPositions() {
    let pair = connected()
    var time = 200
    let (size, count) = (61_440, 72_000)
    let write = pair.client.write(time, pair.socket, count: size * count)
    for _ in 0..<count {
      pair.stream.client(time + 3, [.psh, .ack], length: size)
      pair.stream.server(time + 5, .ack)
      time += 10
    }
    write.returns(time, size * count)
    pair.client.write((time + 10)...(time + 30), pair.socket, count: 13)
    pair.stream.client(time + 20, [.psh, .ack], length: 13)
    let played = pair.script.played
    let end = size * count
    #expect(end > 1 << 32)
    #expect(
      played.packets.last.map { text(of: $0.cause) } == "call data c8 bytes \(end)..<\(end + 13)")
    // From the second one on, each has to wait for the window.
    #expect(played.cause(6) == "released releasedByAck c7 of p5 bytes 61440..<122880")
    #expect(played.totals.causes.all == [.call: 3, .released: count - 1, .reply: count + 2])
    #expect(played.totals.reports[0].clientBytes == end + 13)
  }

  @Test func aWriteThatWasOnlyPartlyTakenCountsWhatItGaveBack() {
    let pair = connected()
    pair.client.write(200, pair.socket, count: 5000).returns(210, 2000)
    pair.stream.client(205, [.psh, .ack], length: 2000)
    pair.client.write(220...230, pair.socket, count: 100)
    pair.stream.client(225, [.psh, .ack], length: 100)
    pair.client.write(240, pair.socket, count: 100).returns(242, error: 11)
    pair.client.write(250...260, pair.socket, count: 50)
    pair.stream.client(255, [.psh, .ack], length: 50)
    let played = pair.script.played
    #expect(played.cause(4) == "call data c7 bytes 0..<2000")
    #expect(played.cause(5) == "call data c8 bytes 2000..<2100")
    #expect(played.cause(6) == "call data c10 bytes 2100..<2150")
  }

  @Test func twoThreadsThatWriteAtOnceAreAmbiguous() {
    let pair = connected()
    let one = pair.client.write(200, pair.socket, count: 100)
    let other = pair.client.thread(4130).write(205, pair.socket, count: 100)
    pair.stream.client(210, [.psh, .ack], length: 100)
    pair.stream.client(212, [.psh, .ack], length: 100)
    one.returns(220, 100)
    other.returns(225, 100)
    pair.client.write(300...320, pair.socket, count: 50)
    pair.stream.client(310, [.psh, .ack], length: 50)
    let played = pair.script.played
    #expect(played.cause(4) == "ambiguous overlap c7+c8 bytes 0..<100")
    #expect(played.cause(5) == "ambiguous overlap c7+c8 bytes 100..<200")
    #expect(played.cause(6) == "call data c9 bytes 200..<250")
  }

  /// Two calls overlap, but the second had not been entered when the first segment left.
  @Test func whatLeftBeforeTheOverlapIsTheFirstCalls() {
    let pair = Pair()
    pair.connect(at: 100)
    let first = pair.client.write(200, pair.socket, count: 200)
    pair.stream.client(210, [.psh, .ack], length: 100)
    pair.client.thread(4130).write(300...320, pair.socket, count: 50)
    pair.stream.client(310, [.psh, .ack], length: 50)
    first.returns(350, 200)
    let played = pair.script.played
    #expect(played.cause(4) == "call data c7 bytes 0..<100")
    #expect(played.cause(5) == "ambiguous overlap c7+c8 bytes 100..<150")
  }

  @Test func aWriteBesideOneThatWroteNothingIsCertain() {
    let pair = connected()
    let one = pair.client.write(200, pair.socket, count: 100)
    let other = pair.client.thread(4130).write(205, pair.socket, count: 100)
    pair.stream.client(210, [.psh, .ack], length: 100)
    one.returns(220, 100)
    other.returns(225, error: 11)
    #expect(pair.script.played.cause(4) == "call data c7 bytes 0..<100")
  }

  @Test func threadsThatWriteOneAfterTheOtherAreCertain() {
    let pair = connected()
    pair.client.write(200...220, pair.socket, count: 100)
    pair.stream.client(210, [.psh, .ack], length: 100)
    pair.client.thread(4130).write(220...240, pair.socket, count: 100)
    pair.stream.client(230, [.psh, .ack], length: 100)
    let played = pair.script.played
    #expect(played.cause(4) == "call data c7 bytes 0..<100")
    #expect(played.cause(5) == "call data c8 bytes 100..<200")
  }

  @Test func aPacketALittleBeforeItsCallByTheClockBelongsToItAllTheSame() {
    let pair = connected()
    pair.stream.client(197, [.psh, .ack], length: 13)
    pair.client.write(200...220, pair.socket, count: 13)
    pair.stream.client(300, [.psh, .ack], length: 7)
    pair.client.write(300...320, pair.socket, count: 7)
    let played = pair.script.played
    #expect(played.cause(4) == "call data c7 bytes 0..<13")
    #expect(played.cause(5) == "call data c8 bytes 13..<20")
  }

  @Test func aPacketLongBeforeTheCallThatWouldHaveItsBytesIsUnknown() {
    let pair = connected()
    pair.stream.client(200, [.psh, .ack], length: 13)
    pair.client.write(20_000...20_020, pair.socket, count: 13)
    #expect(pair.script.played.cause(4) == "unknown noCallHasTheseBytes")
  }

  @Test func bytesThatNoCallWroteAreUnknown() {
    let pair = connected()
    pair.client.write(200...220, pair.socket, count: 13)
    pair.stream.client(210, [.psh, .ack], length: 13)
    pair.stream.client(300, [.psh, .ack], length: 10)
    pair.stream.client(310, [.psh, .ack], length: 20)
    let played = pair.script.played
    #expect(played.cause(4) == "call data c7 bytes 0..<13")
    #expect(played.cause(5) == "unknown noCallHasTheseBytes")
  }

  @Test func bytesOfWhichACallWroteAPartOnlyAreUnknown() {
    let pair = connected()
    pair.client.write(200...220, pair.socket, count: 13)
    pair.stream.client(210, [.psh, .ack], length: 20)
    #expect(pair.script.played.cause(4) == "unknown noCallHasTheseBytes")
  }

  @Test func theKernelsOffsetFindsBytesThatNoCallWrote() {
    let pair = connected()
    pair.client.write(200...220, pair.socket, count: 13)
    pair.stream.client(210, [.psh, .ack], length: 13)
    pair.client.event(230, .blind("io_uring"))
    pair.stream.client(240, [.psh, .ack], length: 100)
    pair.script.asksStreamOffset = true
    pair.socket.written = 113
    pair.client.write(300...320, pair.socket, count: 13)
    pair.stream.client(310, [.psh, .ack], length: 13)
    let played = pair.script.played
    #expect(played.cause(5) == "unknown blind")
    #expect(played.cause(6) == "call data c8 bytes 113..<126")
  }

  @Test func whatFollowsUnknownLengthsIsUncertainUntilTheKernelIsAsked() {
    let pair = connected()
    pair.client.enters(200, .sendmmsg, pair.socket) { $0.count = 4096 }.returns(220, 2)
    pair.stream.client(210, [.psh, .ack], length: 100)
    pair.client.write(230...250, pair.socket, count: 13)
    pair.stream.client(240, [.psh, .ack], length: 13)
    pair.script.asksStreamOffset = true
    pair.socket.written = 113
    pair.client.write(300...320, pair.socket, count: 13)
    pair.stream.client(310, [.psh, .ack], length: 13)
    let played = pair.script.played
    #expect(played.cause(4) == "unknown unseen")
    #expect(played.cause(6) == "call data c9 bytes 113..<126")
  }

  @Test func aConnectionThatWasOpenBeforeIsUnknown() {
    let script = Script()
    let program = script.process(4121, "client")
    let socket = script.socket(fd: 3, local: "127.0.0.1:51514", peer: "127.0.0.1:3490")
    let stream = script.stream("127.0.0.1:51514", "127.0.0.1:3490")
    // The tracer asks for both names at the first call on a socket that it does not know.
    let write = program.enters(100, .write, socket, names: true) { $0.count = 13 }
    stream.client(110, [.psh, .ack], length: 13, seq: 500, ack: 700)
    stream.server(112, .ack, seq: 700)
    write.returns(120, 13)
    let played = script.played
    #expect(played.cause(1) == "unknown beforeTrace")
    #expect(played.packets[0].sender == .client)
    #expect(played.cause(2) == "untraced notTraced")
  }

  // MARK: data and FIN in one segment

  @Test func aFINThatRidesOnDataNamesBothCalls() {
    let pair = connected()
    pair.client.setsockopt(180...182, pair.socket, level: 6, name: 3)
    pair.client.write(200...210, pair.socket, count: 10)
    pair.client.close(220...240, pair.socket)
    pair.stream.client(230, [.fin, .psh, .ack], length: 10)
    #expect(pair.script.played.cause(4) == "call dataAndFIN c8+c9 bytes 0..<10")
  }

  @Test func dataWithAFINOfADyingProcessIsAnExit() {
    let pair = connected()
    pair.client.setsockopt(180...182, pair.socket, level: 6, name: 3)
    pair.client.write(200...210, pair.socket, count: 10)
    pair.client.dies(220...240, holding: [pair.socket], status: 0)
    pair.stream.client(230, [.fin, .psh, .ack], length: 10)
    #expect(pair.script.played.cause(4) == "exit exitFIN c8 bytes 0..<10 client[4121]")
  }

  // MARK: calls that count otherwise

  @Test func spliceWritesWhatItGivesBackAndReadsTheOtherWay() {
    let pair = connected()
    pair.client.enters(200, .splice, pair.socket) { $0.count = 4096 }.returns(210, 100)
    pair.stream.client(205, [.psh, .ack], length: 100)
    // Flags of splice are not those of recv: 1 is SPLICE_F_MOVE, 2 SPLICE_F_NONBLOCK.
    pair.server.enters(220, .splice, pair.accepted) {
      $0.count = 4096
      $0.receives = true
      $0.flags = 3
    }
    .returns(230, 100)
    pair.server.write(240...250, pair.accepted, count: 7)
    pair.stream.server(245, [.psh, .ack], length: 7)
    pair.client.write(260...270, pair.socket, count: 11)
    pair.stream.client(265, [.psh, .ack], length: 11)
    pair.server.read(280...290, pair.accepted, gives: 11)
    let played = pair.script.played
    #expect(played.cause(4) == "call data c7 bytes 0..<100")
    #expect(played.cause(5) == "call data c9 bytes 0..<7")
    #expect(played.cause(6) == "call data c10 bytes 100..<111")
    #expect(played.calls.compactMap(\.bytes) == [0..<100, 0..<100, 0..<7, 100..<111, 100..<111])
    #expect(played.wake(8) == "did not wait 4")
  }

  @Test func callsOfSeveralMessagesCountTheirBytes() {
    let pair = connected()
    pair.client.enters(200, .sendmmsg, pair.socket) {
      $0.count = 36
      $0.messageLengths = [11, 12, 13]
    }
    .returns(210, 2, lengths: [11, 12])
    pair.stream.client(203, [.psh, .ack], length: 11)
    pair.stream.client(205, [.psh, .ack], length: 12)
    pair.client.write(220...230, pair.socket, count: 5)
    pair.stream.client(225, [.psh, .ack], length: 5)
    pair.server.enters(240, .recvmmsg, pair.accepted) { $0.count = 100 }
      .returns(250, 2, lengths: [20, 8])
    let played = pair.script.played
    #expect(played.cause(4) == "call data c7 bytes 0..<11")
    #expect(played.cause(5) == "call data c7 bytes 11..<23")
    #expect(played.cause(6) == "call data c8 bytes 23..<28")
    #expect(played.calls.compactMap(\.bytes) == [0..<23, 23..<28, 0..<28])
  }

  @Test func messagesWhoseLengthsAreNotKnownMakeTheStreamUncertain() {
    let pair = connected()
    pair.client.enters(200, .sendmmsg, pair.socket) { $0.count = 36 }.returns(210, 2)
    pair.stream.client(205, [.psh, .ack], length: 23)
    #expect(pair.script.played.cause(4) == "unknown blind")
  }
}
