import Render
import Text
import Timeline

/// The lines of a ladder as texts.
extension Ladder {
  mutating func append(_ rows: [Row]) -> [String] { lines { $0.append(rows, into: &$1) } }

  mutating func advance(to time: Instant) -> [String] { lines { $0.advance(to: time, into: &$1) } }

  mutating func finish(_ totals: Totals, _ ending: Ending) -> [String] {
    lines { $0.finish(totals, ending, into: &$1) }
  }

  private mutating func lines(_ body: (inout Ladder, inout Lines) -> Void) -> [String] {
    var lines = Lines()
    body(&self, &lines)
    return lines.texts
  }
}
