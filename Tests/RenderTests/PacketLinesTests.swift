import Testing
import Timeline
import Wire

@testable import Render

@Suite struct PacketLinesTests {
  private func isHeavy(_ line: LadderLine?) -> Bool? {
    if case .arrow(_, let isHeavy, _, _) = line?.middle { isHeavy } else { nil }
  }

  @Test func aCallInItsBarSends() {
    var layout = layout()
    _ = layout.lines(of: callRow(8, .write))
    let line = layout.lines(of: packetRow(4, cause(.call, .data, calls: [8]))).first
    #expect(isHeavy(line) == true)
    #expect(line?.client.bar == .sends(several: false))
    #expect(line?.client.end == .crossed)
    #expect(line?.client.words == [])
    #expect(line?.server.end == .runs)
  }

  @Test func aCallOutsideItsBarIsNamed() {
    var layout = layout()
    let line = layout.lines(of: packetRow(4, cause(.call, .data, calls: [8]))).first
    #expect(isHeavy(line) == true)
    #expect(line?.client.bar == .sendsOutside)
    #expect(line?.client.words.map(\.text) == ["sent by c8"])
  }

  @Test func anotherCallsBarDoesNotSend() {
    var layout = layout()
    _ = layout.lines(of: callRow(9, .read))
    let line = layout.lines(of: packetRow(4, cause(.call, .data, calls: [8]))).first
    #expect(line?.client.bar == .inside(several: false))
    #expect(line?.client.words.map(\.text) == ["sent by c8"])
  }

  @Test func oneOfSeveralCallsIsNamed() {
    var layout = layout()
    _ = layout.lines(of: callRow(8, .write))
    _ = layout.lines(of: callRow(9, .read, thread: 4122))
    let line = layout.lines(of: packetRow(4, cause(.call, .data, calls: [8]))).first
    #expect(line?.client.bar == .sends(several: true))
    #expect(line?.client.words.map(\.text) == ["sent by c8"])
  }

  @Test(arguments: [
    (cause(.reply, .ackData, packet: 3), "kernel answers 3"),
    (cause(.retransmission, .timeout, calls: [8], packet: 3), "retransmits 3 (timeout)"),
    (cause(.timer, .keepAlive), "keep-alive"),
    (cause(.released, .releasedByAck, calls: [8], packet: 3), "bytes of c8, released by 3"),
    (cause(.untraced, .notTraced), "untraced"),
    (cause(.unknown, .noCallHasTheseBytes), "unknown: no call wrote this"),
  ])
  func theKernelSendsFromTheLine(cause: Cause, text: String) {
    var layout = layout()
    _ = layout.lines(of: callRow(8, .write))
    let line = layout.lines(of: packetRow(4, cause)).first
    #expect(isHeavy(line) == false)
    #expect(line?.client.bar == .inside(several: false))
    #expect(line?.client.end == .starts)
    #expect(line?.client.words.map(\.text) == [text])
  }

  @Test func aCallThatReleasesSends() {
    var layout = layout()
    _ = layout.lines(of: callRow(9, .setsockopt))
    let released = cause(.released, .releasedByOption, calls: [8], trigger: 9)
    let line = layout.lines(of: packetRow(4, released)).first
    #expect(isHeavy(line) == true)
    #expect(line?.client.bar == .sends(several: false))
    #expect(line?.client.words.map(\.text) == ["bytes of c8, released by c9"])
  }

  @Test func statesStandBesideTheEndThatChanges() {
    var layout = layout(isOpen: false)
    _ = layout.lines(of: callRow(6, .connect))
    let row = packetRow(1, cause(.call, .connect, calls: [6]), flags: .syn, length: 0) {
      $0.clientState = .synSent
      $0.serverState = .synReceived
      $0.makesSocket = true
      $0.showsChosenPort = true
    }
    let line = layout.lines(of: row).first
    #expect(line?.client.words.map(\.text) == ["SYN-SENT", "kernel chose :1"])
    #expect(line?.server.words.map(\.text) == ["SYN-RCVD, a new socket"])
    #expect(line?.server.end == .runs)
  }

  @Test func theCauseIsNeverLeftOut() {
    var layout = layout()
    var exit = cause(.exit, .exitFIN)
    exit.process = ProcessName(id: 4121, name: "a-process-of-long-name")
    let row = packetRow(6, exit, flags: [.fin, .ack], length: 0) { $0.clientState = .finWait1 }
    let lines = layout.lines(of: row)
    #expect(words(lines, .client) == [["FIN-WAIT-1", "exit of [4121]"]])
    layout.room.client = 18
    #expect(words(layout.lines(of: row), .client) == [["FIN-WAIT-1"], ["exit of [4121]"]])
  }

  @Test func aRefusalComesFromNoSocket() {
    var layout = layout(isOpen: false)
    _ = layout.lines(
      of: packetRow(1, cause(.call, .connect, calls: [6]), flags: .syn, length: 0) {
        $0.clientState = .synSent
      })
    let refusal = packetRow(
      2, from: .server, cause(.reply, .refused, packet: 1), flags: [.rst, .ack], length: 0
    ) { $0.clientState = .closed }
    let line = layout.lines(of: refusal).first
    #expect(line?.server.end == .startsNowhere)
    #expect(line?.client.end == .runs)
    #expect(layout.scene.connections.isEmpty)
  }

  @Test func packetsOfNoConnectionStandInTheMiddle() {
    var layout = layout()
    var row = packetRow(7, cause(.untraced, .otherProtocol))
    row.connection = nil
    if case .packet(var packet) = row.content {
      packet.sender = nil
      packet.packet.packet.transport = .other(89)
      row.content = .packet(packet)
    }
    let line = layout.lines(of: row).first
    #expect(line?.middle == .note("OSPF", .plain))
    #expect(line?.server.words.first?.text == "not TCP or UDP")
  }

  @Test func aLateISNIsTold() {
    var layout = Layout(
      room: Room(width: 104, time: 7, number: 3, connection: 0), style: LadderStyle(),
      language: .english)
    var facts = connection(1)
    facts.serverISN = nil
    layout.open(facts, at: Instant(0))
    let row = packetRow(
      2, from: .server, cause(.reply, .synAck, packet: 1), flags: [.syn, .ack], length: 0)
    #expect(words(layout.lines(of: row), .server) == [["kernel answers 1", "ISN 1"]])
  }
}
