import Render
import Text
import Timeline

/// Draws a ladder, line by line as rows become final.
final class LadderSink: Sink {
  private let style: LadderStyle
  private let selection: Selection
  private let notes: [Note]
  private let output: any LineOutput
  private var ladder: Ladder?
  /// The lines that were drawn and not handed on.
  private var lines = Lines()

  init(
    on output: any LineOutput, style: LadderStyle, selection: Selection, notes: [Note] = []
  ) {
    self.output = output
    self.style = style
    self.selection = selection
    self.notes = notes
  }

  /// The first note that was tied to nothing, when all rows have been given.
  var missingNote: Note? { ladder?.missingNote }

  func begin(_ start: RunStart) throws(RunStop) {
    var selection = selection
    selection.hasFilter = start.hasFilter
    ladder = Ladder(start.heading, style: style, selection: selection, notes: notes)
  }

  /// Draws what can be said before anything happens.
  func announce() throws(RunStop) { try output.add(ladder?.begin() ?? []) }

  /// Whether more comes than can be drawn: rows are counted then, and not drawn.
  var isOverrun = false

  func take(_ batch: Batch) throws(RunStop) {
    ladder?.skips = output.isBehind ? .unread : isOverrun ? .tooFast : nil
    ladder?.append(
      batch.rows, matches: { batch.keeps($0) }, joins: { batch.joins($0) }, into: &lines)
    try handOn()
  }

  private func handOn() throws(RunStop) {
    try output.add(lines)
    lines.removeAll()
  }

  func advance(to time: Instant) throws(RunStop) {
    ladder?.advance(to: time, into: &lines)
    try handOn()
    try output.flush()
  }

  func finish(_ end: RunEnd) throws(RunStop) {
    var ending = end.ending
    ending.notes += end.fileNotes
    ladder?.finish(end.totals, ending, into: &lines)
    try handOn()
    try output.flush()
    output.close()
  }
}

/// Finds the packets that notes are written beside.
final class NotesSink: Sink {
  private var found: NoteComments

  init(_ notes: [Note]) { found = NoteComments(notes) }

  /// The comments, by the numbers of their packets.
  var comments: [Int: [String]] { found.comments }

  func take(_ batch: Batch) throws(RunStop) { found.append(batch.rows) }
}

/// Says which stored causes are not those that were worked out.
final class VerificationSink: Sink {
  private let output: any LineOutput

  init(on output: any LineOutput) { self.output = output }

  func take(_ batch: Batch) throws(RunStop) { try output.add(batch.disagreements) }
  func advance(to time: Instant) throws(RunStop) { try output.flush() }

  func finish(_ end: RunEnd) throws(RunStop) {
    try output.add(end.verification?.summary(passedOver: end.totals.others) ?? [])
    try output.flush()
    output.close()
  }
}
