import Calls
import Process
import Testing
import Timeline

@testable import Recording

/// The line for programs.
@Suite struct RecordingCauseFieldsTests {
  private static let client = RecordingCause.CallName(
    call: "write", descriptor: 4, process: ProcessName(id: 200, name: "client"))

  private func line(
    _ kind: Cause.Kind, _ reason: Cause.Reason, _ change: (inout Cause) -> Void = { _ in }
  ) -> String {
    var cause = Cause(kind, reason)
    change(&cause)
    return RecordingCauseFields.line(cause, call: Self.client)
  }

  private func cause(_ comment: String) -> Cause? {
    guard case .cause(let cause)? = RecordingCauseFields.reading(comment) else { return nil }
    return cause
  }

  /// Every kind with every reason, with hostile names and numbers, alone and behind the line for people.
  @Test(arguments: Cause.Kind.allCases)
  func everyCauseReadsBack(kind: Cause.Kind) {
    var random = RandomEvents(seed: 5)
    for reason in Cause.Reason.allCases {
      for _ in 0..<10 {
        let cause = random.cause(kind, reason)
        let name = RecordingCause.CallName(
          call: "write", descriptor: random.maybe { $0.any() },
          process: ProcessName(id: random.any(), name: random.text()))
        for name in [nil, name] {
          let line = RecordingCauseFields.line(cause, call: name)
          #expect(self.cause(line) == cause, "\(line)")
          #expect(line.utf8.allSatisfy { 0x20...0x7E ~= $0 })
          let comment = RecordingComment.text(cause, call: name)
          #expect(comment.split(separator: "\n").count == 2)
          #expect(self.cause(comment) == cause, "\(comment)")
        }
      }
    }
  }

  @Test func linesAreThoseOfTheFormat() {
    #expect(
      line(.call, .data) {
        $0.calls = [CallID(7), CallID(8)]
        $0.bytes = 0..<13
      } == "sockline cause=call reason=data calls=7,8 bytes=0:13 name=write fd=4 caller=client[200]"
    )
    #expect(
      line(.released, .releasedByCall) {
        $0.calls = [CallID(7)]
        $0.closers = [CallID(9)]
        $0.trigger = CallID(8)
        $0.bytes = 13..<26
      } == "sockline cause=released reason=released-by-call calls=7 fin=9 trigger=8 bytes=13:26")
    #expect(
      line(.reply, .refused) {
        $0.packet = 12
        $0.swappedPort = 3490
      } == "sockline cause=reply reason=refused packet=12 swapped-port=3490")
    #expect(
      line(.reply, .ackData) {
        $0.packet = 12
        $0.trigger = CallID(7)
        $0.isDelayed = true
      } == "sockline cause=reply reason=ack-data packet=12 trigger=7 delayed=1")
    #expect(
      line(.exit, .exitRST) {
        $0.process = ProcessName(id: 200, name: "a b=[c]\n;")
        $0.unread = 5
      } == "sockline cause=exit reason=exit-rst process=a\\x20b\\x3d\\x5bc\\x5d\\n;[200] unread=5")
    #expect(line(.timer, .keepAlive) == "sockline cause=timer reason=keep-alive")
    // A call is named where it sent the packet, and is known.
    #expect(line(.call, .fin) == "sockline cause=call reason=fin")
    #expect(
      line(.retransmission, .timeout) { $0.calls = [CallID(7)] }
        == "sockline cause=retransmission reason=timeout calls=7")
  }

  /// Names stay what they are in files that were written: a changed one is a change of the format.
  @Test func namesAreThoseOfTheFormat() {
    #expect(
      Cause.Kind.allCases.map(\.rawValue) == [
        "copy", "untraced", "retransmission", "timer", "exit", "released", "call", "reply",
        "ambiguous", "unknown",
      ])
    let names = Cause.Reason.allCases.map(\.recordedName)
    #expect(
      names == [
        "connect", "fast-open", "fast-open-without-data", "data", "data-and-fin", "fin",
        "close-unread", "close-linger", "close-listener", "abort", "datagram", "exit-fin",
        "exit-rst", "exit-listener", "syn-ack", "handshake-ack", "ack-data", "ack-fin",
        "window-update", "duplicate-ack", "challenge-ack", "probe-ack", "refused", "reset-dead",
        "icmp-error", "echo-reply", "fast-retransmit", "timeout", "tail-loss-probe", "sent-again",
        "spurious", "keep-alive", "zero-window-probe", "released-by-ack", "released-by-option",
        "released-by-call", "released-by-timer", "no-calls", "not-traced", "overlap",
        "overlap-of-exits", "before-trace", "after-trace", "blind", "unseen", "forgotten",
        "no-call-has-these-bytes", "held-elsewhere", "nothing-to-answer", "undecoded",
        "other-protocol", "subflow", "rewritten", "not-followed", "membership", "captured-again",
      ])
    #expect(names.allSatisfy { Cause.Reason(recordedName: $0)?.recordedName == $0 })
    #expect(Cause.Reason(recordedName: "mood") == nil)
  }

  /// docs/RECORDING.md has every name, and its examples are read.
  @Test func everyNameIsDescribed() throws {
    let page = String(
      decoding: try contents(of: capturesFolder + "../docs/RECORDING.md"), as: UTF8.self)
    let names = Cause.Kind.allCases.map(\.rawValue) + Cause.Reason.allCases.map(\.recordedName)
    let fields = [
      "cause", "reason", "calls", "fin", "packet", "trigger", "bytes", "process", "unread",
      "swapped-port", "delayed", "name", "fd", "caller",
    ]
    #expect((names + fields).filter { !page.contains("`\($0)`") } == [])
    let examples = page.split(separator: "\n").filter { $0.hasPrefix("sockline cause=") }
    #expect(examples.count > 3)
    #expect(examples.filter { RecordingCauseFields.reading(String($0)) == nil } == [])
  }

  @Test(
    arguments: [
      "", "sockline", "sockline cause=", "sockline cause=call", "sockline cause=none reason",
      "cause=call reason=data calls=7", " sockline cause=call reason=data calls=7",
      "Sockline cause=call reason=data", "sockline  cause=call reason=data",
      "sockline cause=call  reason=data", "sockline cause=call reason=data ",
      "sockline cause=call calls=7 reason=data", "sockline cause=call reason=data calls=7 calls=8",
      "sockline cause=call reason=data calls=", "sockline cause=call reason=data calls=7,",
      "sockline cause=call reason=data calls=7,x", "sockline cause=call reason=data calls=+7",
      "sockline cause=call reason=data calls=99999999999999999999",
      "sockline cause=call reason=data packet=-1", "sockline cause=call reason=data bytes=7",
      "sockline cause=call reason=data bytes=9:7", "sockline cause=call reason=data bytes=1:2:3",
      "sockline cause=call reason=data swapped-port=65536",
      "sockline cause=call reason=data delayed",
      "sockline cause=call reason=data delayed=0", "sockline cause=exit reason=exit-fin process=x",
      "sockline cause=exit reason=exit-fin process=x[y]", "sockline cause=call reason=data a=b=c",
      "sockline cause=call reason=data Calls=7", "sockline cause=call reason=data =7",
      "sockline cause=call\treason=data", "sockline cause=call reason=data colour=größer",
      "sockline cause=I think that it is the server", "call 7: write(3) by client[200]; data",
      "> sockline cause=call reason=data calls=7",
    ])
  func otherLinesAreNotRead(comment: String) {
    #expect(RecordingCauseFields.reading(comment) == nil)
  }

  @Test(
    arguments: [
      "sockline cause=none", "sockline cause=untraced reason=passed-over",
      "sockline cause=call reason=of-tomorrow calls=7", "sockline cause=mood reason=data",
    ])
  func whatIsNotKnownIsWorkedOut(line: String) {
    #expect(RecordingCauseFields.reading(line) == .workedOut)
    #expect(RecordingCauseFields.reading("in words\n" + line) == .workedOut)
  }

  @Test func fieldsOfTomorrowAreLeftOut() {
    let cause = cause("sockline cause=call reason=data calls=4 colour=blue,green delayed=1")
    #expect(cause?.calls == [CallID(4)])
    #expect(cause?.isDelayed == true)
  }

  /// Somebody wrote into the recording's own comment; Windows ends lines otherwise.
  @Test(arguments: ["\n", "\r\n", "\n\n"])
  func theLineIsFoundAmongOthers(end: String) {
    let own = "sockline cause=timer reason=keep-alive"
    for comment in [
      own, "words" + end + own, own + end + "words", "words" + end + own + end + "words",
      "sockline cause=copy reason=captured-again" + end + own,
    ] {
      #expect(cause(comment) == Cause(.timer, .keepAlive), "\(comment)")
    }
  }

  /// A program that is called like fields: they are its name, and nothing else.
  @Test(arguments: [
    "x calls=666", "x\nsockline cause=timer reason=keep-alive",
    "x\r\nsockline cause=timer reason=keep-alive\n", "[1] calls=666", "a[2]; SYN", "=", " ", "\\",
    "\\x20calls=666", "x\u{2028}sockline cause=timer reason=keep-alive", "x\u{85}y", "\u{301}=",
    "sockline cause=timer reason=keep-alive", "; bytes 0:3; trigger call 9", "x\0y",
  ])
  func namesAreNoFields(name: String) {
    let process = ProcessName(id: 200, name: name)
    let call = RecordingCause.CallName(call: "write", descriptor: 3, process: process)
    var sent = Cause(.call, .data)
    sent.calls = [CallID(7)]
    var ended = Cause(.exit, .exitFIN)
    ended.process = process
    for cause in [sent, ended] {
      let comment = RecordingComment.text(cause, call: call)
      #expect(self.cause(comment) == cause, "\(comment)")
      #expect(comment.utf8.count { $0 == UInt8(ascii: "\n") } == 1)
      let line = comment.split(separator: "\n").last ?? ""
      #expect(line.utf8.count { $0 == UInt8(ascii: "=") } == (cause == sent ? 6 : 3))
    }
  }

  /// Cut at every byte, a comment never gives anything that stands in none of its fields.
  @Test func cutAtEveryByte() {
    var random = RandomEvents(seed: 9)
    for kind in Cause.Kind.allCases {
      let cause = random.cause(kind, .data)
      let comment = Array(RecordingComment.text(cause, call: Self.client).utf8)
      for count in comment.indices {
        let part = String(decoding: comment.prefix(count), as: UTF8.self)
        guard let read = self.cause(part) else { continue }
        #expect(read.kind == kind)
        #expect(Set(read.calls.map { "\($0.rawValue)" }).count <= cause.calls.count)
        #expect(read.packet == nil || "\(cause.packet ?? -1)".hasPrefix("\(read.packet ?? 0)"))
      }
    }
  }
}
