import Glibc
import Render
import Timeline

/// Draws a session's events: through the timeline into rows, and as a ladder into an output.
///
/// A reader may be slow: what it has not taken waits here, so that signals are heard meanwhile.
struct Drawing {
  private var timeline: Timeline
  private var ladder: Ladder
  private let output: Output?
  /// Bytes that the reader has not taken, and how many of the first it has.
  private var waiting: [UInt8] = []
  private var taken = 0
  /// The errno(3) that ended the drawing, such as EPIPE when the reader has gone.
  private(set) var failure: Int32 = 0

  /// Bytes that may wait before no more events are to be added.
  private static let room = 1 << 20
  /// Bytes that a pipe takes without a wait when it polls writable (PIPE_BUF, pipe(7)).
  private static let piece = 4096

  /// Begins a drawing; without an output the events are only counted.
  init(_ timeline: Timeline, _ ladder: Ladder, on output: Output?) {
    self.timeline = timeline
    self.ladder = ladder
    self.output = output
  }

  /// Draws what can be said before anything happens.
  mutating func begin() { draw(ladder.begin()) }

  /// Counts so far.
  var totals: Totals { timeline.totals }

  /// The anchor of the first note that was tied to nothing, raw.
  var missingAnchor: String? { ladder.missingNote?.words }

  /// TCP connections of traced programs that are not closed yet.
  var openConnections: Int { timeline.openConnections }

  /// Takes events in the order of time, and what is known to have happened until `now`.
  ///
  /// - Returns: the rows, also where nobody sees them any more: a recording holds them.
  @discardableResult
  mutating func add(_ events: [Event], until now: Instant) -> [Row] {
    var rows: [Row] = []
    for event in events { rows += timeline.append(event) }
    rows += timeline.advance(to: now)
    if failure == 0 { draw(ladder.append(rows) + ladder.advance(to: now + -Timeline.lookahead)) }
    return rows
  }

  /// Says which lane a process is drawn in.
  mutating func hint(_ process: Int32, _ side: Side) { timeline.hint(process, side) }

  /// Draws what is left, and the footer.
  ///
  /// - Returns: the rows that were left.
  @discardableResult
  mutating func finish(_ ending: Ending) -> [Row] {
    let rows = timeline.finish()
    if failure == 0 { draw(ladder.append(rows) + ladder.finish(timeline.totals, ending)) }
    return rows
  }

  private mutating func draw(_ lines: [String]) {
    guard output != nil, failure == 0 else { return }
    for line in lines {
      waiting.append(contentsOf: line.utf8)
      waiting.append(UInt8(ascii: "\n"))
    }
    flush()
  }

  // MARK: the reader

  /// Whether the reader has not taken everything.
  var isWaiting: Bool { taken < waiting.count }

  /// Whether so much waits that no more events are to be added.
  var isBehind: Bool { waiting.count - taken > Drawing.room }

  /// Whether the reader takes something within some milliseconds.
  ///
  /// C: `poll`
  func isTaken(within milliseconds: Int32) -> Bool {
    guard let output else { return true }
    var entry = pollfd(fd: output.descriptor, events: Int16(POLLOUT), revents: 0)
    // The kernel writes `revents` of the one entry it is told of.
    return unsafe poll(&entry, 1, milliseconds) > 0
  }

  /// Gives the reader what it takes at once, and looks whether it is still there.
  mutating func flush() {
    guard let output, failure == 0 else { return }
    while isWaiting, isTaken(within: 0) {
      let end = min(taken + Drawing.piece, waiting.count)
      failure = output.write(Array(waiting[taken..<end]))
      taken = end
      if failure != 0 { break }
    }
    if failure == 0, !isWaiting, hasGone { failure = EPIPE }
    if !isWaiting || failure != 0 { forget() } else if taken > Drawing.room { drop() }
  }

  /// Whether nobody can read any more what would be written next.
  ///
  /// C: `poll`
  private var hasGone: Bool {
    guard let output else { return false }
    var entry = pollfd(fd: output.descriptor, events: 0, revents: 0)
    // The kernel writes `revents` of the one entry it is told of.
    return unsafe poll(&entry, 1, 0) > 0 && entry.revents & Int16(POLLERR) != 0
  }

  /// Draws no more for a reader who does not read.
  mutating func abandon() {
    failure = EPIPE
    forget()
  }

  private mutating func drop() {
    waiting.removeFirst(taken)
    taken = 0
  }

  private mutating func forget() {
    waiting.removeAll(keepingCapacity: waiting.count < Drawing.room)
    taken = 0
  }
}
