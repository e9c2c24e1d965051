import Text
import Timeline

/// Writes the time column.
struct TimeColumnText {
  let style: LadderStyle
  /// Where relative times begin; nil as long as it is not known.
  var zero: Instant?
  private var previous: Instant?

  init(_ style: LadderStyle) { self.style = style }

  /// The head of the column.
  var title: String {
    switch style.time {
    case .relative: "ms"
    case .delta: "+ms"
    case .absolute: "UTC"
    }
  }

  /// Columns that the times need at least.
  var least: Int {
    switch style.time {
    case .absolute: 15
    default: style.width < 120 ? 7 : 9
    }
  }

  /// The time of a line, in at most `room` columns where that is possible; empty where the line
  /// has none.
  mutating func text(_ time: Instant?, room: Int) -> String {
    guard let time else { return "" }
    defer { previous = time }
    switch style.time {
    case .relative: return fit(zero.map { time - $0 }, room)
    case .delta: return fit(time - (previous ?? time), room)
    case .absolute: return TimeText.utcTime(time.nanoseconds)
    }
  }

  /// Adds the whole time of a line, with its unit where it has one.
  mutating func add(_ time: Instant, to line: inout [UInt8]) {
    switch style.time {
    case .absolute: return line.add(TimeText.utcTime(time.nanoseconds))
    case .relative: if let zero { TimeText.add(milliseconds: time - zero, to: &line) }
    case .delta: TimeText.add(milliseconds: time - (previous ?? time), to: &line)
    }
    previous = time
    line.add(" ms")
  }

  /// Columns of a time with all its decimals.
  func columns(_ time: Instant) -> Int {
    style.time == .absolute
      ? 15 : TimeText.count(milliseconds: zero.map { time - $0 } ?? 0)
  }

  /// Milliseconds, with as many decimals as there is room for.
  private func fit(_ nanoseconds: Int64?, _ room: Int) -> String {
    guard let nanoseconds else { return "" }
    let text = TimeText.milliseconds(nanoseconds)
    guard text.utf8.count > room else { return text }
    let whole = text.utf8.count - 4
    return String(text.prefix(whole < room - 1 ? room : whole))
  }
}
