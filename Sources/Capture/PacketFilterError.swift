/// A filter expression that libpcap refuses, and the place where it goes wrong.
public struct PacketFilterError: Error, Hashable, Sendable {
  /// libpcap's message, such as `can't parse filter expression: syntax error`.
  public var message: String
  /// The expression as written.
  public var expression: String
  /// The wrong word: offsets into the expression's UTF-8. Empty, at the end, where something is
  /// missing; the whole expression where it contradicts itself.
  public var place: Range<Int>

  /// Finds the place of an error.
  ///
  /// libpcap reports none. A name it does not know is in its message; for everything else the words
  /// are taken one by one until no known completion makes the expression valid.
  init(_ message: String, in expression: String, link: Int32) {
    self.message = message
    self.expression = expression
    let words = FilterWord.words(of: expression)
    let named = words.last {
      message.contains("'\($0.text)'") || message.contains("\"\($0.text)\"")
    }
    if let named {
      place = named.place
      return
    }
    let whole = Array(expression.utf8)
    if message.contains(FilterWord.contradiction) {
      place = (words.first?.place.lowerBound ?? 0)..<(words.last?.place.upperBound ?? 0)
      return
    }
    let first = words.first { word in
      let prefix = String(decoding: whole[..<word.place.upperBound], as: UTF8.self)
      return !FilterWord.isViable(prefix, link: link)
    }
    let end = words.last?.place.upperBound ?? 0
    place = first?.place ?? FilterWord.unclosed(words)?.place ?? end..<end
  }
}

/// A word, bracket or operator of a filter expression.
struct FilterWord: Hashable {
  var text: String
  /// Offsets into the expression's UTF-8.
  var place: Range<Int>

  /// Splits an expression into words.
  static func words(of expression: String) -> [FilterWord] {
    let bytes = Array(expression.utf8)
    var words: [FilterWord] = []
    var start = 0
    while start < bytes.count {
      let kind = Kind(bytes[start])
      var end = start + 1
      // Each bracket is a word; of other kinds, a run of characters is one.
      while kind != .bracket, end < bytes.count, Kind(bytes[end]) == kind { end += 1 }
      if kind != .blank {
        words.append(
          FilterWord(text: String(decoding: bytes[start..<end], as: UTF8.self), place: start..<end))
      }
      start = end
    }
    return words
  }

  private enum Kind {
    case blank, bracket, sign, letter

    init(_ byte: UInt8) {
      switch byte {
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"):
        self = .blank
      case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "["), UInt8(ascii: "]"):
        self = .bracket
      case UInt8(ascii: "!"), UInt8(ascii: "&"), UInt8(ascii: "|"), UInt8(ascii: "<"),
        UInt8(ascii: ">"), UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "*"),
        UInt8(ascii: "^"), UInt8(ascii: "%"):
        self = .sign
      default: self = .letter
      }
    }
  }

  /// Whether an expression may begin like this: it compiles, alone or with one of our completions.
  static func isViable(_ prefix: String, link: Int32) -> Bool {
    let closing = closers(words(of: prefix))
    return completions.contains { completion in
      isSound(prefix + completion + closing, link: link) || isSound(prefix + completion, link: link)
    }
  }

  /// Whether an expression is well formed: libpcap accepts it, or only finds it contradictory.
  private static func isSound(_ expression: String, link: Int32) -> Bool {
    guard let refusal = PacketFilter.refusal(of: expression, link: link) else { return true }
    return refusal.contains(contradiction)
  }

  /// libpcap's message about an expression such as `tcp and udp`.
  static let contradiction = "rejects all packets"

  /// What may follow the beginning of an expression. Addresses are numeric, so that no name is
  /// looked up.
  private static let completions = [
    "", " ip", " 1", " 1.2.3.4", " tcp port 80", " port 80", " host 1.2.3.4", " 10.0.0.0/8",
    " 1-2", " ::1", " 00:00:00:00:00:00", " 0] = 0", "] = 0", " = 0", " proto 6", " 6", " = 1",
  ]

  /// The brackets that close the open ones.
  private static func closers(_ words: [FilterWord]) -> String {
    var open = ""
    for word in words {
      switch word.text {
      case "(": open = ")" + open
      case "[": open = "] = 0" + open
      case ")", "]": open = String(open.drop { $0 != ")" && $0 != "]" }.dropFirst())
      default: break
      }
    }
    return open
  }

  /// The last bracket that is not closed.
  static func unclosed(_ words: [FilterWord]) -> FilterWord? {
    var open: [FilterWord] = []
    for word in words {
      switch word.text {
      case "(", "[": open.append(word)
      case ")", "]": _ = open.popLast()
      default: break
      }
    }
    return open.last
  }
}
