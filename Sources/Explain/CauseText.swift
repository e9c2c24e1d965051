public import Timeline
import Text

/// Why a packet was sent, in words.
public struct CauseText {
  /// The language.
  public let language: Language
  /// What an ICMP message says, where the packet is one.
  public var message: String?
  /// Whether the packet carries less than its one call wrote.
  public var isPart = false
  /// The names of calls, where they are to stand beside their numbers.
  public var names: [CallID: String] = [:]

  /// Packets and calls that are not shown: their numbers are marked.
  public var leftOutPackets: Set<Int> = []
  /// Calls that are not shown.
  public var leftOutCalls: Set<CallID> = []

  /// Makes the words of a language.
  public init(_ language: Language = .english) { self.language = language }

  /// The words beside an arrow, the longest first; none where the arrow says it all.
  ///
  /// - Parameter isDrawn: whether the arrow starts at the bar of the call that sent the packet.
  public func short(_ cause: Cause, isDrawn: Bool) -> [String] {
    switch cause.kind {
    case .call: called(cause, isDrawn)
    case .reply: answered(cause)
    case .retransmission: repeated(cause)
    case .timer: probing(cause)
    case .exit: exited(cause)
    case .released: released(cause)
    case .ambiguous: [overlapping(cause)]
    case .untraced: untraced(cause)
    case .unknown: unknown(cause)
    case .copy: copied(cause)
    }
  }

  /// Why a packet was sent, in a whole line: with the calls and the bytes of the stream.
  public func full(_ cause: Cause) -> String {
    let words = short(cause, isDrawn: false).first ?? ""
    guard let bytes = cause.bytes, !bytes.isEmpty else { return words }
    let range = language.tell(
      .bytesOfStream, "\(bytes.lowerBound + 1)", "\(bytes.upperBound)")
    return words.isEmpty ? range : words + ", " + range
  }

  private func copied(_ cause: Cause) -> [String] {
    let packet = cause.packet.map { "\($0)" } ?? "?"
    return [language.say(.capturedAgain, packet), language.say(.capturedAgainBriefly, packet)]
  }

  private func probing(_ cause: Cause) -> [String] {
    guard cause.reason == .keepAlive else { return [language.say(.zeroWindowProbe)] }
    let brief = language.say(.keepAlive)
    return (cause.trigger.map { [language.say(.keepAliveOf, list([$0]))] } ?? []) + [brief]
  }

  private func exited(_ cause: Cause) -> [String] {
    let texts = [
      language.say(.exitOf, CauseText.name(cause.process)),
      language.say(.exitOfBriefly, cause.process.map { "\($0.id)" } ?? "?"),
    ]
    if cause.reason == .exitListener {
      return texts.map { language.say(.exitNeverAccepted, $0) }
        + [language.say(.exitNeverAcceptedBriefly)]
    }
    guard let unread = cause.unread else { return texts }
    return [language.say(.exitUnread, texts[0], NumberText.count(unread, "byte"))] + texts
  }

  private func called(_ cause: Cause, _ isDrawn: Bool) -> [String] {
    let calls = list(cause.calls)
    if cause.calls.isEmpty, let process = cause.process {
      return [language.say(.execOf, CauseText.name(process))]
    }
    let by = isDrawn ? "" : language.say(.sentBy, calls)
    let why: String? =
      switch cause.reason {
      case .closeUnread:
        cause.unread.map { language.say(.unreadBytes, NumberText.count($0, "byte")) }
          ?? language.say(.unreadData)
      case .closeLinger: language.say(.lingerZero)
      case .closeListener: language.say(.neverAccepted)
      case .abort: language.say(.aborted)
      case .fastOpen: language.say(.fastOpen)
      case .fastOpenWithoutData: language.say(.fastOpenBare)
      default: nil
      }
    let brief = cause.unread.map { language.say(.unreadBriefly, NumberText.count($0, "byte")) }
    if let why {
      return isDrawn ? [why] + (brief.map { [$0] } ?? []) : [by + ": " + why, by, calls]
    }
    if let holder = cause.trigger {
      let sent = language.say(.sentBy, calls)
      let words = cause.reason == .dataAndFIN ? dataAndFIN(cause) ?? sent : sent
      return [language.say(.whenReturned, words, list([holder])), sent, calls]
    }
    if cause.reason == .dataAndFIN, let words = dataAndFIN(cause) { return [words, by, calls] }
    if cause.calls.count > 1 { return [language.say(.bytesOf, calls), calls] }
    if isPart, let bytes = cause.bytes, cause.reason == .data {
      let part = language.say(.partOf, calls, NumberText.count(bytes.count, "byte"))
      return [part, by]
    }
    return isDrawn ? [] : [by, calls]
  }

  private func answered(_ cause: Cause) -> [String] {
    let packet = number(cause.packet)
    switch cause.reason {
    case .refused:
      let hint = cause.swappedPort.map {
        let brief = language.say(.refusesOnPort, packet, "\($0.byteSwapped)")
        return [language.say(.maybeSwapped, brief, "\($0)")]
      }
      return (hint ?? []) + [
        language.say(.refuses, packet), language.say(.refusesBriefly, packet),
        language.say(.refusesTersely, packet),
      ]
    case .resetDead:
      return [
        language.say(.answersDead, packet), language.say(.answers, packet),
        language.say(.answersBriefly, packet),
      ]
    case .icmpError:
      let brief = [language.say(.answers, packet), language.say(.answersBriefly, packet)]
      return (message.map { errors(cause, language.say(.reportsError, packet, $0)) } ?? []) + brief
    case .duplicateAck, .challengeAck:

      return [
        language.say(.answersAgain, packet), language.say(.answers, packet),
        language.say(.answersBriefly, packet),
      ]
    case .probeAck: return [language.say(.answersProbe, packet)]
    case .echoReply: return [language.say(.answersEcho)]
    case .windowUpdate:
      let brief = language.say(.roomAgain)
      return cause.trigger.map { [language.say(.roomMadeBy, list([$0])), brief] }
        ?? [brief]
    default:
      let brief = language.say(.answersBriefly, packet)
      guard cause.isDelayed else { return [language.say(.answers, packet), brief] }
      return [language.say(.answersLate, packet), language.say(.answersLateBriefly, packet), brief]
    }
  }

  /// An ICMP error with the call that returned it and the port that was meant perhaps.
  private func errors(_ cause: Cause, _ brief: String) -> [String] {
    var texts = [brief]
    if let port = cause.swappedPort {
      texts.insert(language.say(.maybeSwapped, brief, "\(port)"), at: 0)
    }
    if let call = cause.trigger {
      texts.insert(language.say(.errorReturnedBy, brief, list([call])), at: texts.count - 1)
      if texts.count > 2 {
        texts.insert(language.say(.errorReturnedBy, texts[0], list([call])), at: 0)
      }
    }
    return texts
  }

  private func repeated(_ cause: Cause) -> [String] {
    guard let first = cause.packet else {
      let brief = language.say(.somethingAgain)
      switch cause.reason {
      case .fastRetransmit: return [language.say(.lostAgainFast), brief]
      case .timeout where cause.calls.isEmpty:
        return [language.say(.lostAgainTimeout), brief]
      case .timeout:
        return [
          language.say(.uncapturedAgain, list(cause.calls)), language.say(.lostAgainTimeout), brief,
        ]
      default: return [brief]
      }
    }
    let packet = number(first)
    let brief = language.say(.sentAgain, packet)
    switch cause.reason {
    case .fastRetransmit: return [language.say(.sentAgainFast, packet), brief]
    case .timeout: return [language.say(.sentAgainTimeout, packet), brief]
    case .tailLossProbe: return [language.say(.sentAgainProbe, packet), brief]
    case .spurious:
      return [
        language.say(.sentAgainNeedlessly, packet),
        language.say(.sentAgainNeedlesslyBriefly, packet), brief,
      ]
    default: return [brief]
    }
  }

  /// The bytes and the FIN of one segment.
  private func dataAndFIN(_ cause: Cause) -> String? {
    guard let last = cause.calls.last, cause.calls.count > 1 else { return nil }
    let closers = cause.closers.isEmpty ? [last] : cause.closers
    let writers = list(cause.calls.filter { !closers.contains($0) })
    return language.say(.dataAndFIN, writers, list(closers))
  }

  /// One of several calls, or exits.
  private func overlapping(_ cause: Cause) -> String {
    let writers = cause.calls.filter { !cause.closers.contains($0) }
    let some = list(cause.closers.isEmpty ? cause.calls : cause.closers)
    let one =
      if let process = cause.process {
        language.say(.oneOfAndExit, some, CauseText.name(process))
      } else {
        language.say(
          cause.reason == .overlapOfExits
            ? .oneOfAndExits : cause.calls.count == 1 ? .oneOrUntraced : .oneOf, some)
      }
    guard !cause.closers.isEmpty, !writers.isEmpty else { return one }
    return language.say(.dataAndFIN, list(writers), one)
  }

  /// What ended the stream of a segment that something else let out.
  private func ending(_ cause: Cause) -> String? {
    if !cause.closers.isEmpty { return language.say(.finOf, list(cause.closers)) }
    return cause.process.map { language.say(.finAtExit, CauseText.name($0)) }
  }

  /// A FIN alone, that something else let out.
  private func releasedFIN(_ cause: Cause) -> [String]? {
    guard cause.closers == cause.calls, cause.trigger == nil,
      !cause.calls.isEmpty || cause.process != nil
    else { return nil }
    let words =
      if cause.calls.isEmpty, let process = cause.process {
        language.say(.finAtExit, CauseText.name(process))
      } else {
        language.say(.finOf, list(cause.calls))
      }
    if cause.reason == .releasedByTimer {
      return [
        language.say(.finReleasedByTimer, words), language.say(.releasedByTimerBriefly),
      ]
    }
    guard cause.reason == .releasedByAck else { return nil }
    let packet = number(cause.packet)
    return [
      language.say(.finReleasedByAck, words, packet), language.say(.releasedByAckBriefly, packet),
    ]
  }

  private func released(_ cause: Cause) -> [String] {
    if let texts = releasedFIN(cause) { return texts }
    var data = cause
    data.calls = cause.calls.filter { !cause.closers.contains($0) }
    let texts = releasedData(data)
    guard let ending = ending(cause) else { return texts }
    return [language.say(.withFIN, texts[0], ending)] + texts
  }

  private func releasedData(_ cause: Cause) -> [String] {
    let calls = list(cause.calls)
    if cause.reason == .releasedByTimer, let trigger = cause.trigger {
      let call = list([trigger])
      return [
        language.say(.releasedByTimerOrCall, calls, call),
        language.say(.releasedByTimerOrCallBriefly, call),
      ]
    }
    if cause.reason == .releasedByTimer {
      return [language.say(.releasedByTimer, calls), language.say(.releasedByTimerBriefly)]
    }
    if let trigger = cause.trigger {
      let call = list([trigger])
      return [
        language.say(.releasedByCall, calls, call), language.say(.releasedByCallBriefly, call),
      ]
    }
    let packet = number(cause.packet)
    return [
      language.say(.releasedByAck, calls, packet), language.say(.releasedByAckBriefly, packet),
    ]
  }

  private func untraced(_ cause: Cause) -> [String] {
    switch cause.reason {
    case .noCalls: []
    case .otherProtocol: [language.say(.untracedProtocol)]
    default: [language.say(.untraced)]
    }
  }

  private func unknown(_ cause: Cause) -> [String] {
    let words =
      switch cause.reason {
      case .beforeTrace: language.say(.unknownBefore)
      case .afterTrace: language.say(.unknownAfter)
      case .subflow: language.say(.unknownSubflow)
      case .rewritten: language.say(.unknownRewritten)
      case .notFollowed: language.say(.unknownProtocol)
      case .membership: language.say(.unknownMembership)
      case .blind: language.say(.unknownBlind)
      case .unseen: language.say(.unknownUnseen)
      case .heldElsewhere: language.say(.unknownHolder)
      case .forgotten: language.say(.unknownForgotten)
      case .undecoded: language.say(.unreadable)
      case .nothingToAnswer: language.say(.unknownAnswer)
      default: language.say(.unknownBytes)
      }
    guard cause.reason == .heldElsewhere, let last = cause.trigger else { return [words] }
    return [language.say(.unknownLate, list([last])), words]
  }
}

extension CauseText {
  /// What marks the number of a row that is left out.
  public static let leftOut = "*"

  /// Calls by number: `c8`, `c8 and c9`, `c8 to c12`, `c8, c10 and 3 more`.
  public static func list(_ calls: [CallID], leftOut: Set<CallID> = []) -> String {
    guard let first = calls.first, let last = calls.last else { return "?" }
    func name(_ call: CallID, alsoMarked: Bool = false) -> String {
      let isMarked = alsoMarked || leftOut.contains(call)
      return "c\(call.rawValue)" + (isMarked ? CauseText.leftOut : "")
    }
    if calls.count == 1 { return name(first) }
    if calls.count == 2 { return name(first) + " and " + name(last) }
    let inner = calls.dropFirst().contains { leftOut.contains($0) }
    if last.rawValue - first.rawValue == calls.count - 1 {
      return name(first) + " to " + name(last, alsoMarked: inner)
    }
    return name(first) + ", " + name(calls[1]) + " and \(calls.count - 2) more"
  }

  /// Calls by number, a single one with its name where that is known.
  private func list(_ calls: [CallID]) -> String {
    let text = CauseText.list(calls, leftOut: leftOutCalls)
    guard calls.count == 1, let name = calls.first.flatMap({ names[$0] }) else { return text }
    return text + " " + name
  }

  /// A packet's number.
  private func number(_ packet: Int?) -> String {
    guard let packet else { return "?" }
    return "\(packet)" + (leftOutPackets.contains(packet) ? CauseText.leftOut : "")
  }

  /// A process, escaped: `client[4121]`.
  public static func name(_ process: ProcessName?) -> String {
    guard let process else { return "?" }
    return "\(Escape.terminal(process.name))[\(process.id)]"
  }
}
