import Recording
import Render
import Text

/// What the footer of a file says beside the counts.
struct ReplayEnding {
  var analysis: ReplayAnalysis
  /// Packets of link types that cannot be decoded.
  var undecodable: Int

  var ending: Ending {
    var ending = Ending()
    for end in analysis.recordingEnds { ReplayEnding.add(end, to: &ending) }
    if analysis.recordings > 1 {
      ending.notes.append(
        "\(NumberText.count(analysis.recordings, "recording")) are merged in this file.")
    }
    if analysis.isUnfinished { ending.notes.append("The recording was cut off.") }
    if analysis.clocksDisagree {
      ending.notes.append(
        "Packets and calls disagree about the time, as if only packets had been shifted: "
          + "all are shown in the order of the file.")
    }
    ending.notes += analysis.clockNotes + foreign
    return ending
  }

  /// What was left out.
  private var foreign: [String] {
    var notes: [String] = []
    if undecodable > 0 {
      notes.append(
        "\(NumberText.count(undecodable, "packet")) of link types that sockline does not decode.")
    }
    let meaningless = analysis.filter.meaningless
    if !meaningless.isEmpty {
      notes.append(
        "The filter does not apply to \(meaningless.joined(separator: ", ")): "
          + "none of these packets is shown.")
    }
    if analysis.foreignEntries > 0 {
      let count = analysis.foreignEntries
      let subject = count == 1 ? "1 journal entry" : "\(NumberText.count(count)) journal entries"
      notes.append("\(subject) of other programs \(count == 1 ? "is" : "are") not shown.")
    }
    return notes
  }

  /// Adds what one recording said at its end; the cost is that of the first that measured it.
  private static func add(_ end: RecordingEnd, to ending: inout Ending) {
    func sum(_ one: Int?, _ other: Int?) -> Int? {
      one.map { $0 &+ (other ?? 0) } ?? other
    }
    ending.lostByKernel = sum(ending.lostByKernel, end.lostByKernel)
    ending.lostByInterface = sum(ending.lostByInterface, end.lostByInterface)
    ending.stretch = ending.stretch ?? end.stretch
    ending.addedNanoseconds = ending.addedNanoseconds ?? end.addedNanoseconds
    ending.notes += end.notes
  }
}
