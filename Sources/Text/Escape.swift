/// The one place where foreign text is made harmless, for each place where it may be shown.
///
/// Foreign is what the traced programs, the network and files bring: payload, names of processes,
/// paths, comments. It must not move the cursor, hide or reorder what stands beside it, or become
/// markup.
public enum Escape {
  /// The text as it may stand in a terminal: printable characters as they are, everything else as
  /// C would write it.
  ///
  /// Escaped are the control characters (`\n`, `\t`, `\x1b`), backslash and quote, and by number
  /// (`\u{202e}`) what is not seen or reorders: bidirectional controls, zero-width characters,
  /// line and paragraph separators, and code points that are private or not assigned.
  public static func terminal(_ text: String) -> String {
    text.utf8.allSatisfy(isPlain) ? text : terminal(text.utf8)
  }

  /// The bytes as they may stand in a terminal; those that are not UTF-8 as `\xff`.
  public static func terminal(_ bytes: some Collection<UInt8>) -> String {
    // An array first: all that follows is compiled for arrays, not for any collection.
    let bytes = Array(bytes)
    return bytes.allSatisfy(isPlain)
      ? String(decoding: bytes, as: UTF8.self)
      : UTF8Piece.pieces(of: bytes).reduce(into: "") { $0 += visible($1, escapesQuote: true) }
  }

  /// The bytes in quotes, for a preview of a payload: `"Hello, s…"`.
  ///
  /// - Parameters:
  ///   - bytes: the beginning of the payload.
  ///   - limit: columns between the quotes at most, the ellipsis included.
  ///   - isCut: whether the payload goes on after `bytes`.
  ///   - ambiguous: see `DisplayWidth`.
  ///   - ellipsis: what stands for the rest: `…`, or `...` where only ASCII may be drawn.
  public static func quoted(
    _ bytes: some Collection<UInt8>, limit: Int, isCut: Bool = false, ambiguous: Int = 1,
    ellipsis: String = "…"
  ) -> String {
    // Eight bytes a column are enough: a character has at most four, and of marks that take no
    // column a preview needs no more.
    let start = Array(bytes.prefix(max(0, limit) * 8 + 8))
    let isWhole = !isCut && start.count == bytes.count
    if isWhole, start.count <= limit, start.allSatisfy(isPlain) {
      return "\"" + String(decoding: start, as: UTF8.self) + "\""
    }
    let mark = DisplayWidth.columns(of: ellipsis, ambiguous: ambiguous)
    let pieces = UTF8Piece.pieces(of: start)
    let texts = (isWhole ? pieces[...] : UTF8Piece.withoutCutEnd(pieces)).map {
      visible($0, escapesQuote: true)
    }
    let widths = texts.map { DisplayWidth.columns(of: $0, ambiguous: ambiguous) }
    if isWhole, widths.reduce(0, +) <= limit { return "\"" + texts.joined() + "\"" }
    var room = limit - mark
    var text = ""
    for (piece, width) in zip(texts, widths) {
      room -= width
      if room < 0 { break }
      text += piece
    }
    return "\"" + text + (mark <= limit ? ellipsis : "") + "\""
  }

  /// The text as character data or attribute value of XML, SVG and HTML.
  public static func xml(_ text: String) -> String {
    // Scalar by scalar: a combining mark behind it must not hide a character of markup.
    visible(text).unicodeScalars.reduce(into: "") { result, scalar in
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.unicodeScalars.append(scalar)
      }
    }
  }

  /// Text that has been made visible (`terminal`) as character data or attribute value of XML, SVG
  /// and HTML: backslashes stay single.
  public static func markup(_ text: String) -> String {
    text.unicodeScalars.reduce(into: "") { result, scalar in
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default:
        if isHarmful(scalar) {
          result += visible(.scalar(scalar), escapesQuote: false)
        } else {
          result.unicodeScalars.append(scalar)
        }
      }
    }
  }

  /// The text as words of Markdown, also in a cell of a table: no emphasis, link, code or HTML.
  public static func markdown(_ text: String) -> String { markdown(visible: visible(text)) }

  /// The same of text that has been made visible (`terminal`): no backslash is doubled again.
  public static func markdown(visible text: String) -> String {
    let special: Set<Unicode.Scalar> = [
      "\\", "`", "*", "_", "{", "}", "[", "]", "(", ")", "<", ">", "#", "+", "-", "!", "|", "~",
      "&", "$", "@", "=",
    ]
    var result = ""
    for scalar in text.unicodeScalars {
      // "://" and "www." would become links by themselves.
      if special.contains(scalar) || (scalar == "/" && result.hasSuffix(":"))
        || (scalar == "." && (result.hasSuffix("www") || result.allSatisfy(\.isNumber)))
      {
        result += "\\"
      }
      result.unicodeScalars.append(scalar)
    }
    return result
  }

  /// The text as a cell of CSV (RFC 4180); it never begins as a formula of a spreadsheet does.
  public static func csv(_ text: String) -> String {
    var cell = visible(text)
    if let first = cell.unicodeScalars.first(where: { $0 != " " }),
      "=+-@|%".unicodeScalars.contains(first)
    {
      cell = "'" + cell
    }
    guard cell.utf8.contains(where: { ",;\"'".utf8.contains($0) }) || cell.hasPrefix(" ") else {
      return cell
    }
    return cell.unicodeScalars.reduce(into: "\"") { result, scalar in
      if scalar == "\"" { result += "\"" }
      result.unicodeScalars.append(scalar)
    } + "\""
  }

  /// The text as a string of JSON (RFC 8259, section 7), quotes included; it reads back unchanged.
  ///
  /// What a terminal must not be sent is escaped by number.
  public static func json(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _ where isHarmful(scalar):
        for unit in String(scalar).utf16 { result += "\\u" + hexadecimal(unit, digits: 4) }
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}

extension Escape {
  /// The text with everything that is not seen written out; a backslash is doubled, so that no two
  /// texts look alike.
  static func visible(_ text: String) -> String {
    text.utf8.allSatisfy(isPlain)
      ? text
      : UTF8Piece.pieces(of: Array(text.utf8)).reduce(into: "") {
        $0 += visible($1, escapesQuote: false)
      }
  }

  /// Whether a byte is a printable ASCII character that no target of ours writes otherwise, but
  /// for markup: most text is made of them and need not be taken apart.
  private static func isPlain(_ byte: UInt8) -> Bool {
    0x20...0x7E ~= byte && byte != UInt8(ascii: "\\") && byte != UInt8(ascii: "\"")
  }

  /// A piece of foreign text, written out where it is not seen.
  static func visible(_ piece: UTF8Piece, escapesQuote: Bool) -> String {
    switch piece {
    case .invalid(let byte): return "\\x" + hexadecimal(byte, digits: 2)
    case .scalar("\n"): return "\\n"
    case .scalar("\t"): return "\\t"
    case .scalar("\r"): return "\\r"
    case .scalar("\\"): return "\\\\"
    case .scalar("\"") where escapesQuote: return "\\\""
    case .scalar(let scalar) where scalar.value < 0x80 && isHarmful(scalar):
      return "\\x" + hexadecimal(scalar.value, digits: 2)
    case .scalar(let scalar) where isHarmful(scalar):
      return "\\u{" + String(scalar.value, radix: 16) + "}"
    case .scalar(let scalar): return String(scalar)
    }
  }

  /// Whether a character is not seen, reorders others, or is unknown.
  static func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
    if 0x20...0x7E ~= scalar.value { return false }
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse,
      .unassigned:
      return true
    default: return scalar.properties.isDefaultIgnorableCodePoint
    }
  }

  /// The number in hexadecimal, with zeros before it.
  private static func hexadecimal(_ value: some BinaryInteger, digits: Int) -> String {
    let text = String(value, radix: 16)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }
}
