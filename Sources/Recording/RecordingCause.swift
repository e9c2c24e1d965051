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
    var rest = cause
    let head = self.head(&rest, call)
    var parts = [head]
    if cause.kind == .call { parts.append(phrase(cause.reason)) }
    if let bytes = rest.bytes { parts.append("bytes \(bytes.lowerBound):\(bytes.upperBound)") }
    if !rest.calls.isEmpty { parts.append("calls " + list(rest.calls)) }
    if let packet = rest.packet { parts.append("packet \(packet)") }
    if let trigger = rest.trigger { parts.append("trigger call \(trigger.rawValue)") }
    if !rest.closers.isEmpty { parts.append("FIN of calls " + list(rest.closers)) }
    if let process = rest.process { parts.append("process " + name(process)) }
    if let count = rest.unread { parts.append("unread \(count)") }
    if let port = rest.swappedPort { parts.append("swapped port \(port)") }
    if rest.isDelayed { parts.append("delayed") }
    return parts.joined(separator: "; ")
  }

  /// The part before the first semicolon; removes from the cause what it says.
  private static func head(_ rest: inout Cause, _ call: CallName?) -> String {
    let words = phrase(rest.reason)
    switch rest.kind {
    case .call:
      guard !rest.calls.isEmpty else { return "call by exec" }
      defer { (rest.calls, rest.bytes) = ([], nil) }
      let bytes = rest.bytes.map { " bytes \($0.lowerBound):\($0.upperBound)" } ?? ""
      let shown = call.map { " \($0.text)\(bytes) by \(name($0.process))" } ?? bytes
      return "call " + list(rest.calls) + (shown.isEmpty ? "" : ":" + shown)
    case .released:
      defer { rest.calls = [] }
      let calls = rest.calls.isEmpty ? "" : "call \(list(rest.calls)) "
      if let packet = rest.packet {
        rest.packet = nil
        return "\(calls)released by packet \(packet): \(words)"
      }
      return "\(calls)released: \(words)"
    case .reply, .retransmission, .copy:
      let verb = rest.kind == .reply ? "to" : "of"
      let packet = rest.packet.map { " \(verb) packet \($0)" } ?? ""
      let calls = rest.calls.isEmpty ? "" : " (call \(list(rest.calls)))"
      (rest.packet, rest.calls) = (nil, [])
      return "\(rest.kind.rawValue)\(packet)\(calls): \(words)"
    case .exit:
      defer { rest.process = nil }
      return "exit" + (rest.process.map { " of \(name($0))" } ?? "") + ": \(words)"
    case .untraced, .timer, .ambiguous, .unknown: return "\(rest.kind.rawValue): \(words)"
    }
  }

  /// Numbers of calls: `7,8`.
  private static func list(_ calls: [CallID]) -> String {
    calls.map { "\($0.rawValue)" }.joined(separator: ",")
  }

  /// A process: `client[200]`; in its name, characters that separate the parts of the line are
  /// escaped.
  static func name(_ process: ProcessName) -> String {
    JournalText.escaped(process.name, separators: ";[]") + "[\(process.id)]"
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
