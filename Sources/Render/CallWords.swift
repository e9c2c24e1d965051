import Calls
import Explain
import Text
import Timeline
import Wire

extension Layout {
  /// What follows the call: its result where the call left no room for it, and how it ended.
  func rest(_ row: CallRow, _ main: Part) -> [Part] {
    if row.part == .enter {
      return lost(row, main) + beginning(row.record)
    }
    let lost = lost(row, main)
    guard main.lacksResult else { return lost + ending(row) }
    let result = CallResultText(row.record, isC: isC, language: language)
    let tone: Tone = result.isError ? .failure : lane(row.side)
    return lost + [Part([result.text(.brief), result.text(.least)], tone, overflows: true)]
      + ending(row)
  }

  /// The address that a call has no room for beside its name: it gets a line of its own.
  private func lost(_ row: CallRow, _ main: Part) -> [Part] {
    guard main.lacksAddress, case .internet(let end) = row.record.arguments.address else {
      return []
    }
    return [Part(end.address.isUsual ? ["\(end)", ":\(end.port)"] : ["\(end)"], overflows: true)]
  }

  private var isC: Bool { style.calls == .c }

  /// The call, with its result where it has one, and a line before it that names its process where
  /// there is no room beside it.
  mutating func beginning(
    _ row: CallRow, _ frame: LadderLine
  ) -> (main: Part, introduction: LadderLine?) {
    let process = introduce(row.record.process, row.side)
    let noted = letters.letters(call: row.record.id).map { "(\($0)) " }.joined()
    let id = (row.part == .exit ? "" : noted) + "c\(row.record.id.rawValue) "
    if let text = main(row, process + id, upTo: .least) { return (text, nil) }
    let text =
      main(row, id, upTo: .least) ?? lonely(row, id)
      ?? named(row, id)
    guard !process.isEmpty else { return (text, nil) }
    var line = frame
    line.time = nil
    line[row.side].words = [Word(text: CauseText.name(row.record.process), tone: .title)]
    return (text, line)
  }

  /// A call that has hardly any room.
  private func named(_ row: CallRow, _ id: String) -> Part {
    var part = Part(id + row.record.call.rawValue, lane(row.side))
    part.lacksAddress = true
    return part
  }

  /// The call without its result, which gets a line of its own.
  private func lonely(_ row: CallRow, _ start: String) -> Part? {
    let text = CallText(row.record, isC: isC, isASCII: style.isASCII)
    let room = self.room.words(row.side == .client) - DisplayWidth.columns(of: start)
    for detail in CallText.Detail.allCases {
      guard let call = text.text(detail, room: room) else { continue }
      var part = Part(start + call, lane(row.side))
      part.lacksResult = row.part != .enter
      part.lacksAddress = detail == .name
      return part
    }
    return nil
  }

  /// The result of a call whose beginning was another row; with its name, unless the bar shows
  /// which call it is.
  func result(_ row: CallRow, isPlain: Bool) -> Part {
    let result = CallResultText(row.record, isC: isC, language: language)
    let tone: Tone = result.isError ? .failure : lane(row.side)
    if isPlain { return Part(result.text(.brief), tone) }
    let id = "c\(row.record.id.rawValue) "
    let name = row.record.call.rawValue + " "
    return Part([id + name + result.text(.brief), id + result.text(.brief)], tone)
  }

  /// The longest text of a call that fits.
  private func main(_ row: CallRow, _ start: String, upTo last: CallText.Detail) -> Part? {
    let text = CallText(row.record, isC: isC, isASCII: style.isASCII)
    let result = CallResultText(row.record, isC: isC, language: language)
    let hasResult = row.part != .enter
    let tone: Tone = hasResult && result.isError ? .failure : lane(row.side)
    let taken = DisplayWidth.columns(of: start)
    let room = self.room.words(row.side == .client) - taken
    for (detail, ending) in Layout.details where detail <= last {
      let end = hasResult ? " " + result.text(ending) : ""
      if let call = text.text(detail, room: room - DisplayWidth.columns(of: end)) {
        return Part(start + call + end, tone)
      }
    }
    return nil
  }

  /// How much is told of a call and of its result, the most first.
  private static let details: [(CallText.Detail, CallText.Detail)] = [
    (.full, .brief), (.brief, .brief), (.brief, .terse), (.terse, .terse), (.least, .brief),
    (.least, .terse), (.least, .least),
  ]

  private func lane(_ side: Side) -> Tone { side == .client ? .client : .server }

  /// What woke the call, how long it took, and what its error means.
  func ending(_ row: CallRow) -> [Part] {
    var parts: [Part] = []
    let record = row.record
    let result = CallResultText(record, isC: isC, language: language)
    if case .internet(let end) = record.outcome?.address {
      let word = CallResultText.word(record.call)
      let from = language.say(word, "\(end)")
      let port = language.say(word, ":\(end.port)")
      if record.kind != .udp {
        parts.append(.extra(from))
      } else if end.address.isUsual {
        parts.append(Part([from, port]))
      } else {
        parts.append(Part(from, overflows: true))
      }
    }
    if record.call.accepts, scene.connections.count > 1,
      let id = accepted(row)
    {
      parts.append(.extra("TCP \(id.rawValue)"))
    }
    parts += beginning(record)
    parts += wake(row) + queue(row)
    if let bytes = record.outcome?.payload, !bytes.isEmpty, row.part == .exit || style.width >= 120,
      !isC
    {
      let isCut = bytes.count < record.outcome?.result ?? 0
      let text = Escape.quoted(
        bytes, limit: 24, isCut: isCut, ellipsis: style.isASCII ? "..." : "…")
      parts.append(.extra(text))
    }
    if let sentence = result.sentence {
      parts.append(Part(["(" + sentence + ")", sentence], .failure, overflows: true))
    }
    for remark in row.remarks {
      parts.append(
        Part(CallRemarkText(language).texts(remark), .warning, overflows: true))
    }
    if row.sends == .elsewhere {
      parts.append(Part(language.say(.peerElsewhere), .faint, overflows: true))
    }
    return parts
  }

  /// Where a call did not begin just so.
  private func beginning(_ record: CallRecord) -> [Part] {
    if record.arguments.beganBefore {
      return [Part(language.say(.begunBefore), .faint, overflows: true)]
    }
    guard let before = record.arguments.again else { return [] }
    return [Part(language.say(.begunAgain, "c\(before)"), .faint, overflows: true)]
  }

  /// The accept queue, where connections wait in it, and the call that freed a place in it.
  private func queue(_ row: CallRow) -> [Part] {
    let leftOut = leftOut(row.letIn.map { [$0] } ?? [])
    return QueueWords(language: language, leftOut: leftOut).of(row).map {
      Part($0.choices, $0.isWarning ? .warning : .faint, overflows: true)
    }
  }

  private func wake(_ row: CallRow) -> [Part] {
    let unit = style.time == .absolute ? " ms" : ""
    let ended = row.record.arguments.beganBefore ? nil : row.record.returned
    let took = ended.map {
      TimeText.milliseconds($0 - row.record.entered) + unit
    }
    let isError = row.record.outcome?.error != nil
    switch row.wake {
    case .packet(let number, _):
      let brief = language.say(.wokenBy, self.number(number))
      return [
        Part(
          took.map { [language.say(.wokenIn, $0, self.number(number)), brief] } ?? [brief],
          overflows: isError)
      ]
    case .didNotWait(let number?, nil) where row.record.role == .connects:
      let brief = language.say(.answeredWithinBriefly, self.number(number))
      let long = took.map { language.say(.answeredWithin, $0, self.number(number)) }
      return [Part([long, brief].compactMap { $0 }, overflows: isError)]
    case .didNotWait(let number?, _) where row.record.outcome?.error != nil:
      return [Part(language.say(.becauseOf, self.number(number)), overflows: true)]
    case .didNotWait(let number?, let since):
      let long = since.map {
        language.say(.didNotWaitFor, self.number(number), TimeText.milliseconds($0))
      }
      let phrases: [Phrase] = [.wasThere, .wasThereBriefly]
      let choices = phrases.map { language.say($0, self.number(number)) }
      return [Part((long.map { [$0] } ?? []) + choices, overflows: true)]
    case .didNotWait: return [Part(language.say(.didNotWait))]
    case .other:
      let isTimeout = row.record.outcome?.result == 0 && row.record.outcome?.ready.isEmpty ?? false
      let isSignal = row.record.outcome?.error.map { $0 == .interrupted || $0.beginsAgain } ?? false
      let why = language.say(
        isSignal
          ? .interrupted
          : isTimeout && row.record.role != .reads ? .timedOut : .wokenByNone)
      return [Part(took.map { [language.say(.tookTime, $0) + ", " + why, why] } ?? [why])]
    case .notAWait:
      let isLong = ended.map { $0 - row.record.entered >= 1_000_000 } ?? false
      guard row.part == .exit || isLong, let took else { return [] }
      return [Part([language.say(.tookTime, took)], .faint)]
    }
  }

  /// The line of source that made the call, on the row where it begins.
  func source(_ row: CallRow) -> [Part] {
    guard style.showsSource, row.part != .exit,
      let text = row.record.arguments.source.map({ CallSourceText($0) }),
      let brief = text.brief
    else { return [] }
    return [Part([text.full ?? brief, brief], .faint, overflows: true)]
  }

  /// The state of a listening socket, and that it is one.
  func state(_ row: CallRow) -> [Part] {
    var parts: [Part] = []
    if let state = row.listenerState {
      if state == .listen {
        parts.append(Part(state.rawValue, .state, overflows: true))
      } else if row.record.role == .closes {
        parts.append(Part(language.say(.onListener)))
      }
    }
    if let state = row.endState { parts.append(Part(state.rawValue, .state, overflows: true)) }
    return parts
  }
}
