/// Texts with places for arguments.
enum Template {
  /// Puts the arguments where `{0}`, `{1}` and so on stand; the template's own text is trusted,
  /// an argument is never looked into.
  static func fill(_ template: String, _ arguments: [String]) -> String {
    guard !arguments.isEmpty else { return template }
    var line: [UInt8] = []
    fill(template, places: arguments.count, to: &line) { place, line in
      line.append(contentsOf: arguments[place].utf8)
    }
    return String(decoding: line, as: UTF8.self)
  }

  /// Adds a template to a line; `argument` adds what stands in a place, by its number.
  ///
  /// - Parameter places: how many arguments there are: what looks like another place is text.
  static func fill(
    _ template: String, places: Int = 10, to line: inout [UInt8],
    _ argument: (Int, inout [UInt8]) -> Void
  ) {
    let text = template.utf8Span.span
    var index = 0
    while index < text.count {
      let byte = text[index]
      if byte == UInt8(ascii: "{"), index + 2 < text.count, text[index + 2] == UInt8(ascii: "}"),
        case let place = Int(text[index + 1]) - Int(UInt8(ascii: "0")), 0..<places ~= place
      {
        argument(place, &line)
        index += 3
      } else {
        line.append(byte)
        index += 1
      }
    }
  }
}
