import Calls
import Testing
import Timeline

@testable import Recording

/// The line for people.
@Suite struct RecordingCauseTests {
  private func text(
    _ kind: Cause.Kind, _ reason: Cause.Reason, _ change: (inout Cause) -> Void = { _ in }
  ) -> String {
    var cause = Cause(kind, reason)
    change(&cause)
    let client = ProcessName(id: 200, name: "client")
    return RecordingCause.text(
      cause, call: RecordingCause.CallName(call: "write", descriptor: 3, process: client))
  }

  @Test func theLineTellsPeople() {
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

  @Test func noTwoReasonsHaveTheSameWords() {
    let words = Cause.Reason.allCases.map { RecordingCause.phrase($0) }
    #expect(Set(words).count == words.count)
    // A reason without words would be told by its name in the code.
    for reason in Cause.Reason.allCases where reason != .data && reason != .datagram {
      #expect(RecordingCause.phrase(reason) != "\(reason)")
    }
  }

  /// Whatever a program is called, the line is one, of ASCII.
  @Test(arguments: Cause.Kind.allCases)
  func theLineIsOneLine(kind: Cause.Kind) {
    var random = RandomEvents(seed: 6)
    for reason in Cause.Reason.allCases {
      let name = RecordingCause.CallName(
        call: "write", descriptor: 4,
        process: ProcessName(id: random.any(), name: random.text()))
      let line = RecordingCause.text(random.cause(kind, reason), call: name)
      #expect(line.utf8.allSatisfy { 0x20...0x7E ~= $0 }, "\(line)")
    }
  }
}
