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
    var ways = EveryWay()
    put(cause, isDrawn, &ways)
    return ways.texts
  }

  /// Why a packet was sent, in a whole line: with the calls and the bytes of the stream.
  public func full(_ cause: Cause) -> String {
    var line: [UInt8] = []
    add(full: cause, to: &line)
    return String(decoding: line, as: UTF8.self)
  }

  /// Adds the same to a line.
  public func add(full cause: Cause, to line: inout [UInt8]) {
    let start = line.count
    var way = LongestWay(after: line)
    line = []
    put(cause, false, &way)
    line = way.line
    guard let bytes = cause.bytes, !bytes.isEmpty else { return }
    if line.count > start { line.add(", ") }
    language.add(.bytesOfStream, to: &line) { place, line in
      DecimalText.add(place == 0 ? bytes.lowerBound + 1 : bytes.upperBound, to: &line)
    }
  }

  private func put(_ cause: Cause, _ isDrawn: Bool, _ ways: inout some Wording) {
    switch cause.kind {
    case .call: called(cause, isDrawn, &ways)
    case .reply: answered(cause, &ways)
    case .retransmission: repeated(cause, &ways)
    case .timer: ways.take(probing(cause))
    case .exit: ways.take(exited(cause))
    case .released: released(cause, &ways)
    case .ambiguous: ways.take([overlapping(cause)])
    case .untraced: untraced(cause, &ways)
    case .unknown: ways.take(unknown(cause))
    case .copy: ways.take(copied(cause))
    }
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

  private func called(_ cause: Cause, _ isDrawn: Bool, _ ways: inout some Wording) {
    if cause.calls.isEmpty, let process = cause.process {
      return say(.execOf, .process(process), to: &ways)
    }
    if let why = reason(cause) { return ways.take(called(cause, isDrawn, why)) }
    let calls = Argument.calls(cause.calls)
    if let holder = cause.trigger {
      let texts = list(cause.calls)
      let sent = language.say(.sentBy, texts)
      let words = cause.reason == .dataAndFIN ? dataAndFIN(cause) ?? sent : sent
      return ways.take([language.say(.whenReturned, words, list([holder])), sent, texts])
    }
    if cause.reason == .dataAndFIN, let words = dataAndFIN(cause) {
      let texts = list(cause.calls)
      return ways.take([words, isDrawn ? "" : language.say(.sentBy, texts), texts])
    }
    if cause.calls.count > 1 {
      say(.bytesOf, calls, to: &ways)
    } else if isPart, let bytes = cause.bytes, cause.reason == .data {
      say(.partOf, calls, .bytes(bytes.count), to: &ways)
      return isDrawn ? ways.take([""]) : say(.sentBy, calls, to: &ways)
    } else if isDrawn {
      return
    } else {
      say(.sentBy, calls, to: &ways)
    }
    ways.take { write(calls, to: &$0) }
  }

  /// What is said of a call that sends because of something that is not its arguments.
  private func reason(_ cause: Cause) -> String? {
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
  }

  private func called(_ cause: Cause, _ isDrawn: Bool, _ why: String) -> [String] {
    let calls = list(cause.calls)
    if isDrawn {
      let brief = cause.unread.map { language.say(.unreadBriefly, NumberText.count($0, "byte")) }
      return [why] + (brief.map { [$0] } ?? [])
    }
    let by = language.say(.sentBy, calls)
    return [by + ": " + why, by, calls]
  }

  private func answered(_ cause: Cause, _ ways: inout some Wording) {
    let packet = Argument.packet(cause.packet)
    switch cause.reason {
    case .refused:
      if let port = cause.swappedPort {
        let brief = language.say(.refusesOnPort, number(cause.packet), "\(port.byteSwapped)")
        ways.take([language.say(.maybeSwapped, brief, "\(port)")])
      }
      say(.refuses, packet, to: &ways)
      say(.refusesBriefly, packet, to: &ways)
      say(.refusesTersely, packet, to: &ways)
    case .resetDead:
      say(.answersDead, packet, to: &ways)
      say(.answers, packet, to: &ways)
      say(.answersBriefly, packet, to: &ways)
    case .icmpError:
      if let message {
        ways.take(errors(cause, language.say(.reportsError, number(cause.packet), message)))
      }
      say(.answers, packet, to: &ways)
      say(.answersBriefly, packet, to: &ways)
    case .duplicateAck, .challengeAck:
      say(.answersAgain, packet, to: &ways)
      say(.answers, packet, to: &ways)
      say(.answersBriefly, packet, to: &ways)
    case .probeAck: say(.answersProbe, packet, to: &ways)
    case .echoReply: say(.answersEcho, to: &ways)
    case .windowUpdate:
      if let call = cause.trigger { say(.roomMadeBy, .calls([call]), to: &ways) }
      say(.roomAgain, to: &ways)
    default:
      guard cause.isDelayed else {
        say(.answers, packet, to: &ways)
        return say(.answersBriefly, packet, to: &ways)
      }
      say(.answersLate, packet, to: &ways)
      say(.answersLateBriefly, packet, to: &ways)
      say(.answersBriefly, packet, to: &ways)
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

  private func repeated(_ cause: Cause, _ ways: inout some Wording) {
    guard let first = cause.packet else {
      switch cause.reason {
      case .fastRetransmit: say(.lostAgainFast, to: &ways)
      case .timeout:
        if !cause.calls.isEmpty { say(.uncapturedAgain, .calls(cause.calls), to: &ways) }
        say(.lostAgainTimeout, to: &ways)
      default: break
      }
      return say(.somethingAgain, to: &ways)
    }
    let packet = Argument.packet(first)
    switch cause.reason {
    case .fastRetransmit: say(.sentAgainFast, packet, to: &ways)
    case .timeout: say(.sentAgainTimeout, packet, to: &ways)
    case .tailLossProbe: say(.sentAgainProbe, packet, to: &ways)
    case .spurious:
      say(.sentAgainNeedlessly, packet, to: &ways)
      say(.sentAgainNeedlesslyBriefly, packet, to: &ways)
    default: break
    }
    say(.sentAgain, packet, to: &ways)
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

  private func released(_ cause: Cause, _ ways: inout some Wording) {
    if cause.closers.isEmpty, cause.process == nil { return releasedData(cause, &ways) }
    if let texts = releasedFIN(cause) { return ways.take(texts) }
    var data = cause
    data.calls = cause.calls.filter { !cause.closers.contains($0) }
    var texts = EveryWay()
    releasedData(data, &texts)
    if let ending = ending(cause), let first = texts.texts.first {
      ways.take([language.say(.withFIN, first, ending)])
    }
    ways.take(texts.texts)
  }

  private func releasedData(_ cause: Cause, _ ways: inout some Wording) {
    let calls = Argument.calls(cause.calls)
    let trigger = cause.trigger.map { Argument.calls([$0]) }
    if cause.reason == .releasedByTimer {
      guard let trigger else {
        say(.releasedByTimer, calls, to: &ways)
        return say(.releasedByTimerBriefly, to: &ways)
      }
      say(.releasedByTimerOrCall, calls, trigger, to: &ways)
      say(.releasedByTimerOrCallBriefly, trigger, to: &ways)
    } else if let trigger {
      say(.releasedByCall, calls, trigger, to: &ways)
      say(.releasedByCallBriefly, trigger, to: &ways)
    } else {
      let packet = Argument.packet(cause.packet)
      say(.releasedByAck, calls, packet, to: &ways)
      say(.releasedByAckBriefly, packet, to: &ways)
    }
  }

  private func untraced(_ cause: Cause, _ ways: inout some Wording) {
    switch cause.reason {
    case .noCalls: break
    case .otherProtocol: say(.untracedProtocol, to: &ways)
    default: say(.untraced, to: &ways)
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
    var text: [UInt8] = []
    write(.calls(calls), to: &text)
    return String(decoding: text, as: UTF8.self)
  }

  /// A packet's number.
  private func number(_ packet: Int?) -> String {
    var text: [UInt8] = []
    write(.packet(packet), to: &text)
    return String(decoding: text, as: UTF8.self)
  }

  /// A process, escaped: `client[4121]`.
  public static func name(_ process: ProcessName?) -> String {
    guard let process else { return "?" }
    return "\(Escape.terminal(process.name))[\(process.id)]"
  }
}

extension CauseText {
  /// One way to say something.
  private func say(
    _ phrase: Phrase, _ one: Argument? = nil, _ two: Argument? = nil, to ways: inout some Wording
  ) {
    guard ways.isOpen else { return }
    ways.take { line in
      language.add(phrase, to: &line) { place, line in
        if let argument = place == 0 ? one : two { write(argument, to: &line) }
      }
    }
  }

  /// Adds what stands in a place of a phrase.
  private func write(_ argument: Argument, to line: inout [UInt8]) {
    switch argument {
    case .packet(let number?):
      DecimalText.add(number, to: &line)
      if leftOutPackets.contains(number) { line.add(CauseText.leftOut) }
    case .packet(nil): line.append(UInt8(ascii: "?"))
    case .calls(let calls):
      guard calls.count == 1, let call = calls.first else {
        return line.add(CauseText.list(calls, leftOut: leftOutCalls))
      }
      line.append(UInt8(ascii: "c"))
      DecimalText.add(call.rawValue, to: &line)
      if leftOutCalls.contains(call) { line.add(CauseText.leftOut) }
      guard let name = names[call] else { return }
      line.append(UInt8(ascii: " "))
      line.add(name)
    case .process(let process): line.add(CauseText.name(process))
    case .bytes(let count): line.add(NumberText.count(count, "byte"))
    }
  }
}
