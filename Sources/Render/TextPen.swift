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

  /// A line of the ladder, without spaces at its end.
  func draw(_ line: LadderLine, time: String, _ room: Room) -> String {
    var text = paint(TextPen.right(time, room.time), .faint) + " "
    text += TextPen.right(mark(line.mark), room.number) + " "
    if room.connection > 0 {
      let number = line.connection.map { "\($0.rawValue)" } ?? ""
      text += TextPen.right(number, room.connection) + " "
    }
    text += clientWords(line.client.words, room.client) + " "
    text += paint(String(glyphs.bar(line.client.bar, true)), .client)
    text += paint(String(glyphs.end(line.client.end, true)), tone(line.client, .client))
    text += middle(line.middle, room.arrow)
    text += paint(String(glyphs.end(line.server.end, false)), tone(line.server, .server))
    text += paint(String(glyphs.bar(line.server.bar, false)), .server)
    if !line.server.words.isEmpty {
      text += " " + line.server.words.map { paint($0.text, $0.tone) }.joined(separator: "  ")
    }
    return TextPen.trim(text)
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

  private func mark(_ mark: LadderLine.Mark) -> String {
    switch mark {
    case .blank: ""
    case .packet(let number): "\(number)"
    case .silent: "-"
    }
  }

  /// Words of the left lane: the nearest to the bar stands last.
  private func clientWords(_ words: [Word], _ width: Int) -> String {
    let missing = max(0, width - words.columns)
    return String(repeating: " ", count: missing)
      + words.reversed().map { paint($0.text, $0.tone) }.joined(separator: "  ")
  }

  private func tone(_ lane: Lane, _ side: Tone) -> Tone {
    switch lane.end {
    case .crossed, .crossedNowhere: side
    default: .faint
    }
  }

  private func middle(_ middle: LadderLine.Middle, _ width: Int) -> String {
    switch middle {
    case .nothing: return String(repeating: " ", count: width)
    case .note(let text, let tone):
      let cut = Fitting.cut(text, to: width, ellipsis: "")
      let columns = DisplayWidth.columns(of: cut)
      let left = (width - columns) / 2
      return String(repeating: " ", count: left) + paint(cut, tone)
        + String(repeating: " ", count: width - columns - left)
    case .arrow(let side, let isHeavy, let label, let tone):
      let shaft = glyphs.shaft(isHeavy)
      let columns = DisplayWidth.columns(of: label)
      // The head and a space on either side of the label.
      let rest = width - columns - 2 - 1
      let isTight = rest < 1
      let left = isTight ? 1 : side == .client ? (rest + 1) / 2 : rest / 2
      let right = isTight ? 0 : rest - left
      let head = String(glyphs.head(toRight: side == .client))
      let shaftTone: Tone = isHeavy ? (side == .client ? .client : .server) : .plain
      let near = paint(String(repeating: shaft, count: left), shaftTone)
      let far = paint(String(repeating: shaft, count: right), shaftTone)
      let gap = isTight ? "" : " "
      let words = paint(label, tone)
      return side == .client
        ? near + " " + words + gap + far + paint(head, shaftTone)
        : paint(head, shaftTone) + (isTight ? "" : near) + gap + words + " "
          + (isTight ? paint(String(shaft), shaftTone) : far)
    }
  }

  // MARK: characters

  /// The text with the escape sequences of its tone (ECMA-48, SGR), where colour is wanted.
  func paint(_ text: String, _ tone: Tone) -> String {
    guard hasColor, let code = code(of: tone), !text.allSatisfy({ $0 == " " }) else { return text }
    return "\u{1B}[\(code)m\(text)\u{1B}[0m"
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

  private static func trim(_ text: String) -> String {
    guard text.utf8.last == 0x20 else { return text }
    var bytes = text.utf8[...]
    while bytes.last == 0x20 { bytes = bytes.dropLast() }
    return String(Substring(bytes))
  }
}
