import Explain
import Text

/// A part of a lane's words: what it says, from the longest way to the shortest.
struct Part {
  var choices: [String]
  var tone: Tone
  /// Whether it gets a line of its own where there is no room; else it is left out.
  var overflows = false
  /// Whether it is the first to go where there is no room.
  var isExtra = false
  /// Whether it is a call whose result had no room beside it.
  var lacksResult = false
  /// Whether it is a call whose address had no room beside its name.
  var lacksAddress = false

  init(_ choices: [String], _ tone: Tone = .plain, overflows: Bool = false) {
    self.choices = choices
    self.tone = tone
    self.overflows = overflows
  }

  init(_ text: String, _ tone: Tone = .plain, overflows: Bool = false) {
    self.init([text], tone, overflows: overflows)
  }

  /// A part that stands only where there is room to spare.
  static func extra(_ text: String, _ tone: Tone = .plain) -> Part {
    var part = Part(text, tone)
    part.isExtra = true
    return part
  }
}

/// Fits parts into the columns of a lane.
struct Fitting {
  let room: Int
  let isASCII: Bool

  /// What stands for what is cut off.
  var ellipsis: String { isASCII ? "..." : "…" }

  /// The words of a line, the nearest to the bar first, and those of lines of their own after it.
  ///
  /// The parts stand in the order of weight: where there is no room, the last ones say less first,
  /// and go first.
  func fit(_ parts: [Part]) -> (line: [Word], more: [[Word]]) {
    if parts.isEmpty { return ([], []) }
    var parts = parts.filter { !$0.choices.isEmpty }
    if isASCII {
      for index in parts.indices { parts[index].choices = parts[index].choices.map(CallText.ascii) }
    }
    var indices = [Int](repeating: 0, count: parts.count)
    var more: [[Word]] = []
    while true {
      let words = zip(parts, indices).map { Word(text: $0.choices[$1], tone: $0.tone) }
      if words.columns <= room { return (words, more.reversed()) }
      if let extra = parts.lastIndex(where: \.isExtra), parts.count > 1 {
        parts.remove(at: extra)
        indices.removeLast()
      } else if let index = parts.indices.last(where: { indices[$0] + 1 < parts[$0].choices.count })
      {
        indices[index] += 1
      } else if parts.count > 1 {
        let gone = parts.removeLast()
        if gone.overflows { more += alone(gone).reversed() }
        indices = [Int](repeating: 0, count: parts.count)
      } else {
        return alone(words, more.reversed())
      }
    }
  }

  /// A part that has lines to itself: one, or more where not even its shortest way fits.
  private func alone(_ part: Part) -> [[Word]] {
    let fitting = part.choices.first { DisplayWidth.columns(of: $0) <= room }
    return wrap(fitting ?? part.choices.last ?? "", lines: Fitting.mostLines).map {
      [Word(text: $0, tone: part.tone)]
    }
  }

  /// The only part of a line, which goes on below where it is too long.
  private func alone(_ words: [Word], _ more: [[Word]]) -> (line: [Word], more: [[Word]]) {
    guard let word = words.first, words.count == 1 else { return (words, more) }
    let lines = wrap(word.text, lines: Fitting.mostLines).map {
      [Word(text: $0, tone: word.tone)]
    }
    return (lines.first ?? [], lines.dropFirst() + more)
  }

  /// Lines that a part goes on for at most: the longest address needs four of the narrowest lane.
  private static let mostLines = 5

  /// The text, cut to at most `room` columns; never within a number or an address, which would be
  /// another one then.
  static func cut(_ text: String, to room: Int, ellipsis: String) -> String {
    let cut = DisplayWidth.truncate(text, to: room, ellipsis: ellipsis)
    guard cut != text else { return text }
    let kept = cut.dropLast(cut.hasSuffix(ellipsis) ? ellipsis.count : 0)
    let next = text.dropFirst(kept.count).first
    guard let last = kept.last, next.map({ isOfNumber($0) }) ?? false, isOfNumber(last) else {
      return cut
    }
    let start = kept.lastIndex { !isOfNumber($0) }.map { kept.index(after: $0) } ?? kept.startIndex
    guard
      text[
        text.index(
          text.startIndex,
          offsetBy: kept.distance(
            from: kept.startIndex, to: start))...
      ].prefix(while: isOfNumber).contains(where: \.isNumber)
    else { return cut }
    return kept[..<start] + ellipsis
  }

  /// Whether a character may belong to a number or an address.
  private static func isOfNumber(_ character: Character) -> Bool {
    character.isHexDigit || character == "." || character == ":"
  }

  /// The last place where a text may be broken before `end`: behind a space, or else between two
  /// signs of which one is no letter and no digit.
  private func place(in text: Substring, before end: Substring.Index) -> Substring.Index {
    if let space = text[..<end].lastIndex(of: " "), space > text.startIndex {
      return text.index(after: space)
    }
    var place = end
    while place > text.startIndex, place < text.endIndex {
      let before = text[text.index(before: place)]
      let isWhole = text[place].isLetter || text[place].isNumber
      if !(isWhole && (before.isLetter || before.isNumber)) { return place }
      place = text.index(before: place)
    }
    return end
  }

  /// The text in lines of at most `room` columns, broken at spaces where there are any.
  func wrap(_ text: String, lines limit: Int) -> [String] {
    var rest = (isASCII ? CallText.ascii(text) : text)[...]
    var lines: [String] = []
    while !rest.isEmpty {
      if DisplayWidth.columns(of: String(rest)) <= room || lines.count == limit - 1 {
        lines.append(Fitting.cut(String(rest), to: room, ellipsis: ellipsis))
        break
      }
      let fitting = DisplayWidth.truncate(String(rest), to: room, ellipsis: "")
      let most = rest.index(rest.startIndex, offsetBy: max(1, fitting.count))
      let end = place(in: rest, before: most)
      lines.append(String(rest[..<end]).trimmingLastSpace)
      rest = rest[end...]
    }
    return lines
  }
}

extension String {
  /// The text without a space at its end.
  fileprivate var trimmingLastSpace: String { last == " " ? String(dropLast()) : self }
}
