import Calls

/// What follows the arguments of a call: `= -1 EAGAIN (Resource temporarily unavailable) <0.000009>`.
struct StraceResult {
  /// The number; nil for `?`.
  var number: Int64?
  var error: Errno?
  /// Whether a signal interrupted the call so that it may be restarted.
  var isInterrupted = false
  /// What is said about the descriptor that was returned.
  var annotation: String?
  /// What is in the parentheses: `([{fd=3, revents=POLLIN}])`.
  var tail: [StraceValue] = []
  /// Nanoseconds that the call took (-T).
  var duration: Int64?

  /// Reads what is at the place of `text`.
  init(after text: StraceText) {
    var text = text
    text.skipSpaces()
    if !text.take("= ") { text.place = StraceResult.place(in: text) }
    guard !text.isAtEnd else { return }
    text.skipSpaces()
    number = text.number()
    if number == nil { _ = text.take("?") }
    annotation = text.annotation()
    text.skipSpaces()
    if let word = text.word() {
      if word.hasPrefix("ERESTART") {
        isInterrupted = true
        number = nil
      } else if number == -1 {
        error = StraceNames.error(word)
        number = error.map { -Int64($0.rawValue) } ?? number
      }
    }
    text.skipSpaces()
    if error == nil, text.take(UInt8(ascii: "(")) {
      var reading = StraceValues(text)
      tail = reading.list(until: UInt8(ascii: ")"))
      text = reading.text
    }
    duration = StraceResult.duration(text)
  }

  /// The place after the last ` = ` of a line whose arguments could not be read.
  private static func place(in text: StraceText) -> Int {
    let bytes = text.bytes
    var index = bytes.count - 2
    while index > text.place {
      if bytes[index] == UInt8(ascii: "="), bytes[index + 1] == UInt8(ascii: " "),
        bytes[index - 1] == UInt8(ascii: " ")
      {
        return index + 2
      }
      index -= 1
    }
    return bytes.count
  }

  /// `<0.000123>` at the end of the line.
  private static func duration(_ text: StraceText) -> Int64? {
    guard text.bytes.last == UInt8(ascii: ">"),
      let open = text.bytes.lastIndex(of: UInt8(ascii: "<"))
    else { return nil }
    var text = StraceText(text.bytes, at: open + 1)
    let whole = text.run { $0.isDigit }
    guard whole.count <= 9, let seconds = Int64(String(decoding: whole, as: UTF8.self)),
      text.take(UInt8(ascii: "."))
    else { return nil }
    return seconds * 1_000_000_000 + StraceLine.fraction(text.run { $0.isDigit }.prefix(9))
  }
}
