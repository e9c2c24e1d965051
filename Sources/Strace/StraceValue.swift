/// An argument as strace writes it.
indirect enum StraceValue: Hashable {
  /// A number; for a descriptor, with what strace says about it (`-y`, `-yy`).
  case number(Int64, annotation: String?)
  /// Names and numbers that are joined by `|`: `SOCK_STREAM|SOCK_CLOEXEC`, `NULL`.
  case words([String])
  /// A string.
  case text([UInt8], isCut: Bool)
  /// `[...]`
  case list([StraceValue])
  /// `{...}`; a field without a name has an empty one.
  case structure([Field])
  /// `htons(3490)`
  case call(String, [StraceValue])
  /// Something else, such as `...`.
  case other

  /// A named field of a structure.
  struct Field: Hashable {
    var name: String
    var value: StraceValue
  }

  /// Bytes of a string that are kept.
  static let mostBytes = 4096
}

extension StraceValue {
  var number: Int64? { if case .number(let value, _) = self { value } else { nil } }

  /// A descriptor, or another 32-bit number.
  var int: Int32? { number.map { Int32(truncatingIfNeeded: $0) } }

  var annotation: String? { if case .number(_, let text) = self { text } else { nil } }

  var words: [String] { if case .words(let words) = self { words } else { [] } }

  var isNull: Bool { words == ["NULL"] }

  var elements: [StraceValue] { if case .list(let values) = self { values } else { [] } }

  var fields: [Field] { if case .structure(let fields) = self { fields } else { [] } }

  /// The values of a list, and of a structure whose fields have no names: versions before 4.16
  /// wrote arrays of structures that way.
  var items: [StraceValue] {
    switch self {
    case .list(let values): values
    case .structure(let fields) where fields.allSatisfy({ $0.name.isEmpty }): fields.map(\.value)
    default: []
    }
  }

  var bytes: [UInt8]? { if case .text(let bytes, _) = self { bytes } else { nil } }

  /// The field of a structure.
  subscript(name: String) -> StraceValue? { fields.first { $0.name == name }?.value }
}

/// Reads arguments, with a limit on their depth and number.
struct StraceValues {
  var text: StraceText
  private var left = 20_000

  private static let deepest = 12

  init(_ text: StraceText) { self.text = text }

  /// Values up to `end`, which is skipped, or up to the end of the line.
  mutating func list(until end: UInt8, depth: Int = 0) -> [StraceValue] {
    var values: [StraceValue] = []
    while true {
      skip()
      if text.isAtEnd || text.take(end) || left <= 0 { return values }
      let before = text.place
      values.append(value(depth))
      // What cannot be read is skipped, byte by byte.
      if text.place == before { text.place += 1 }
    }
  }

  /// Skips what is between values.
  private mutating func skip() {
    while true {
      text.skipSpaces()
      if text.take(UInt8(ascii: ",")) || text.take(UInt8(ascii: "&")) { continue }
      guard text.take("/*") else { return }
      while !text.isAtEnd, !text.take("*/") { text.place += 1 }
    }
  }

  /// One value; for `before => after` the latter.
  private mutating func value(_ depth: Int) -> StraceValue {
    left -= 1
    let first = simple(depth)
    let place = text.place
    text.skipSpaces()
    if text.take("=>") || text.take("->") {
      skip()
      let second = simple(depth)
      // For a structure both parts say something.
      if case .structure(let before) = first, case .structure(let after) = second {
        return .structure(before + after)
      }
      return second
    }
    text.place = place
    return first
  }

  private mutating func simple(_ depth: Int) -> StraceValue {
    guard depth < StraceValues.deepest else { return .other }
    _ = text.take(UInt8(ascii: "@"))
    switch text.next {
    case UInt8(ascii: "\""):
      guard let (bytes, isCut) = text.quoted(keeping: StraceValue.mostBytes) else { return .other }
      return .text(bytes, isCut: isCut)
    case UInt8(ascii: "["):
      text.place += 1
      return .list(list(until: UInt8(ascii: "]"), depth: depth + 1))
    case UInt8(ascii: "{"):
      text.place += 1
      return .structure(fields(depth + 1))
    case UInt8(ascii: "~"):
      text.place += 1
      return .other
    default: return expression(depth)
    }
  }

  private mutating func fields(_ depth: Int) -> [StraceValue.Field] {
    var fields: [StraceValue.Field] = []
    while true {
      skip()
      if text.isAtEnd || text.take(UInt8(ascii: "}")) || left <= 0 { return fields }
      let before = text.place
      var name = ""
      if let word = text.word(), takeCount(), text.take(UInt8(ascii: "=")) {
        name = word
        skip()
      } else {
        text.place = before
      }
      fields.append(StraceValue.Field(name: name, value: value(depth)))
      if text.place == before { text.place += 1 }
    }
  }

  /// Skips the length that versions before 4.16 wrote after a name: `msg_name(16)=`.
  private mutating func takeCount() -> Bool {
    let start = text.place
    if text.take(UInt8(ascii: "(")), text.number() == nil || !text.take(UInt8(ascii: ")")) {
      text.place = start
    }
    return true
  }

  /// Numbers and names, a macro call, or both joined by `|`.
  private mutating func expression(_ depth: Int) -> StraceValue {
    if text.take("...") { return .other }
    if let number = text.number() {
      let annotation = text.annotation()
      guard
        text.next == UInt8(ascii: "|") || text.next == UInt8(ascii: "*") || text.starts(with: "<<")
      else { return .number(number, annotation: annotation) }
      return .words(rest(of: ["\(number)"]))
    }
    guard let word = text.word() else { return .other }
    if text.take(UInt8(ascii: "(")) {
      return .call(word, list(until: UInt8(ascii: ")"), depth: depth + 1))
    }
    _ = text.annotation()
    return .words(rest(of: [word]))
  }

  private mutating func rest(of first: [String]) -> [String] {
    var words = first
    while left > 0 {
      if text.take("<<") || text.take(UInt8(ascii: "*")) {
        _ = text.number()
        continue
      }
      guard text.take(UInt8(ascii: "|")) else { return words }
      left -= 1
      if let word = text.word() {
        if text.take(UInt8(ascii: "(")) { _ = list(until: UInt8(ascii: ")"), depth: 10) }
        words.append(word)
      } else if let number = text.number() {
        words.append("\(number)")
      } else {
        return words
      }
    }
    return words
  }
}
