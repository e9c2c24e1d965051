import Text

/// The picture that a report in Markdown shows.
public enum ReportPicture {
  /// Whether a text is such a report, and shows the picture of that name.
  public static func isShown(_ name: String, by report: String) -> Bool {
    let lines = report.split(separator: "\n", maxSplits: 3, omittingEmptySubsequences: false)
    guard lines.count > 2, lines[0].hasPrefix("# "), lines[2].hasPrefix("![") else { return false }
    return lines[2].hasSuffix("](\(address(name)))")
  }

  /// The name as Markdown takes it for an address.
  static func address(_ name: String) -> String {
    "<"
      + name.unicodeScalars.reduce(into: "") { result, scalar in
        switch scalar {
        case "<", ">", "\\", "%", " ":
          result += "%" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
        default: result += Escape.markup(String(scalar))
        }
      } + ">"
  }
}
