import Strace
import Text

/// What a joined recording says of how it was joined.
struct JoinWords {
  private let join: StraceJoin
  private let logs: [StraceLog]
  private let request: JoinRequest

  init(_ join: StraceJoin, _ logs: [StraceLog], _ request: JoinRequest) {
    self.join = join
    self.logs = logs
    self.request = request
  }

  /// Where packets and calls come from.
  var source: String {
    JoinWords.names(request.captures) + " with the calls of " + JoinWords.names(request.logs)
  }

  /// Files that are named; the others are counted.
  private static func names(_ paths: [String]) -> String {
    let most = 3
    let more = paths.count - most
    return paths.prefix(most).joined(separator: ", ")
      + (more > 0 ? " and \(NumberText.count(more, "more file"))" : "")
  }

  /// Sentences of the heading.
  var heading: [String] {
    [clocks]
      + join.lacks.map { lack in
        lack == "-f"
          ? "strace ran without -f: calls of child processes and threads are not in the log"
          : "the log has no \(lack), so bytes cannot be counted: trace these calls too"
      }
  }

  /// `strace's clock was 2.000134 s ahead; joined at 14 places, to within 35 µs`
  private var clocks: String {
    var words = ""
    if join.hasEpoch {
      words =
        join.ahead == 0
        ? "both by the same clock" : "strace's clock was \(JoinWords.difference(join.ahead))"
    }
    if join.hasEpoch, join.drift.magnitude > max(1_000, join.within.magnitude) {
      let verb = join.drift > 0 ? "gained" : "lost"
      words += " and \(verb) \(JoinWords.duration(join.drift)) meanwhile"
    }
    if !words.isEmpty { words += "; " }
    words += "joined at \(NumberText.count(join.places, "place"))"
    if join.within > 0 { words += ", to within \(JoinWords.duration(join.within))" }
    return words
  }

  private static func difference(_ ahead: Int64) -> String {
    let amount = Int64(clamping: ahead.magnitude)
    return TimeText.seconds(amount) + " s " + (ahead < 0 ? "behind" : "ahead")
  }

  /// Microseconds below ten milliseconds, else milliseconds.
  private static func duration(_ nanoseconds: Int64) -> String {
    let amount = Int64(clamping: nanoseconds.magnitude)
    return amount < 10_000_000
      ? "\(NumberText.count(Int((amount + 999) / 1_000))) µs"
      : TimeText.milliseconds(amount) + " ms"
  }

  /// Sentences of the footer.
  var footer: [String] {
    var notes = logs.filter { $0.unknownLines > 0 }.map { log in
      let verb = log.unknownLines == 1 ? "is" : "are"
      return "\(NumberText.count(log.unknownLines, "line")) of \(log.name) \(verb) not strace's, "
        + "and \(log.unknownLines == 1 ? "was" : "were") skipped."
    }
    if join.uncountedConnections > 0 {
      let subject = NumberText.count(join.uncountedConnections, "socket")
      notes.append(
        "The calls on \(subject) wrote a different number of bytes than were captured: the log does not "
          + "show all of them, so their data is not attributed to calls.")
    }
    if join.contradictions > 0 {
      notes.append(
        "\(NumberText.count(join.contradictions, "place")) contradict the others about the clocks: "
          + "there the order of bytes decides.")
    }
    return notes
  }
}
