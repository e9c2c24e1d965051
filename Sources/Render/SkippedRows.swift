import Explain
import Text
import Timeline

/// Why rows of a live run are not drawn.
public enum SkipReason: Hashable, Sendable {
  /// Nobody takes the lines.
  case unread
  /// They come faster than they can be drawn.
  case tooFast
}

extension Row {
  /// Whether it says that a program's calls are not seen.
  var isBlind: Bool { if case .blind = content { true } else { false } }
}

/// Rows of a live run that are not drawn since their lines would wait: how many, until that is told.
struct SkippedRows {
  private(set) var count = 0
  private var reason = SkipReason.unread

  /// One more row is not drawn.
  mutating func add(_ reason: SkipReason) {
    count += 1
    self.reason = reason
  }

  /// What is said where drawing goes on, once; nil where nothing was left out.
  mutating func told(in language: Language) -> String? {
    guard count > 0 else { return nil }
    defer { count = 0 }
    let rows = NumberText.count(count, "row")
    return switch reason {
    case .unread: language.say(.rowsUnread, rows)
    case .tooFast: language.say(.rowsTooFast, rows)
    }
  }
}
