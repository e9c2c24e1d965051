import Calls
import CaptureFile
import Process
import Testing
import Timeline

@testable import Recording

/// Causes in the words of format 1, as they stand in recordings of that time.
@Suite struct RecordingFormat1Tests {
  /// The line of every reason, as the last version that wrote format 1 wrote it, and the same in fields.
  static let lines: [(words: String, fields: String)] = [
    (
      "call 7: write(4) by client[200]; SYN",
      "cause=call reason=connect calls=7"
    ),
    (
      "call 8,9: sendto(4) by x\\x3b y[200]; SYN with data, Fast Open",
      "cause=call reason=fast-open calls=8,9"
    ),
    (
      "call 9,10,11: close(4) by curl[200]; SYN without data, Fast Open",
      "cause=call reason=fast-open-without-data calls=9,10,11"
    ),
    (
      "call 10: write() bytes 300:313 by client[200]; data",
      "cause=call reason=data calls=10 bytes=300:313"
    ),
    (
      "call 11,12: sendto(4) bytes 400:413 by x\\x3b y[200]; data and FIN; FIN of calls 20,21",
      "cause=call reason=data-and-fin calls=11,12 fin=20,21 bytes=400:413"
    ),
    (
      "call 12,13,14: close(4) by curl[200]; FIN; trigger call 45",
      "cause=call reason=fin calls=12,13,14 trigger=45"
    ),
    (
      "call by exec; RST, unread data; unread 1006",
      "cause=call reason=close-unread unread=1006"
    ),
    (
      "call 14,15: sendto() by x\\x3b y[200]; RST, SO_LINGER 0",
      "cause=call reason=close-linger calls=14,15"
    ),
    (
      "call 15,16,17: close(4) by curl[200]; RST, never accepted",
      "cause=call reason=close-listener calls=15,16,17"
    ),
    (
      "call 16: write(4) by client[200]; RST, aborted",
      "cause=call reason=abort calls=16"
    ),
    (
      "call 17,18: sendto(4) by x\\x3b y[200]; datagram",
      "cause=call reason=datagram calls=17,18"
    ),
    (
      "exit of gr\\xc3\\xb6\\xc3\\x9fe=1[4121]: FIN at exit",
      "cause=exit reason=exit-fin process=gr\\xc3\\xb6\\xc3\\x9fe\\x3d1[4121]"
    ),
    (
      "exit of client[4121]: RST at exit; unread 1012",
      "cause=exit reason=exit-rst process=client[4121] unread=1012"
    ),
    (
      "exit of a\\x3b b\\x5b1\\x5d: x[4121]: RST at exit, never accepted",
      "cause=exit reason=exit-listener process=a;\\x20b\\x5b1\\x5d:\\x20x[4121]"
    ),
    (
      "reply to packet 17: SYN-ACK from the listening socket",
      "cause=reply reason=syn-ack packet=17"
    ),
    (
      "reply to packet 18: ACK of the SYN-ACK",
      "cause=reply reason=handshake-ack packet=18"
    ),
    (
      "reply to packet 19: ACK of data; delayed",
      "cause=reply reason=ack-data packet=19 delayed=1"
    ),
    (
      "reply to packet 20: ACK of the FIN; delayed",
      "cause=reply reason=ack-fin packet=20 delayed=1"
    ),
    (
      "reply to packet 21: window update; trigger call 58",
      "cause=reply reason=window-update packet=21 trigger=58"
    ),
    (
      "reply to packet 22: ACK again",
      "cause=reply reason=duplicate-ack packet=22"
    ),
    (
      "reply to packet 23: challenge ACK",
      "cause=reply reason=challenge-ack packet=23"
    ),
    (
      "reply to packet 24: ACK of a probe",
      "cause=reply reason=probe-ack packet=24"
    ),
    (
      "reply to packet 25: RST, nobody listens; swapped port 3490",
      "cause=reply reason=refused packet=25 swapped-port=3490"
    ),
    (
      "reply to packet 26: RST, the socket is gone",
      "cause=reply reason=reset-dead packet=26"
    ),
    (
      "reply to packet 27: ICMP error; trigger call 64",
      "cause=reply reason=icmp-error packet=27 trigger=64"
    ),
    (
      "reply to packet 28: echo reply",
      "cause=reply reason=echo-reply packet=28"
    ),
    (
      "retransmission of packet 29 (call 33,34,35): after duplicate ACKs; bytes 2600:2613",
      "cause=retransmission reason=fast-retransmit calls=33,34,35 packet=29 bytes=2600:2613"
    ),
    (
      "retransmission of packet 30: after a time-out; bytes 2700:2713",
      "cause=retransmission reason=timeout packet=30 bytes=2700:2713"
    ),
    (
      "retransmission of packet 31 (call 35,36): tail-loss probe",
      "cause=retransmission reason=tail-loss-probe calls=35,36 packet=31"
    ),
    (
      "retransmission of packet 32 (call 36,37,38): for no reason that is known",
      "cause=retransmission reason=sent-again calls=36,37,38 packet=32"
    ),
    (
      "retransmission of packet 33 (call 37): needlessly",
      "cause=retransmission reason=spurious calls=37 packet=33"
    ),
    (
      "timer: keep-alive; trigger call 71",
      "cause=timer reason=keep-alive trigger=71"
    ),
    (
      "timer: zero-window probe",
      "cause=timer reason=zero-window-probe"
    ),
    (
      "call 40 released: window opened; bytes 3300:3313",
      "cause=released reason=released-by-ack calls=40 bytes=3300:3313"
    ),
    (
      "released by packet 37: pushed by an option; trigger call 74",
      "cause=released reason=released-by-option packet=37 trigger=74"
    ),
    (
      "call 42,43,44 released: taken along by a call; bytes 3500:3513; FIN of calls 20,21",
      "cause=released reason=released-by-call calls=42,43,44 fin=20,21 bytes=3500:3513"
    ),
    (
      "call 43 released by packet 39: by a timer; bytes 3600:3613; process client[4121]",
      "cause=released reason=released-by-timer calls=43 packet=39 bytes=3600:3613 process=client[4121]"
    ),
    (
      "untraced: no calls were recorded",
      "cause=untraced reason=no-calls"
    ),
    (
      "untraced: no traced process holds the socket",
      "cause=untraced reason=not-traced"
    ),
    (
      "ambiguous: calls overlapped; calls 46; process gr\\xc3\\xb6\\xc3\\x9fe=1[4121]",
      "cause=ambiguous reason=overlap calls=46 process=gr\\xc3\\xb6\\xc3\\x9fe\\x3d1[4121]"
    ),
    (
      "ambiguous: calls and exits overlapped; calls 47,48",
      "cause=ambiguous reason=overlap-of-exits calls=47,48"
    ),
    (
      "unknown: open before the trace",
      "cause=unknown reason=before-trace"
    ),
    (
      "unknown: after the trace",
      "cause=unknown reason=after-trace"
    ),
    (
      "unknown: calls were missed",
      "cause=unknown reason=blind"
    ),
    (
      "unknown: by the kernel's count of no traced call; bytes 4400:4413",
      "cause=unknown reason=unseen bytes=4400:4413"
    ),
    (
      "unknown: too many calls waited to remember them",
      "cause=unknown reason=forgotten"
    ),
    (
      "unknown: no call has written these bytes; bytes 4600:4613",
      "cause=unknown reason=no-call-has-these-bytes bytes=4600:4613"
    ),
    (
      "unknown: somebody else let go of the socket; trigger call 87",
      "cause=unknown reason=held-elsewhere trigger=87"
    ),
    (
      "unknown: no packet that it answers",
      "cause=unknown reason=nothing-to-answer"
    ),
    (
      "unknown: headers not readable",
      "cause=unknown reason=undecoded"
    ),
    (
      "untraced: not TCP, UDP or ICMP",
      "cause=untraced reason=other-protocol"
    ),
    (
      "unknown: subflows are not followed",
      "cause=unknown reason=subflow"
    ),
    (
      "unknown: addresses are changed on the way",
      "cause=unknown reason=rewritten"
    ),
    (
      "unknown: protocol is not followed",
      "cause=unknown reason=not-followed"
    ),
    (
      "unknown: for a group that a socket has joined",
      "cause=unknown reason=membership"
    ),
    (
      "copy of packet 58: captured again",
      "cause=copy reason=captured-again packet=58"
    ),
  ]

  @Test(arguments: lines.indices)
  func everyReasonIsRead(index: Int) throws {
    let line = Self.lines[index]
    let reading = try #require(RecordingCauseFields.reading("sockline " + line.fields))
    let cause = try #require(RecordingFormat1.cause(of: line.words))
    #expect(reading == .cause(cause))
    #expect(cause.reason == Cause.Reason.allCases[index])
    #expect(RecordingFormat1.cause(of: line.words + "\nmore words") == cause)
    #expect(RecordingFormat1.isOwn(comment: line.words))
  }

  @Test func everyReasonIsThere() { #expect(Self.lines.count == Cause.Reason.allCases.count) }

  /// Names that would end a part, and an exit whose reason stands behind a colon of the name.
  @Test func namesAreUnescaped() throws {
    let exit = try #require(RecordingFormat1.cause(of: "exit of a\\x3b: b\\x5b[9]: FIN at exit"))
    #expect(exit.process == ProcessName(id: 9, name: "a;: b["))
    let call = try #require(
      RecordingFormat1.cause(of: "call 4: write(3) bytes 0:3 by bytes 5:7\\x3b FIN[1]; data"))
    #expect(call.bytes == 0..<3 && call.reason == .data)
  }

  /// The shipped recordings are of format 1: each packet has its cause, and all of it is written anew in
  /// this format as it was.
  @Test(arguments: captureNames.filter { $0.hasPrefix("demo") || $0 == "endings.pcapng" })
  func oldRecordingsAreWrittenAnew(name: String) throws {
    let old = RecordingContents(try contents(of: capturesFolder + name))
    #expect(old.error == nil && !old.reader.isUnfinished && old.reader.foreignEntries == 0)
    #expect(old.packets.allSatisfy { $0.stored != nil && $0.record.comments.isEmpty })
    let bytes = try old.writtenAnew()
    let new = RecordingContents(bytes)
    #expect(new.error == nil && !new.packets.isEmpty)
    #expect(new.order == old.order)
    #expect(new.packets.map(\.stored) == old.packets.map(\.stored))
    let comments = [try contents(of: capturesFolder + name), bytes].map {
      records(of: $0).map { $0.comments.map { "\($0.prefix { $0 != "\n" })" } }
    }
    #expect(comments[0] == comments[1])
  }

  /// The example of docs/RECORDING.md is what is written of `sockline demo tcp`.
  @Test func theExampleIsWritten() throws {
    let page = String(
      decoding: try contents(of: capturesFolder + "../docs/RECORDING.md"), as: UTF8.self)
    let block = try #require(
      page.split(separator: "```").first { $0.contains("\nsockline cause=") })
    let examples = block.split(separator: "\n\n").map {
      $0.split(separator: "\n").joined(separator: "\n")
    }
    let demo = RecordingContents(try contents(of: capturesFolder + "demo-tcp.pcapng"))
    let written = records(of: try demo.writtenAnew()).flatMap(\.comments)
    #expect(examples.count == 4)
    #expect(examples.filter { !written.contains($0) } == [])
  }

  @Test(
    arguments: [
      "", "call", "call 4", "call 4: my own note", "call 4; nonsense", "call x: write(3); data",
      "reply", "reply to packet: ACK of data", "reply to packet 3: something",
      "exit of x: FIN at exit", "released by packet 3", "timer",
      "note: call 4: write(3); data", "retransmission of packet 9 (call",
      "call 99999999999999999999: write(3); data",
      "sockline cause=timer reason=keep-alive",
    ])
  func otherCommentsGiveNone(comment: String) {
    #expect(RecordingFormat1.cause(of: comment) == nil)
    #expect(!RecordingFormat1.isOwn(comment: comment))
  }

  @Test func theLastCommentThatFitsCounts() {
    let comments = [
      "call 4: write(3) by client[200]; data", "call 5: write(3) by client[200]; data\nmore words",
      "this is where it goes wrong",
    ]
    #expect(RecordingComments(comments, format: 1).cause?.calls == [CallID(5)])
    #expect(RecordingComments(comments, format: 1).others == ["this is where it goes wrong"])
    #expect(RecordingComments(["nothing", "else"], format: 1).cause == nil)
  }

  @Test func partsOfTomorrowAreLeftOut() {
    let cause = RecordingFormat1.cause(of: "call 4: write(3) by x[1]; data; colour blue; delayed")
    #expect(cause?.calls == [CallID(4)])
    #expect(cause?.isDelayed == true)
  }
}
