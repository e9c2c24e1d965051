/// Texts with places for arguments.
enum Template {
  /// Puts the arguments where `{0}`, `{1}` and so on stand; the template's own text is trusted,
  /// an argument is never looked into.
  static func fill(_ template: String, _ arguments: [String]) -> String {
    guard !arguments.isEmpty else { return template }
    var result = ""
    var rest = template[...]
    while let open = rest.firstIndex(of: "{") {
      result += rest[..<open]
      let digit = rest.index(after: open)
      if digit < rest.endIndex, let index = rest[digit].wholeNumberValue,
        index < arguments.count
      {
        result += arguments[index]
        rest = rest[rest.index(digit, offsetBy: 2)...]
      } else {
        result += "{"
        rest = rest[digit...]
      }
    }
    return result + rest
  }
}
