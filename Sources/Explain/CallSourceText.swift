public import Calls
import Text

/// The place in the source that made a call, as text that is safe to show.
public struct CallSourceText {
  private let source: CallSource

  /// Takes a place.
  public init(_ source: CallSource) { self.source = source }

  /// Bytes of a name at most.
  private static let longest = 200

  /// The shortest: `client.c:15`; where no line is known, the function `serve` or the place in a
  /// program, `server+0x1a2b`. Nil where nothing is known.
  public var brief: String? {
    if let line { return line }
    if let function { return function }
    return place
  }

  /// The same with the function: `client.c:15 in main`, `serve in server`.
  public var full: String? {
    if let line { return function.map { line + " in " + $0 } ?? line }
    if let function { return module.map { function + " in " + $0 } ?? function }
    return place
  }

  /// `client.c:15`.
  private var line: String? {
    guard let name = source.fileName, let line = source.line else { return nil }
    return text(name) + ":\(line)"
  }

  private var function: String? { source.function.map { text($0) } }
  private var module: String? { source.module.map { text($0) } }
  private var place: String? {
    guard let module else { return nil }
    return source.offset.map { module + "+0x" + String($0, radix: 16) } ?? module
  }

  private func text(_ raw: String) -> String {
    Escape.terminal(String(raw.unicodeScalars.prefix(CallSourceText.longest).map(Character.init)))
  }
}
