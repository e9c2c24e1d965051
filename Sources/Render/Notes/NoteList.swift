/// A note of a file: its line, counted from 1, and the note as `Note(_:)` reads it, raw.
public struct NoteLine: Hashable, Sendable {
  /// The line, from 1.
  public var number: Int
  /// The note, raw.
  public var text: String
  /// Makes a line.
  public init(_ number: Int, _ text: String) {
    self.number = number
    self.text = text
  }
}

/// The notes of a text in Markdown: the items of its lists.
///
///     # What the picture shows
///
///     - packet 3: the handshake ends here,
///       without data
///     * `fin client`: who closes first
///
/// Headings, paragraphs, quotations, comments and code blocks are the author's own. An item goes on
/// in the indented lines below it; back-ticks and asterisks around an anchor are left out.
public struct NoteList {
  private var items: [NoteLine] = []
  private var isOpen = false
  private var isCode = false
  private var isComment = false

  /// The notes of a whole text.
  public static func notes(_ text: String) -> [NoteLine] {
    var list = NoteList()
    let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
    for (index, line) in lines.enumerated() { list.take(line, index + 1) }
    return list.items.map { NoteLine($0.number, NoteList.plain($0.text)) }
  }

  private mutating func take(_ line: Substring, _ number: Int) {
    let body = line.drop { $0 == " " || $0 == "\t" }
    if body.hasPrefix("```") || body.hasPrefix("~~~") {
      isCode.toggle()
      isOpen = false
      return
    }
    if isCode { return }
    if isComment || body.hasPrefix("<!--") {
      isComment = !NoteList.ends(body, "-->")
      isOpen = false
    } else if let item = NoteList.item(body) {
      items.append(NoteLine(number, String(item)))
      isOpen = true
    } else if isOpen, !body.isEmpty, body.startIndex > line.startIndex {
      items[items.count - 1].text += " " + body
    } else {
      isOpen = false
    }
  }

  private static func ends(_ line: Substring, _ mark: String) -> Bool {
    guard line.count >= mark.count else { return false }
    return line.indices.contains { line[$0...].hasPrefix(mark) }
  }

  /// What stands behind `- `, `* `, `+ `, `1. ` or `1) `.
  private static func item(_ line: Substring) -> Substring? {
    var rest = line
    if let first = rest.first, "-*+".contains(first) {
      rest = rest.dropFirst()
    } else {
      let digits = rest.prefix { ("0"..."9").contains($0) }
      guard !digits.isEmpty, let mark = rest[digits.endIndex...].first, ".)".contains(mark) else {
        return nil
      }
      rest = rest[digits.endIndex...].dropFirst()
    }
    guard let space = rest.first, space == " " || space == "\t" else { return nil }
    let item = rest.drop { $0 == " " || $0 == "\t" }
    // `- - -` is a rule.
    return item.allSatisfy { "-* ".contains($0) } ? nil : item
  }

  /// An item whose anchor has lost its marks: `` `packet 3`: text ``, `**packet 3:** text`.
  private static func plain(_ item: String) -> String {
    for mark in ["`", "**", "*", "__", "_"] where item.hasPrefix(mark) {
      let inner = item.dropFirst(mark.count)
      guard let end = inner.indices.first(where: { inner[$0...].hasPrefix(mark) }) else { continue }
      return String(inner[..<end] + inner[end...].dropFirst(mark.count))
    }
    return item
  }
}
