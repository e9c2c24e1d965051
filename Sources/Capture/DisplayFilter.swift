/// A Wireshark display filter (wireshark-filter(4)), translated to pcap-filter(7).
public enum DisplayFilter: Hashable, Sendable {
  /// The same in the language of pcap-filter(7).
  case said(String)
  /// It cannot be translated: the part that has no equivalent, and what can be used instead, if
  /// anything.
  case unsaid(String, instead: String?)

  /// Reads an expression; nil where it is not a display filter.
  public init?(_ expression: String) {
    let words = DisplayWord.words(of: expression)
    guard words.contains(where: \.isOfDisplayFilters) else { return nil }
    var parser = DisplayParser(words)
    do throws(Unsaid) {
      let term = try parser.whole()
      self = .said(term.text)
    } catch {
      self = .unsaid(error.part, instead: error.instead)
    }
  }

  /// A part that cannot be translated.
  struct Unsaid: Error {
    var part: String
    var instead: String?
  }
}

/// A word, sign or bracket of a display filter.
struct DisplayWord: Hashable {
  var text: String

  /// Splits an expression into words.
  static func words(of expression: String) -> [DisplayWord] {
    let signs: Set<Character> = ["=", "!", "<", ">", "&", "|", "~"]
    let brackets: Set<Character> = ["(", ")", "{", "}", ","]
    var words: [DisplayWord] = []
    var rest = expression[...]
    while let first = rest.first {
      if first.isWhitespace {
        rest.removeFirst()
        continue
      }
      var text = rest.prefix(1)
      if signs.contains(first) {
        text = rest.prefix { signs.contains($0) }
        // In `!(` and `!tcp` the mark is a word by itself; nobody writes `==!`.
        if text.count > 2 { text = rest.prefix(2) }
      } else if first == "\"" {
        text = rest.dropFirst().prefix { $0 != "\"" }
        text =
          rest[
            ..<(rest.index(text.endIndex, offsetBy: 1, limitedBy: rest.endIndex) ?? rest.endIndex)]
      } else if !brackets.contains(first) {
        text = rest.prefix {
          !$0.isWhitespace && !signs.contains($0) && !brackets.contains($0) && $0 != "\""
        }
      }
      words.append(DisplayWord(text: String(text)))
      rest = rest[text.endIndex...]
    }
    return words
  }

  /// Whether such a word occurs only in display filters.
  var isOfDisplayFilters: Bool {
    if ["==", "eq", "ne", "contains", "matches", "~", "===", "!=="].contains(text) { return true }
    if DisplayField.protocols[text] != nil, !DisplayField.sharedProtocols.contains(text) {
      return true
    }
    return DisplayField.isName(text)
  }
}

/// A part of a pcap-filter(7) expression.
struct FilterTerm {
  /// How its parts are combined.
  enum Kind { case one, and, or, not }

  var text: String
  var kind = Kind.one

  /// In parentheses, if it needs them among others: `and` and `or` have equal precedence there.
  func inside(_ outer: Kind) -> String {
    kind == .one || kind == outer || (kind == .not && outer != .not) ? text : "(\(text))"
  }
}

/// Reads a display filter by its grammar: `or` binds less tightly than `and`, and `and` than `not`.
struct DisplayParser {
  private var rest: ArraySlice<DisplayWord>

  init(_ words: [DisplayWord]) { rest = words[...] }

  mutating func whole() throws(DisplayFilter.Unsaid) -> FilterTerm {
    let term = try either()
    if let left = rest.first { throw DisplayFilter.Unsaid(part: left.text) }
    return term
  }

  private mutating func take(_ words: String...) -> Bool {
    guard let first = rest.first, words.contains(first.text.lowercased()) else { return false }
    rest.removeFirst()
    return true
  }

  private mutating func next() throws(DisplayFilter.Unsaid) -> String {
    guard let first = rest.popFirst() else {
      throw DisplayFilter.Unsaid(part: "its end, where something is missing")
    }
    return first.text
  }

  private mutating func either() throws(DisplayFilter.Unsaid) -> FilterTerm {
    var terms = [try both()]
    while take("or", "||") { terms.append(try both()) }
    return joined(terms, .or, " or ")
  }

  private mutating func both() throws(DisplayFilter.Unsaid) -> FilterTerm {
    var terms = [try denied()]
    while take("and", "&&") { terms.append(try denied()) }
    return joined(terms, .and, " and ")
  }

  private func joined(
    _ terms: [FilterTerm], _ kind: FilterTerm.Kind, _ word: String
  ) -> FilterTerm {
    if terms.count == 1 { return terms[0] }
    return FilterTerm(text: terms.map { $0.inside(kind) }.joined(separator: word), kind: kind)
  }

  private mutating func denied() throws(DisplayFilter.Unsaid) -> FilterTerm {
    guard take("not", "!") else { return try single() }
    return DisplayParser.not(try denied())
  }

  static func not(_ term: FilterTerm) -> FilterTerm {
    FilterTerm(text: "not " + term.inside(.not), kind: .not)
  }

  private mutating func single() throws(DisplayFilter.Unsaid) -> FilterTerm {
    if take("(") {
      let term = try either()
      guard take(")") else {
        throw DisplayFilter.Unsaid(part: "a bracket that is not closed")
      }
      return term
    }
    let name = try next()
    let field = DisplayField(name.lowercased())
    if take("in") { return try field.term(among: values()) }
    guard let sign = rest.first.flatMap({ DisplaySign($0.text.lowercased()) }) else {
      return try field.presence()
    }
    rest.removeFirst()
    return try field.term(sign, try next())
  }

  /// `{80, 443, 8000..8080}`
  private mutating func values() throws(DisplayFilter.Unsaid) -> [String] {
    guard take("{") else { throw DisplayFilter.Unsaid(part: "in") }
    var values: [String] = []
    while !take("}") {
      if take(",") { continue }
      values.append(try next())
    }
    return values
  }
}

/// How a field is compared.
enum DisplaySign: String {
  case equal = "="
  case unequal = "!="
  case greater = ">"
  case less = "<"
  case greaterOrEqual = ">="
  case lessOrEqual = "<="

  init?(_ text: String) {
    switch text {
    case "==", "=", "eq", "any_eq", "===", "all_eq": self = .equal
    case "!=", "ne", "all_ne", "!==", "any_ne", "~=": self = .unequal
    case ">", "gt": self = .greater
    case "<", "lt": self = .less
    case ">=", "ge": self = .greaterOrEqual
    case "<=", "le": self = .lessOrEqual
    default: return nil
    }
  }
}
