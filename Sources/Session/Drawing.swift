import Render
import Timeline

/// Draws a session's events: through the timeline into rows, and as a ladder into an output.
struct Drawing {
  private var timeline: Timeline
  private var ladder: Ladder
  private let output: Output?
  /// The errno(3) that ended the drawing: EPIPE when the reader has gone.
  private(set) var failure: Int32 = 0

  /// Begins a drawing; without an output the events are only counted.
  init(_ timeline: Timeline, _ ladder: Ladder, on output: Output?) {
    self.timeline = timeline
    self.ladder = ladder
    self.output = output
  }

  /// Counts so far.
  var totals: Totals { timeline.totals }

  /// TCP connections of traced programs that are not closed yet.
  var openConnections: Int { timeline.openConnections }

  /// Takes events in the order of time, and what is known to have happened until `now`.
  mutating func add(_ events: [Event], until now: Instant) {
    var rows: [Row] = []
    for event in events { rows += timeline.append(event) }
    rows += timeline.advance(to: now)
    draw(ladder.append(rows))
  }

  /// Says which lane a process is drawn in.
  mutating func hint(_ process: Int32, _ side: Side) { timeline.hint(process, side) }

  /// Draws what is left, and the footer.
  mutating func finish(_ ending: Ending) {
    let rows = timeline.finish()
    draw(ladder.append(rows) + ladder.finish(timeline.totals, ending))
  }

  private mutating func draw(_ lines: [String]) {
    guard let output, failure == 0 else { return }
    failure = output.write(lines: lines)
  }
}
