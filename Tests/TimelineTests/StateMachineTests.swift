import Calls
import Scenario
import Testing
import Timeline
import Wire

/// The states of both ends (RFC 9293, section 3.3.2), by segments alone.
@Suite struct StateMachineTests {
  private func stream(_ write: (Stream) -> Void) -> Played {
    let script = Script()
    script.hasCalls = false
    write(script.stream("127.0.0.1:51514", "127.0.0.1:3490"))
    var scenario = script.scenario
    scenario.hasCalls = false
    return Played(scenario)
  }

  @Test func handshake() {
    let played = stream { $0.handshake(0, 4, 8) }
    #expect(played.states(1) == "SYN-SENT SYN-RCVD")
    #expect(played.states(2) == "ESTABLISHED -")
    #expect(played.states(3) == "- ESTABLISHED")
    #expect(played.totals.reports[0].handshake == 8000)
    #expect(played.totals.reports[0].closing == .open)
  }

  @Test func closeInThreeSegments() {
    let played = stream {
      $0.handshake(0, 4, 8)
      $0.client(20, [.fin, .ack])
      $0.server(24, [.fin, .ack])
      $0.client(28, .ack)
    }
    #expect(played.states(4) == "FIN-WAIT-1 CLOSE-WAIT")
    #expect(played.states(5) == "TIME-WAIT LAST-ACK")
    #expect(played.states(6) == "- CLOSED")
    #expect(
      played.totals.reports[0].closing
        == .fins(first: .client, firstFIN: 4, secondFIN: 5, segments: 3))
  }

  @Test func closeInFourSegments() {
    let played = stream {
      $0.handshake(0, 4, 8)
      $0.server(20, [.fin, .ack])
      $0.client(24, .ack)
      $0.client(40, [.fin, .ack])
      $0.server(44, .ack)
    }
    #expect(played.states(4) == "CLOSE-WAIT FIN-WAIT-1")
    #expect(played.states(5) == "- FIN-WAIT-2")
    #expect(played.states(6) == "LAST-ACK TIME-WAIT")
    #expect(played.states(7) == "CLOSED -")
    #expect(
      played.totals.reports[0].closing
        == .fins(first: .server, firstFIN: 4, secondFIN: 6, segments: 4))
  }

  @Test func crossingFINs() {
    let played = stream {
      $0.handshake(0, 4, 8)
      $0.client(20, [.fin, .ack])
      $0.server(21, [.fin, .ack], ack: 1)
      $0.client(24, .ack)
      $0.server(25, .ack)
    }
    // The server had not met the client's FIN when it sent its own: its ACK (7) shows when it has.
    #expect(played.states(4) == "FIN-WAIT-1 -")
    #expect(played.states(5) == "CLOSING FIN-WAIT-1")
    #expect(played.states(6) == "- CLOSING")
    #expect(played.states(7) == "TIME-WAIT TIME-WAIT")
    #expect(played.totals.reports[0].closing == .simultaneous(firstFIN: 4, secondFIN: 5))
  }

  @Test func halfCloseWithDataAfterIt() {
    let played = stream {
      $0.handshake(0, 4, 8)
      $0.client(20, [.fin, .ack])
      $0.server(24, .ack)
      $0.server(30, [.psh, .ack], length: 100)
      $0.client(34, .ack)
    }
    #expect(played.states(4) == "FIN-WAIT-1 CLOSE-WAIT")
    #expect(played.states(5) == "FIN-WAIT-2 -")
    #expect(played.states(6) == "- -")
    #expect(played.totals.reports[0].closing == .half(first: .client, firstFIN: 4))
  }

  /// What acknowledges the first FIN decides, whatever else it carries.
  @Test func dataMayAcknowledgeTheFirstFIN() {
    let played = stream {
      $0.handshake(0, 4, 8)
      $0.client(20, [.fin, .ack])
      $0.server(24, [.psh, .ack], length: 100)
      $0.client(26, .ack)
      $0.server(30, [.fin, .ack])
      $0.client(34, .ack)
    }
    #expect(
      played.totals.reports[0].closing
        == .fins(first: .client, firstFIN: 4, secondFIN: 7, segments: 4))
  }

  @Test func theSecondFINMayCarryDataAndAcknowledgeTheFirst() {
    let played = stream {
      $0.handshake(0, 4, 8)
      $0.client(20, [.fin, .ack])
      $0.server(24, [.psh, .fin, .ack], length: 100)
      $0.client(26, .ack)
    }
    #expect(
      played.totals.reports[0].closing
        == .fins(first: .client, firstFIN: 4, secondFIN: 5, segments: 3))
  }

  @Test func aFINThatIsSentAgainMayBeWhatIsAcknowledged() {
    let played = stream {
      $0.handshake(0, 4, 8)
      $0.client(20, [.fin, .ack])
      $0.client(220_000, [.fin, .ack], seq: 1)
      $0.server(220_010, [.psh, .ack], length: 100)
      $0.server(220_020, [.fin, .ack])
      $0.client(220_030, .ack)
    }
    #expect(
      played.totals.reports[0].closing
        == .fins(first: .client, firstFIN: 4, secondFIN: 7, segments: 4))
  }

  @Test func oneSocketThatIsBothEndsClosesItself() {
    let script = Script()
    let own = script.stream("127.0.0.1:3490", "127.0.0.1:3490", isn: (1000, 1000))
    own.client(0, .syn)
    own.client(4, [.syn, .ack], seq: 0, ack: 1)
    own.client(100, [.fin, .ack], seq: 1, ack: 1)
    own.client(104, .ack, seq: 2, ack: 2)
    #expect(script.played.totals.reports[0].closing == .own(firstFIN: 3))
  }

  @Test func resetAndRefusal() {
    let reset = stream {
      $0.handshake(0, 4, 8)
      $0.server(20, [.rst, .ack])
    }
    #expect(reset.states(4) == "CLOSED CLOSED")
    #expect(reset.totals.reports[0].closing == .reset(by: .server, packet: 4))
    let refused = stream {
      $0.client(0, .syn)
      $0.server(4, [.rst, .ack])
    }
    #expect(refused.states(1) == "SYN-SENT -")
    #expect(refused.states(2) == "CLOSED -")
    #expect(refused.totals.reports[0].closing == .refused(packet: 2))
  }

  @Test func aFINToASocketThatIsGone() {
    let gone = stream {
      $0.handshake(0, 4, 8)
      $0.server(20, [.fin, .ack])
      $0.client(22, .rst)
      $0.client(24, [.rst, .ack], ack: 1)
    }
    #expect(gone.states(4) == "- FIN-WAIT-1")
    #expect(gone.states(5) == "CLOSED CLOSED")
    let met = stream {
      $0.handshake(0, 4, 8)
      $0.server(20, [.fin, .ack])
      $0.client(24, [.rst, .ack])
    }
    #expect(met.states(4) == "CLOSE-WAIT FIN-WAIT-1")
  }

  @Test func simultaneousOpen() {
    let played = stream {
      $0.client(0, .syn)
      $0.server(1, .syn)
      $0.client(4, [.syn, .ack], seq: 0)
      $0.server(5, [.syn, .ack], seq: 0)
    }
    #expect(played.states(1) == "SYN-SENT -")
    #expect(played.states(2) == "SYN-RCVD SYN-SENT")
    #expect(played.states(3) == "- ESTABLISHED")
    #expect(played.states(4) == "ESTABLISHED -")
    #expect(played.cause(3) == "reply synAck of p2")
    #expect(played.cause(4) == "reply synAck of p1")
    #expect(played.packets.allSatisfy { !$0.makesSocket })
    #expect(played.totals.reports[0].retransmissions == 0)
  }

  @Test func aSocketConnectedToItself() {
    let script = Script()
    let program = script.process(4121, "client")
    let socket = script.socket(fd: 3)
    let itself = script.stream("127.0.0.1:5000", "127.0.0.1:5000", isn: (1000, 1000))
    program.socket(0...4, socket)
    program.bind(6...8, socket, "127.0.0.1:5000")
    let connect = program.connect(10, socket, "127.0.0.1:5000", local: "127.0.0.1:5000")
    itself.client(12, .syn)
    itself.client(13, [.syn, .ack], seq: 0, ack: 1)
    connect.returns(20)
    program.write(30...40, socket, count: 13)
    itself.client(34, [.psh, .ack], length: 13, seq: 1, ack: 1)
    itself.client(36, .ack, seq: 14, ack: 14)
    program.read(50...54, socket, gives: 13)
    program.close(60...70, socket)
    itself.client(64, [.fin, .ack], seq: 14, ack: 14)
    itself.client(66, .ack, seq: 15, ack: 15)
    let played = script.played
    #expect(
      played.causes == [
        "call connect c3", "reply synAck of p1", "call data c4 bytes 0..<13",
        "reply ackData of p3", "call fin c6", "reply ackFIN of p5",
      ])
    #expect(played.states(1) == "SYN-RCVD SYN-RCVD")
    #expect(played.states(2) == "ESTABLISHED ESTABLISHED")
    #expect(played.states(5) == "CLOSING CLOSING")
    #expect(played.states(6) == "TIME-WAIT TIME-WAIT")
    #expect(played.wake(5) == "did not wait 3")
  }

  @Test func aConnectionJoinedInMidStream() {
    let played = stream {
      $0.client(0, [.psh, .ack], length: 13, seq: 100, ack: 200)
      $0.server(4, .ack, seq: 200)
      $0.client(20, [.fin, .ack])
      $0.server(24, [.fin, .ack], seq: 200)
      $0.client(28, .ack, ack: 201)
    }
    #expect(played.packets[0].relativeSequence == 1)
    #expect(played.states(3) == "FIN-WAIT-1 CLOSE-WAIT")
    #expect(played.states(5) == "- CLOSED")
    #expect(played.totals.reports[0].connection.beganBefore)
  }
}
