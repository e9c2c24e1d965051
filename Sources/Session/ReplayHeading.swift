import Recording
import Render
import Text

/// What the first lines of a replay say.
struct ReplayHeading {
  var paths: [String]
  var filter: String
  var comments: [ReplayComment] = []
  /// What the file says of itself, where it is a recording.
  var start: RecordingStart?
  /// Whether it is one, also where its start is missing.
  var isRecording = false

  /// Files that are named; the others are counted.
  private static let mostNamed = 4
  /// Comments that are shown; the others are counted.
  private static let mostComments = 12

  /// The heading.
  var heading: Heading {
    let comments = comments.filter { !RecordingStart.isOwn(comment: $0.text) }
    var notes = start?.notes ?? []
    notes += comments.prefix(ReplayHeading.mostComments).map(note)
    if comments.count > ReplayHeading.mostComments {
      let more = comments.count - ReplayHeading.mostComments
      notes.append("and \(NumberText.count(more, "more comment"))")
    }
    if !filter.isEmpty { notes.append("Only packets that match the filter are drawn: \(filter)") }
    return Heading(
      source: start?.source ?? source, hasCalls: start?.hasCalls ?? isRecording, notes: notes)
  }

  private func note(_ comment: ReplayComment) -> String {
    paths.count == 1
      ? "comment: \(comment.text)"
      : "comment in \(ReplayHeading.name(comment.path)): \(comment.text)"
  }

  private var source: String {
    let names = paths.prefix(ReplayHeading.mostNamed).map(ReplayHeading.name)
    let more = paths.count - names.count
    return names.joined(separator: ", ")
      + (more > 0 ? " and \(NumberText.count(more, "more file"))" : "")
  }

  private static func name(_ path: String) -> String {
    path == Input.standardInput ? "standard input" : path
  }
}
