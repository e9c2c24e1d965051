/// How many columns of a terminal a text takes, and texts of a given number of columns.
///
/// `ambiguous` is always the width, 1 or 2, of the characters that are narrow in Western and wide
/// in East Asian fonts: box drawing, arrows, `…`, Greek and Cyrillic letters (Unicode Standard
/// Annex 11, class A).
public enum DisplayWidth {
  /// The columns that `text` takes: 2 for wide East Asian characters and emoji, 0 for combining
  /// marks, 1 for the rest.
  ///
  /// The text must be harmless (`Escape.terminal`): control characters are counted as 0.
  public static func columns(of text: String, ambiguous: Int = 1) -> Int {
    text.utf8.allSatisfy { 0x20...0x7E ~= $0 }
      ? text.utf8.count
      : text.unicodeScalars.reduce(0) { $0 + columns(of: $1, ambiguous: ambiguous) }
  }

  /// The columns that one character takes.
  static func columns(of scalar: Unicode.Scalar, ambiguous: Int) -> Int {
    if 0x20...0x7E ~= scalar.value { return 1 }
    if isHangulOrHan(scalar.value) { return 2 }
    // The vowels and final consonants of Hangul syllables written in parts join the first.
    if 0x1160...0x11FF ~= scalar.value || 0xD7B0...0xD7FF ~= scalar.value { return 0 }
    switch isSymbol(scalar.value) ? .otherSymbol : scalar.properties.generalCategory {
    case .control, .nonspacingMark, .enclosingMark, .lineSeparator, .paragraphSeparator: return 0
    case .format: return scalar.value == 0xAD ? 1 : 0
    default: break
    }
    if EastAsianWidth.holds(EastAsianWidth.wide, scalar.value) { return 2 }
    let isAmbiguous = EastAsianWidth.holds(EastAsianWidth.ambiguous, scalar.value)
    return isAmbiguous ? ambiguous : 1
  }

  /// Hangul syllables and the first block of Han characters, told without the tables.
  private static func isHangulOrHan(_ value: UInt32) -> Bool {
    0xAC00...0xD7A3 ~= value || 0x4E00...0x9FFF ~= value
  }

  /// Arrows, box drawing, blocks and geometric shapes: blocks without a character of no width.
  private static func isSymbol(_ value: UInt32) -> Bool { 0x2190...0x25FF ~= value }

  /// The text, cut to at most `limit` columns; a cut text ends in `ellipsis`.
  ///
  /// Never cuts inside a character. Where not even the ellipsis fits, the text is cut without it.
  ///
  /// - Parameter ellipsis: `…`, or `...` where only ASCII may be drawn.
  public static func truncate(
    _ text: String, to limit: Int, ambiguous: Int = 1, ellipsis: String = "…"
  ) -> String {
    if columns(of: text, ambiguous: ambiguous) <= limit { return text }
    let mark = columns(of: ellipsis, ambiguous: ambiguous)
    let end = mark <= limit ? ellipsis : ""
    var room = limit - (mark <= limit ? mark : 0)
    let kept = text.prefix { character in
      room -= columns(of: String(character), ambiguous: ambiguous)
      return room >= 0
    }
    return kept + end
  }

  /// The text with spaces up to `width` columns; longer texts stay as they are.
  public static func pad(
    _ text: String, to width: Int, ambiguous: Int = 1, alignment: Alignment = .left
  ) -> String {
    let missing = max(0, width - columns(of: text, ambiguous: ambiguous))
    let left =
      switch alignment {
      case .left: 0
      case .center: missing / 2
      case .right: missing
      }
    var padded = ""
    padded.reserveCapacity(text.utf8.count + missing)
    appendSpaces(left, to: &padded)
    padded += text
    appendSpaces(missing - left, to: &padded)
    return padded
  }

  private static let spaces = String(repeating: " ", count: 256)

  /// Adds spaces, many at once.
  private static func appendSpaces(_ count: Int, to text: inout String) {
    var missing = count
    while missing > 0 {
      let piece = spaces.utf8.prefix(missing)
      text += Substring(piece)
      missing -= piece.count
    }
  }

  /// Where a padded text stands.
  public enum Alignment: Hashable, Sendable {
    /// At the left, spaces after it.
    case left
    /// In the middle; an odd space stands after it.
    case center
    /// At the right, spaces before it.
    case right
  }
}
