import Calls
import CaptureFile
import Testing
import Timeline

@testable import Recording

@Suite struct RecordingCauseTests {
  @Test(arguments: Cause.Kind.allCases)
  func everyCauseReadsBack(kind: Cause.Kind) {
    var random = RandomEvents(seed: 5)
    for reason in RecordingCause.reasons.values {
      for _ in 0..<40 {
        let cause = random.cause(kind, reason)
        #expect(RecordingCause.cause(of: cause.commentLine) == cause, "\(cause.commentLine)")
        let name = RecordingCause.CallName(
          call: "write(4)", process: ProcessName(id: random.any(), name: random.text()))
        let named = RecordingCause.text(cause, call: name)
        #expect(RecordingCause.cause(of: named) == cause, "\(named)")
        #expect(named.utf8.allSatisfy { 0x20...0x7E ~= $0 })
      }
    }
  }

  private func text(
    _ kind: Cause.Kind, _ reason: Cause.Reason, _ change: (inout Cause) -> Void = { _ in }
  ) -> String {
    var cause = Cause(kind, reason)
    change(&cause)
    let client = ProcessName(id: 200, name: "client")
    return RecordingCause.text(
      cause, call: RecordingCause.CallName(call: "write(3)", process: client))
  }

  @Test func linesAreThoseOfTheFormat() {
    #expect(
      text(.call, .data) {
        $0.calls = [CallID(7), CallID(8)]
        $0.bytes = 0..<13
      } == "call 7,8: write(3) bytes 0:13 by client[200]; data")
    #expect(
      text(.released, .releasedByAck) {
        $0.calls = [CallID(7)]
        $0.packet = 12
        $0.bytes = 13..<26
      } == "call 7 released by packet 12: window opened; bytes 13:26")
    #expect(
      text(.reply, .synAck) { $0.packet = 12 }
        == "reply to packet 12: SYN-ACK from the listening socket")
    #expect(
      text(.retransmission, .timeout) {
        $0.packet = 9
        $0.calls = [CallID(7)]
      } == "retransmission of packet 9 (call 7): after a time-out")
    #expect(text(.timer, .keepAlive) == "timer: keep-alive")
    #expect(
      text(.exit, .exitFIN) { $0.process = ProcessName(id: 200, name: "a;b") }
        == "exit of a\\x3bb[200]: FIN at exit")
  }

  @Test(
    arguments: [
      "", "call", "call 4", "call 4: my own note", "call 4; nonsense", "call x: write(3); data",
      "reply", "reply to packet: ACK of data", "reply to packet 3: something",
      "exit of x: FIN at exit",
      "released by packet 3", "timer", "note: call 4: write(3); data",
      "retransmission of packet 9 (call",
      "call 99999999999999999999: write(3); data",
    ])
  func otherCommentsGiveNone(comment: String) {
    #expect(RecordingCause.cause(of: comment) == nil)
  }

  @Test func theLastCommentThatFitsCounts() {
    let comments = [
      "call 4: write(3) by client[200]; data", "call 5: write(3) by client[200]; data\nmore words",
      "this is where it goes wrong",
    ]
    #expect(RecordingCause.cause(of: comments)?.calls == [CallID(5)])
    #expect(RecordingCause.cause(of: ["nothing", "else"]) == nil)
  }

  @Test func partsOfTomorrowAreLeftOut() {
    let cause = RecordingCause.cause(of: "call 4: write(3) by x[1]; data; colour blue; delayed")
    #expect(cause?.calls == [CallID(4)])
    #expect(cause?.isDelayed == true)
  }
}
