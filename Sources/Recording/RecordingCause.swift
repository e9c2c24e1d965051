import Text
public import Timeline

extension Cause {
  /// The cause as one line, as the comment of a recorded packet begins; all of it is ASCII, and
  /// foreign text in it is escaped.
  public var commentLine: String { RecordingCause.text(self, call: nil) }
}

/// The first line of a packet's comment, which tells people why the packet was sent. Programs read
/// `RecordingCauseFields`.
///
///     call 7,8: write(4) bytes 0:13 by client[200]; data
///     call 7 released by packet 12: window opened; bytes 13:26
///     reply to packet 12: SYN-ACK from the listening socket
///     retransmission of packet 9 (call 7): after a time-out; bytes 0:13
///     copy of packet 9: captured again
enum RecordingCause {
  /// How a call is named next to its number.
  struct CallName {
    /// The name of the system call, such as `write`.
    var call: String
    /// The descriptor that it was called with.
    var descriptor: Int32?
    var process: ProcessName

    /// Such as `write(4)`.
    var text: String { "\(call)(\(descriptor.map { "\($0)" } ?? ""))" }
  }

  /// The words for a packet that the timeline skipped.
  static let ofOthers = "untraced: packet of other programs"

  /// The line of a cause.
  static func text(_ cause: Cause, call: CallName?) -> String {
    var line: [UInt8] = []
    add(cause, call: call, to: &line)
    return String(decoding: line, as: UTF8.self)
  }

  /// Adds the line of a cause.
  static func add(_ cause: Cause, call: CallName?, to line: inout [UInt8]) {
    var rest = cause
    addHead(&rest, call, to: &line)
    func part(_ name: String, _ number: Int?) {
      guard let number else { return }
      line.add(name)
      DecimalText.add(number, to: &line)
    }
    if cause.kind == .call {
      line.add("; ")
      line.add(phrase(cause.reason))
    }
    if let bytes = rest.bytes {
      part("; bytes ", bytes.lowerBound)
      part(":", bytes.upperBound)
    }
    if !rest.calls.isEmpty { add("; calls ", rest.calls, to: &line) }
    part("; packet ", rest.packet)
    part("; trigger call ", rest.trigger?.rawValue)
    if !rest.closers.isEmpty { add("; FIN of calls ", rest.closers, to: &line) }
    if let process = rest.process {
      line.add("; process ")
      add(process, to: &line)
    }
    part("; unread ", rest.unread)
    part("; swapped port ", rest.swappedPort.map { Int($0) })
    if rest.isDelayed { line.add("; delayed") }
  }

  /// Adds the part before the first semicolon; removes from the cause what it says.
  private static func addHead(_ rest: inout Cause, _ call: CallName?, to line: inout [UInt8]) {
    let words = phrase(rest.reason)
    switch rest.kind {
    case .call:
      guard !rest.calls.isEmpty else { return line.add("call by exec") }
      defer { (rest.calls, rest.bytes) = ([], nil) }
      add("call ", rest.calls, to: &line)
      if call != nil || rest.bytes != nil { line.add(":") }
      if let call {
        line.add(" ")
        line.add(call.text)
      }
      if let bytes = rest.bytes {
        line.add(" bytes ")
        DecimalText.add(bytes.lowerBound, to: &line)
        line.add(":")
        DecimalText.add(bytes.upperBound, to: &line)
      }
      if let call {
        line.add(" by ")
        add(call.process, to: &line)
      }
    case .released:
      if !rest.calls.isEmpty {
        add("call ", rest.calls, to: &line)
        line.add(" ")
      }
      line.add("released")
      if let packet = rest.packet {
        line.add(" by packet ")
        DecimalText.add(packet, to: &line)
      }
      line.add(": ")
      line.add(words)
      (rest.packet, rest.calls) = (nil, [])
    case .reply, .retransmission, .copy:
      line.add(rest.kind.rawValue)
      if let packet = rest.packet {
        line.add(rest.kind == .reply ? " to packet " : " of packet ")
        DecimalText.add(packet, to: &line)
      }
      if !rest.calls.isEmpty {
        add(" (call ", rest.calls, to: &line)
        line.add(")")
      }
      line.add(": ")
      line.add(words)
      (rest.packet, rest.calls) = (nil, [])
    case .exit:
      line.add("exit")
      if let process = rest.process {
        line.add(" of ")
        add(process, to: &line)
      }
      line.add(": ")
      line.add(words)
      rest.process = nil
    case .untraced, .timer, .ambiguous, .unknown:
      line.add(rest.kind.rawValue)
      line.add(": ")
      line.add(words)
    }
  }

  /// Adds numbers of calls: `7,8`.
  private static func add(_ head: String, _ calls: [CallID], to line: inout [UInt8]) {
    line.add(head)
    for (index, call) in calls.enumerated() {
      if index > 0 { line.append(UInt8(ascii: ",")) }
      DecimalText.add(call.rawValue, to: &line)
    }
  }

  /// Adds a process: `client[200]`; in its name, characters that separate the parts of the line are
  /// escaped.
  private static func add(_ process: ProcessName, to line: inout [UInt8]) {
    line.add(JournalText.escaped(process.name, separators: ";[]"))
    line.append(UInt8(ascii: "["))
    DecimalText.add(Int(process.id), to: &line)
    line.append(UInt8(ascii: "]"))
  }

  /// A reason in words, different for each.
  static func phrase(_ reason: Cause.Reason) -> String { phrases[reason] ?? "\(reason)" }

  private static let phrases: [Cause.Reason: String] = [
    .connect: "SYN", .fastOpen: "SYN with data, Fast Open",
    .fastOpenWithoutData: "SYN without data, Fast Open", .data: "data",
    .dataAndFIN: "data and FIN", .fin: "FIN", .closeUnread: "RST, unread data",
    .closeLinger: "RST, SO_LINGER 0", .closeListener: "RST, never accepted",
    .abort: "RST, aborted", .datagram: "datagram", .exitFIN: "FIN at exit",
    .exitRST: "RST at exit", .exitListener: "RST at exit, never accepted",
    .synAck: "SYN-ACK from the listening socket",
    .handshakeAck: "ACK of the SYN-ACK", .ackData: "ACK of data", .ackFIN: "ACK of the FIN",
    .windowUpdate: "window update", .duplicateAck: "ACK again", .challengeAck: "challenge ACK",
    .probeAck: "ACK of a probe", .refused: "RST, nobody listens",
    .resetDead: "RST, the socket is gone", .icmpError: "ICMP error", .echoReply: "echo reply",
    .fastRetransmit: "after duplicate ACKs", .timeout: "after a time-out",
    .tailLossProbe: "tail-loss probe", .sentAgain: "for no reason that is known",
    .spurious: "needlessly", .keepAlive: "keep-alive",
    .zeroWindowProbe: "zero-window probe", .releasedByAck: "window opened",
    .releasedByOption: "pushed by an option", .releasedByCall: "taken along by a call",
    .releasedByTimer: "by a timer", .noCalls: "no calls were recorded",
    .notTraced: "no traced process holds the socket", .overlap: "calls overlapped",
    .overlapOfExits: "calls and exits overlapped",
    .beforeTrace: "open before the trace", .afterTrace: "after the trace",
    .blind: "calls were missed",
    .unseen: "by the kernel's count of no traced call",
    .forgotten: "too many calls waited to remember them",
    .noCallHasTheseBytes: "no call has written these bytes",
    .heldElsewhere: "somebody else let go of the socket",
    .nothingToAnswer: "no packet that it answers", .undecoded: "headers not readable",
    .otherProtocol: "not TCP, UDP or ICMP", .subflow: "subflows are not followed",
    .rewritten: "addresses are changed on the way", .notFollowed: "protocol is not followed",
    .membership: "for a group that a socket has joined", .capturedAgain: "captured again",
  ]
}
