import Calls
import Scenario
import Testing
import Timeline
import Wire

/// Descriptors that share a socket: dup, fork, SCM_RIGHTS.
@Suite struct DescriptorsTests {
  /// A pair that is connected by 150 microseconds: packets 1 to 3, calls c1 to c6.
  private func connected() -> Pair {
    let pair = Pair()
    pair.connect(at: 100)
    return pair
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

  @Test func aDescriptorThatWasPassedOnKeepsTheConnectionOpen() {
    let pair = connected()
    let other = pair.script.process(4130, "other")
    let take = other.enters(200, .read, pair.accepted) { $0.descriptor = 9 }
    pair.server.close(210...214, pair.accepted)
    take.returns(260, error: 4)
    other.enters(300, .write, pair.accepted) {
      $0.descriptor = 9
      $0.count = 5
    }
    .returns(320, 5)
    pair.stream.server(310, [.psh, .ack], length: 5)
    other.enters(330, .close, pair.accepted) { $0.descriptor = 9 }.returns(350)
    pair.stream.server(340, [.fin, .ack])
    let played = pair.script.played
    #expect(played.cause(4) == "call data c9 bytes 0..<5")
    #expect(played.cause(5) == "call fin c10")
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

  /// As a recorder tells it: the socket of the call is the one that is closed.
  @Test func dup2OfAListenerKeepsItListening() {
    let pair = connected()
    let own = pair.script.socket(fd: 8)
    pair.client.listens(160, own, "127.0.0.1:4000")
    pair.client.enters(210, .dup2, pair.socket) {
      $0.descriptor = 8
      $0.other = pair.socket.descriptor
      $0.closes = [
        HeldDescriptor(pair.socket.descriptor, SocketFacts(id: pair.socket.id, kind: .tcp))
      ]
    }
    .returns(230, 3, made: own)
    pair.stream.client(220, [.fin, .ack])
    pair.client.enters(240, .close, own) { $0.descriptor = pair.socket.descriptor }.returns(250)
    let played = pair.script.played
    #expect(played.cause(4) == "call fin c10")
    #expect(played.sends(10) == .packets)
    let closing = played.rows.compactMap { row -> CallRow? in
      if case .call(let call) = row.content, call.record.id == CallID(11) { call } else { nil }
    }
    #expect(closing.last?.listenerState == nil)
    #expect(closing.last?.leavesOpen == true)
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
}
