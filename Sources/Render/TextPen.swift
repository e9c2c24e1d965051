import Text
import Timeline

/// Draws lines as text: characters, and colour where it is wanted.
struct TextPen {
  let glyphs: Glyphs
  let hasColor: Bool

  init(_ style: LadderStyle) {
    glyphs = Glyphs(isASCII: style.isASCII)
    hasColor = style.hasColor
  }

  /// Adds a line of the ladder, without spaces at its end.
  func draw(_ line: LadderLine, time: String, _ room: Room, into lines: inout Lines) {
    lines.line { text in
      let start = text.count
      draw(line, time, room, to: &text)
      while text.count > start, text.last == UInt8(ascii: " ") { text.removeLast() }
    }
  }

  private func draw(_ line: LadderLine, _ time: String, _ room: Room, to text: inout [UInt8]) {
    paint(time.isEmpty ? .plain : .faint, to: &text) { text in
      spaces(room.time - time.utf8.count, to: &text)
      text.add(time)
    }
    space(to: &text)
    mark(line.mark, room.number, to: &text)
    space(to: &text)
    if room.connection > 0 {
      let number = line.connection?.rawValue
      spaces(room.connection - (number.map { DecimalText.count($0) } ?? 0), to: &text)
      if let number { DecimalText.add(number, to: &text) }
      space(to: &text)
    }
    spaces(room.client - line.client.words.columns, to: &text)
    for (index, word) in line.client.words.reversed().enumerated() {
      if index > 0 { spaces(2, to: &text) }
      paint(word.text, word.tone, to: &text)
    }
    space(to: &text)
    paint(String(glyphs.bar(line.client.bar, true)), .client, to: &text)
    paint(String(glyphs.end(line.client.end, true)), tone(line.client, .client), to: &text)
    middle(line.middle, room.arrow, to: &text)
    paint(String(glyphs.end(line.server.end, false)), tone(line.server, .server), to: &text)
    paint(String(glyphs.bar(line.server.bar, false)), .server, to: &text)
    for (index, word) in line.server.words.enumerated() {
      spaces(index > 0 ? 2 : 1, to: &text)
      paint(word.text, word.tone, to: &text)
    }
  }

  /// The heads of the columns.
  func columns(time: String, client: String, server: String, _ room: Room) -> String {
    var text = TextPen.right(time, room.time) + " " + TextPen.right("pkt", room.number) + " "
    if room.connection > 0 { text += TextPen.right("#", room.connection) + " " }
    let left = title(client, room.client)
    text += DisplayWidth.pad(left, to: room.client, alignment: .right)
    text += String(repeating: " ", count: room.arrow + 6)
    text += title(server, room.server)
    return paint(text, .title)
  }

  /// The name of a lane; where it is cut, the number of the process stays.
  private func title(_ name: String, _ room: Int) -> String {
    let ellipsis = glyphs.isASCII ? "..." : "…"
    guard DisplayWidth.columns(of: name) > room, let open = name.lastIndex(of: "["),
      name.hasSuffix("]"), name[open...].utf8.count < room
    else { return DisplayWidth.truncate(name, to: room, ellipsis: ellipsis) }
    let number = name[open...]
    let start = String(name[..<open])
    return DisplayWidth.truncate(start, to: room - number.utf8.count, ellipsis: ellipsis) + number
  }

  /// A line ruled on both sides: `── TCP 2  ... ──────`.
  func rule(_ words: String, width: Int) -> String {
    let rule = String(glyphs.rule)
    let start = rule + rule + " "
    let cut = Fitting.cut(words, to: width - 6, ellipsis: "")
    let left = max(2, width - 4 - DisplayWidth.columns(of: cut))
    return paint(start, .faint) + paint(cut, .title) + " "
      + paint(String(repeating: rule, count: left), .faint)
  }

  // MARK: parts

  private func mark(_ mark: LadderLine.Mark, _ width: Int, to text: inout [UInt8]) {
    switch mark {
    case .blank: spaces(width, to: &text)
    case .packet(let number):
      spaces(width - DecimalText.count(number), to: &text)
      DecimalText.add(number, to: &text)
    case .silent:
      spaces(width - 1, to: &text)
      text.append(UInt8(ascii: "-"))
    }
  }

  private func tone(_ lane: Lane, _ side: Tone) -> Tone {
    switch lane.end {
    case .crossed, .crossedNowhere: side
    default: .faint
    }
  }

  private func middle(
    _ middle: LadderLine.Middle, _ width: Int, to line: inout [UInt8]
  ) {
    switch middle {
    case .nothing: spaces(width, to: &line)
    case .note(let text, let tone):
      let cut = Fitting.cut(text, to: width, ellipsis: "")
      let columns = DisplayWidth.columns(of: cut)
      let left = (width - columns) / 2
      spaces(left, to: &line)
      paint(cut, tone, to: &line)
      spaces(width - columns - left, to: &line)
    case .arrow(let side, let isHeavy, let label, let tone):
      arrow(from: side, isHeavy, label, tone, width, to: &line)
    }
  }

  private func arrow(
    from side: Side, _ isHeavy: Bool, _ label: String, _ tone: Tone, _ width: Int,
    to line: inout [UInt8]
  ) {
    // The head and a space on either side of the label.
    let rest = width - DisplayWidth.columns(of: label) - 2 - 1
    let isTight = rest < 1
    let left = isTight ? 1 : side == .client ? (rest + 1) / 2 : rest / 2
    let right = isTight ? 0 : rest - left
    let head = String(glyphs.head(toRight: side == .client))
    let shaftTone: Tone = isHeavy ? (side == .client ? .client : .server) : .plain
    if side == .client {
      shaft(left, isHeavy, shaftTone, to: &line)
      space(to: &line)
      paint(label, tone, to: &line)
      if !isTight { space(to: &line) }
      shaft(right, isHeavy, shaftTone, to: &line)
      paint(head, shaftTone, to: &line)
    } else {
      paint(head, shaftTone, to: &line)
      if !isTight {
        shaft(left, isHeavy, shaftTone, to: &line)
        space(to: &line)
      }
      paint(label, tone, to: &line)
      space(to: &line)
      shaft(isTight ? 1 : right, isHeavy, shaftTone, to: &line)
    }
  }

  private func shaft(_ count: Int, _ isHeavy: Bool, _ tone: Tone, to line: inout [UInt8]) {
    guard count > 0 else { return }
    let glyph = String(glyphs.shaft(isHeavy))
    paint(tone, to: &line) { line in
      for _ in 0..<count { line.add(glyph) }
    }
  }

  private func space(to line: inout [UInt8]) { line.append(UInt8(ascii: " ")) }

  private func spaces(_ count: Int, to line: inout [UInt8]) {
    for _ in 0..<max(0, count) { line.append(UInt8(ascii: " ")) }
  }

  // MARK: characters

  /// The text with the escape sequences of its tone (ECMA-48, SGR), where colour is wanted.
  func paint(_ text: String, _ tone: Tone) -> String {
    var bytes: [UInt8] = []
    paint(text, tone, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  private func paint(_ text: String, _ tone: Tone, to line: inout [UInt8]) {
    guard hasColor, !text.utf8.allSatisfy({ $0 == UInt8(ascii: " ") }) else {
      return line.add(text)
    }
    paint(tone, to: &line) { $0.add(text) }
  }

  private func paint(_ tone: Tone, to line: inout [UInt8], _ write: (inout [UInt8]) -> Void) {
    guard hasColor, let code = code(of: tone) else { return write(&line) }
    line.add("\u{1B}[")
    line.add(code)
    line.add("m")
    write(&line)
    line.add("\u{1B}[0m")
  }

  private func code(of tone: Tone) -> String? {
    switch tone {
    case .plain: nil
    case .faint: "90"
    case .client: "36"
    case .server: "35"
    case .state: "32"
    case .failure: "31"
    case .warning: "33"
    case .title: "1"
    }
  }

  private static func right(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.utf8.count)) + text
  }
}
