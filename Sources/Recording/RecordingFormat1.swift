import Timeline

/// Causes as in recordings of format 1: in the words of a comment's first line.
///
///     call 7,8: write(4) bytes 0:13 by client[200]; data
///     call 7 released by packet 12: window opened; bytes 13:26
///     reply to packet 12: SYN-ACK from the listening socket
///     retransmission of packet 9 (call 7): after a time-out; bytes 0:13
///
/// Later formats say the same in fields, so that the words can change: `RecordingCauseFields`.
enum RecordingFormat1 {
  /// The words for a packet that the timeline had skipped.
  private static let ofOthers = "untraced: packet of other programs"

  /// The cause in the first line of a comment; nil where it says something else.
  static func cause(of comment: String) -> Cause? {
    let line = comment.prefix { $0 != "\n" && $0 != "\r\n" }
    var parts = line.split(separator: "; ", omittingEmptySubsequences: false)[...]
    guard let head = parts.popFirst() else { return nil }
    var reading = Reading(head)
    guard reading.readHead() else { return nil }
    for part in parts { reading.readPart(part) }
    guard let reason = reading.reason else { return nil }
    reading.cause.reason = reason
    return reading.cause
  }

  /// Whether a comment is one that a recording gave to a packet.
  static func isOwn(comment: String) -> Bool { comment == ofOthers || cause(of: comment) != nil }

  /// Reads a line from its start to its end.
  private struct Reading {
    var rest: Substring
    var cause = Cause(.unknown, .undecoded)
    var reason: Cause.Reason?

    init(_ head: Substring) { rest = head }

    /// Takes `text` if it comes next.
    mutating func take(_ text: String) -> Bool {
      guard rest.hasPrefix(text) else { return false }
      rest = rest.dropFirst(text.count)
      return true
    }

    mutating func takeNumber() -> Int? {
      let digits = rest.prefix { "0"..."9" ~= $0 }
      rest = rest.dropFirst(digits.count)
      return Int(digits)
    }

    mutating func takeCalls() -> [CallID]? {
      var calls: [CallID] = []
      repeat {
        guard let number = takeNumber() else { return nil }
        calls.append(CallID(number))
      } while take(",")
      return calls
    }

    /// `13:26`
    mutating func takeRange() -> Range<Int>? {
      guard let low = takeNumber(), take(":"), let high = takeNumber(), low <= high else {
        return nil
      }
      return low..<high
    }

    /// `client[200]`
    static func process(_ text: Substring) -> ProcessName? {
      guard text.last == "]", let bracket = text.lastIndex(of: "["),
        let id = Int32(text[text.index(after: bracket)...].dropLast())
      else { return nil }
      return ProcessName(id: id, name: JournalText.unescaped(text[..<bracket]))
    }

    mutating func readHead() -> Bool {
      if take("call by exec") {
        cause.kind = .call
        return rest.isEmpty
      }
      if take("call ") {
        guard let calls = takeCalls() else { return false }
        cause.calls = calls
        if !take(" released") { return readCall() }
        return readReleased()
      }
      if take("released") { return readReleased() }
      if take("exit") { return readExit() }
      if take("reply") { return readAbout(.reply, " to packet ") }
      if take("retransmission") { return readAbout(.retransmission, " of packet ") }
      if take("copy") { return readAbout(.copy, " of packet ") }
      for kind in [Cause.Kind.untraced, .timer, .ambiguous, .unknown] where take(kind.rawValue) {
        cause.kind = kind
        return readReason()
      }
      return false
    }

    /// After the numbers of the calls: the call's name, its bytes, its process.
    private mutating func readCall() -> Bool {
      cause.kind = .call
      guard take(":") else { return rest.isEmpty }
      let words = rest.split(separator: " ", maxSplits: 3)
      // The name of the call may be missing, and with it the process.
      for word in words.indices.prefix(2) where words[word] == "bytes" && word + 1 < words.count {
        rest = words[word + 1]
        cause.bytes = takeRange()
        break
      }
      return true
    }

    private mutating func readReleased() -> Bool {
      cause.kind = .released
      if take(" by packet ") {
        guard let packet = takeNumber() else { return false }
        cause.packet = packet
      }
      return readReason()
    }

    private mutating func readExit() -> Bool {
      cause.kind = .exit
      guard let colon = rest.lastIndex(of: ":") else { return false }
      if rest.hasPrefix(" of ") {
        guard let process = Reading.process(rest[..<colon].dropFirst(4)) else { return false }
        cause.process = process
      }
      rest = rest[colon...]
      return readReason()
    }

    private mutating func readAbout(_ kind: Cause.Kind, _ words: String) -> Bool {
      cause.kind = kind
      if take(words) {
        guard let packet = takeNumber() else { return false }
        cause.packet = packet
      }
      if take(" (call ") {
        guard let calls = takeCalls(), take(")") else { return false }
        cause.calls = calls
      }
      return readReason()
    }

    /// `: ` and the reason, to the end of the part.
    private mutating func readReason() -> Bool {
      guard take(": ") else { return false }
      reason = RecordingFormat1.reasons[String(rest)]
      return reason != nil
    }

    /// A part after the first; an unknown one is ignored.
    mutating func readPart(_ part: Substring) {
      rest = part
      if reason == nil, let known = RecordingFormat1.reasons[String(part)] {
        reason = known
      } else if part == "delayed" {
        cause.isDelayed = true
      } else if take("bytes ") {
        cause.bytes = takeRange()
      } else if take("calls ") {
        cause.calls = takeCalls() ?? []
      } else if take("packet ") {
        cause.packet = takeNumber()
      } else if take("trigger call ") {
        cause.trigger = takeNumber().map { CallID($0) }
      } else if take("FIN of calls ") {
        cause.closers = takeCalls() ?? []
      } else if take("unread ") {
        cause.unread = takeNumber()
      } else if take("swapped port ") {
        cause.swappedPort = takeNumber().flatMap { UInt16(exactly: $0) }
      } else if take("process ") {
        cause.process = Reading.process(rest)
      }
    }
  }

  /// The words of every reason in format 1: they never change.
  private static let reasons: [String: Cause.Reason] = [
    "SYN": .connect, "SYN with data, Fast Open": .fastOpen,
    "SYN without data, Fast Open": .fastOpenWithoutData, "data": .data, "data and FIN": .dataAndFIN,
    "FIN": .fin, "RST, unread data": .closeUnread, "RST, SO_LINGER 0": .closeLinger,
    "RST, never accepted": .closeListener, "RST, aborted": .abort, "datagram": .datagram,
    "FIN at exit": .exitFIN, "RST at exit": .exitRST, "RST at exit, never accepted": .exitListener,
    "SYN-ACK from the listening socket": .synAck, "ACK of the SYN-ACK": .handshakeAck,
    "ACK of data": .ackData, "ACK of the FIN": .ackFIN, "window update": .windowUpdate,
    "ACK again": .duplicateAck, "challenge ACK": .challengeAck, "ACK of a probe": .probeAck,
    "RST, nobody listens": .refused, "RST, the socket is gone": .resetDead,
    "ICMP error": .icmpError, "echo reply": .echoReply, "after duplicate ACKs": .fastRetransmit,
    "after a time-out": .timeout, "tail-loss probe": .tailLossProbe,
    "for no reason that is known": .sentAgain, "needlessly": .spurious, "keep-alive": .keepAlive,
    "zero-window probe": .zeroWindowProbe, "window opened": .releasedByAck,
    "pushed by an option": .releasedByOption, "taken along by a call": .releasedByCall,
    "by a timer": .releasedByTimer, "no calls were recorded": .noCalls,
    "no traced process holds the socket": .notTraced, "calls overlapped": .overlap,
    "calls and exits overlapped": .overlapOfExits, "open before the trace": .beforeTrace,
    "after the trace": .afterTrace, "calls were missed": .blind,
    "by the kernel's count of no traced call": .unseen,
    "too many calls waited to remember them": .forgotten,
    "no call has written these bytes": .noCallHasTheseBytes,
    "somebody else let go of the socket": .heldElsewhere,
    "no packet that it answers": .nothingToAnswer, "headers not readable": .undecoded,
    "not TCP, UDP or ICMP": .otherProtocol, "subflows are not followed": .subflow,
    "addresses are changed on the way": .rewritten, "protocol is not followed": .notFollowed,
    "for a group that a socket has joined": .membership, "captured again": .capturedAgain,
  ]
}
