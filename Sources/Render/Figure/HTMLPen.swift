import Text
import Timeline

/// Writes a picture as one page of HTML that needs nothing else: details of what is pointed at, a
/// search in plain words, light and dark, all by keyboard too.
public struct HTMLPen {
  /// The language of the page, as BCP 47 names it.
  public var language = "en"
  /// What stands before the families of fonts that are tried else; empty: nothing.
  public var font = ""

  /// Makes a pen.
  public init() {}

  /// The whole page.
  public func document(_ picture: Picture) -> String {
    var pen = SVGPen()
    pen.font = font
    pen.paint = { "var(--\(HTMLPen.name($0)))" }
    let title = Escape.markup(picture.title)
    return """
      <!DOCTYPE html>
      <html lang="\(Escape.markup(language))">
      <head>
      <meta charset="utf-8"/>
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"/>
      <meta name="viewport" content="width=device-width, initial-scale=1"/>
      <title>\(title)</title>
      <style>
      \(HTMLPen.inks(.light, ":root"))
      @media (prefers-color-scheme: dark) {
      \(HTMLPen.inks(.dark, ":root:not([data-theme=light])"))
      }
      \(HTMLPen.inks(.dark, ":root[data-theme=dark]"))
      \(HTMLPage.style)
      </style>
      </head>
      <body>
      \(HTMLPage.bar)
      <main>
      \(pen.element(picture))</main>
      <script>
      \(HTMLPage.script)
      </script>
      </body>
      </html>

      """
  }

  /// The inks of a theme as variables.
  private static func inks(_ theme: Theme, _ selector: String) -> String {
    let variables = Ink.ofPages.map { "--\(name($0)): \(theme.colour($0));" }
    return selector + " { " + variables.joined(separator: " ") + " }"
  }

  /// The variable of an ink.
  private static func name(_ ink: Ink) -> String {
    switch ink {
    case .state(let state): "state-" + state.rawValue.lowercased()
    case .series(let index): "series-\(index % 8)"
    default: "\(ink)"
    }
  }
}

extension Ink {
  /// All inks.
  fileprivate static let ofPages: [Ink] =
    [
      .paper, .text, .faint, .rule, .client, .clientWord, .clientHead, .server, .serverWord,
      .serverHead, .kernel, .warning, .failure, .stateWord, .socket,
    ] + TCPState.allCases.map { .state($0) } + (0..<8).map { .series($0) }
}
