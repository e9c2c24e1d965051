import Calls

/// Numbers for the names that strace writes (Linux on x86 and ARM).
enum StraceNames {
  /// The number that names joined by `|` make; unknown names count as 0.
  static func number(_ value: StraceValue?) -> Int32? {
    switch value {
    case .number(let number, _): return Int32(truncatingIfNeeded: number)
    case .words(let words):
      guard words != ["NULL"] else { return nil }
      return words.reduce(0) { $0 | (Int32($1) ?? HeaderNames.number(of: $1) ?? 0) }
    default: return nil
    }
  }

  /// The number of an error's name, such as `ECONNREFUSED` (errno(3)).
  static func error(_ name: String) -> Errno? {
    HeaderNames.errors.number(of: name).map { Errno($0) }
  }

  /// The number of a signal's name, such as `SIGPIPE` (signal(7)).
  static func signal(_ name: String) -> Int32? { HeaderNames.signals.number(of: name) }
}
