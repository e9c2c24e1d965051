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
        return (words.map { cut($0) }, more.reversed())
      }
    }
  }

  /// A part that has lines to itself: one, or two where not even its shortest way fits.
  private func alone(_ part: Part) -> [[Word]] {
    let fitting = part.choices.first { DisplayWidth.columns(of: $0) <= room }
    return wrap(fitting ?? part.choices.last ?? "", lines: 2).map {
      [Word(text: $0, tone: part.tone)]
    }
  }

  private func cut(_ word: Word) -> Word {
    Word(text: DisplayWidth.truncate(word.text, to: room, ellipsis: ellipsis), tone: word.tone)
  }

  /// The text in lines of at most `room` columns, broken at spaces where there are any.
  func wrap(_ text: String, lines limit: Int) -> [String] {
    var rest = (isASCII ? CallText.ascii(text) : text)[...]
    var lines: [String] = []
    while !rest.isEmpty {
      if DisplayWidth.columns(of: String(rest)) <= room || lines.count == limit - 1 {
        lines.append(DisplayWidth.truncate(String(rest), to: room, ellipsis: ellipsis))
        break
      }
      let fitting = DisplayWidth.truncate(String(rest), to: room, ellipsis: "")
      var end = rest.index(rest.startIndex, offsetBy: max(1, fitting.count))
      if let space = rest[..<end].lastIndex(of: " "), space > rest.startIndex {
        end = rest.index(after: space)
      }
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
