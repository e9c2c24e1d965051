import Timeline

extension RecordingCause {
  /// The cause that a comment gives in its first line; nil where it says something else.
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

  /// Whether a comment is one that a recording gives a packet.
  static func isOwn(comment: String) -> Bool { comment == ofOthers || cause(of: comment) != nil }

  /// The cause that the last comment that fits gives.
  static func cause(of comments: [String]) -> Cause? {
    comments.reversed().lazy.compactMap { cause(of: $0) }.first
  }

  /// Reads a line from its start to its end.
  private struct Reading {
    var rest: Substring
    var cause = Cause(.unknown, .undecoded)
    var reason: Cause.Reason?

    init(_ head: Substring) { rest = head }

    /// Takes `text` where it comes next.
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

    /// Behind the numbers of the calls: the call's name, its bytes, its process.
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
      reason = RecordingCause.reasons[String(rest)]
      return reason != nil
    }

    /// A part behind the first; one that is not known is left out.
    mutating func readPart(_ part: Substring) {
      rest = part
      if reason == nil, let known = RecordingCause.reasons[String(part)] {
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
}
