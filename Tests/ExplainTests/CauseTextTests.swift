import Explain
import Testing
import Timeline

@Suite struct CauseTextTests {
  private func cause(
    _ kind: Cause.Kind, _ reason: Cause.Reason, calls: [Int] = [], packet: Int? = nil,
    trigger: Int? = nil, process: ProcessName? = nil, isDelayed: Bool = false
  ) -> Cause {
    var cause = Cause(kind, reason)
    cause.calls = calls.map { CallID($0) }
    cause.packet = packet
    cause.trigger = trigger.map { CallID($0) }
    cause.process = process
    cause.isDelayed = isDelayed
    return cause
  }

  private func first(_ cause: Cause, isDrawn: Bool = false) -> String? {
    CauseText().short(cause, isDrawn: isDrawn).first
  }

  @Test func anArrowFromTheOnlyBarNeedsNoWords() {
    #expect(first(cause(.call, .data, calls: [8]), isDrawn: true) == nil)
    #expect(first(cause(.call, .data, calls: [8])) == "sent by c8")
    #expect(first(cause(.call, .connect, calls: [6])) == "sent by c6")
  }

  @Test func whatAnArrowCannotShowIsSaid() {
    #expect(first(cause(.call, .data, calls: [8, 9]), isDrawn: true) == "bytes of c8 and c9")
    #expect(
      first(cause(.call, .dataAndFIN, calls: [8, 12]), isDrawn: true) == "bytes of c8, FIN of c12")
    #expect(first(cause(.call, .closeUnread, calls: [8]), isDrawn: true) == "data was left unread")
    #expect(first(cause(.call, .closeLinger, calls: [8])) == "sent by c8: SO_LINGER of 0 s")
    let shell = ProcessName(id: 7, name: "sh")
    #expect(first(cause(.call, .fin, process: shell)) == "exec of sh[7]")
    var part = CauseText()
    part.isPart = true
    var data = cause(.call, .data, calls: [8])
    data.bytes = 0..<65_483
    #expect(part.short(data, isDrawn: true).first == "65,483 bytes of c8")
  }

  @Test func answersNameThePacket() {
    #expect(first(cause(.reply, .synAck, packet: 1)) == "kernel answers 1")
    #expect(
      first(cause(.reply, .ackData, packet: 4, isDelayed: true)) == "kernel answers 4, delayed")
    #expect(first(cause(.reply, .refused, packet: 1)) == "kernel answers 1: nobody listens")
    #expect(first(cause(.reply, .resetDead, packet: 9)) == "kernel answers 9: socket is gone")
    #expect(
      first(cause(.reply, .windowUpdate, trigger: 9)) == "window update, c9 freed space")
    var icmp = CauseText()
    icmp.message = "port unreachable"
    #expect(
      icmp.short(cause(.reply, .icmpError, packet: 1), isDrawn: false).first
        == "kernel answers 1: port unreachable")
  }

  @Test func repetitionsNameTheFirst() {
    #expect(
      first(cause(.retransmission, .timeout, packet: 4)) == "retransmits 4 (timeout)")
    #expect(
      first(cause(.retransmission, .tailLossProbe, packet: 4)) == "tail loss probe of 4")
    #expect(
      first(cause(.retransmission, .timeout)) == "retransmission (timeout), original not captured")
  }

  @Test func releasesNameWhatReleased() {
    #expect(
      first(cause(.released, .releasedByAck, calls: [8], packet: 12))
        == "bytes of c8, released by 12")
    #expect(
      first(cause(.released, .releasedByOption, calls: [8], trigger: 9))
        == "bytes of c8, released by c9")
    #expect(
      first(cause(.released, .releasedByTimer, calls: [8]))
        == "bytes of c8, released by a timer")
    #expect(
      first(cause(.released, .releasedByTimer, calls: [8], trigger: 9))
        == "bytes of c8, released by a timer or c9")
  }

  @Test func aFINIsNamedBesideWhatReleasedIt() {
    var both = cause(.released, .releasedByAck, calls: [8, 9], packet: 12)
    both.closers = [CallID(9)]
    #expect(first(both) == "bytes of c8, released by 12; FIN of c9")
    var alone = cause(.released, .releasedByTimer, calls: [9])
    alone.closers = [CallID(9)]
    #expect(first(alone) == "FIN of c9, released by a timer")
    let process = ProcessName(id: 200, name: "client")
    #expect(
      first(cause(.released, .releasedByAck, calls: [8], packet: 12, process: process))
        == "bytes of c8, released by 12; FIN at exit of client[200]")
    #expect(
      first(cause(.call, .fin, calls: [9], trigger: 7))
        == "sent by c9, when c7 returned, which held the socket")
    #expect(
      first(cause(.ambiguous, .overlap, calls: [9], process: process))
        == "one of c9 and the exit of client[200]: they overlap")
    #expect(
      first(cause(.ambiguous, .overlap, calls: [9]))
        == "sent by c9, or by an untraced program")
    #expect(
      first(cause(.unknown, .heldElsewhere, trigger: 9))
        == "unknown: long after c9, by a timer or an unseen holder")
    #expect(
      first(cause(.retransmission, .timeout, calls: [8]))
        == "retransmission for c8 (timeout), original not captured")
  }

  @Test func theRestIsSaidPlainly() {
    let process = ProcessName(id: 200, name: "client")
    #expect(first(cause(.exit, .exitFIN, process: process)) == "exit of client[200]")
    #expect(first(cause(.timer, .keepAlive)) == "keep-alive")
    #expect(first(cause(.timer, .zeroWindowProbe)) == "zero-window probe")
    #expect(first(cause(.untraced, .notTraced)) == "untraced")
    #expect(first(cause(.untraced, .noCalls)) == nil)
    #expect(
      first(cause(.ambiguous, .overlap, calls: [3, 5])) == "one of c3 and c5: they overlap")
    #expect(first(cause(.unknown, .beforeTrace)) == "unknown: began before the trace")
  }

  @Test(arguments: Cause.Kind.allCases)
  func shorterWordsAreShorter(kind: Cause.Kind) {
    for reason: Cause.Reason in [.data, .synAck, .refused, .resetDead, .timeout, .releasedByAck] {
      let words = CauseText().short(
        cause(kind, reason, calls: [8], packet: 12, process: ProcessName(id: 7, name: "sh")),
        isDrawn: false)
      #expect(words.map(\.count) == words.map(\.count).sorted(by: >=))
    }
  }

  @Test func wholeLinesNameCallsAndBytes() {
    var text = CauseText()
    text.names = [CallID(8): "write"]
    var data = cause(.call, .data, calls: [8])
    data.bytes = 0..<13
    #expect(text.full(data) == "sent by c8 write, bytes 1 to 13 of the stream")
    #expect(text.full(cause(.reply, .ackData, packet: 4)) == "kernel answers 4")
    #expect(text.full(cause(.untraced, .noCalls)) == "")
  }

  @Test func callsAreListed() {
    func list(_ numbers: [Int]) -> String { CauseText.list(numbers.map { CallID($0) }) }
    #expect(list([]) == "?")
    #expect(list([8]) == "c8")
    #expect(list([8, 9]) == "c8 and c9")
    #expect(list([8, 9, 10, 11]) == "c8 to c11")
    #expect(list([8, 10, 13, 20]) == "c8, c10 and 2 more")
  }

  @Test func namesOfProcessesAreHarmless() {
    #expect(CauseText.name(ProcessName(id: 1, name: "a\u{1B}[2J")) == "a\\x1b[2J[1]")
    #expect(CauseText.name(nil) == "?")
  }
}
