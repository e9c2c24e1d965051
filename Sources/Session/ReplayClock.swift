import CaptureFile
import Text
import Timeline

/// The times of a file's packets, as a clock that never goes back.
///
/// Packets keep the order of the file, by which they are numbered; one that is stamped earlier than
/// the packet before it is taken to be as late as that.
struct ReplayClock {
  /// The time of the last packet.
  private(set) var latest = Instant(0)
  private var earlier = 0
  private var untimed = 0

  /// The time of the next packet.
  mutating func time(of record: CaptureRecord) -> Instant {
    let time = Instant(record.time)
    if !record.hasTime {
      untimed += 1
    } else if time < latest {
      earlier += 1
    } else {
      latest = time
    }
    return latest
  }

  /// What was done to the times, in whole sentences.
  var notes: [String] {
    var notes: [String] = []
    if earlier > 0 {
      let subject = NumberText.count(earlier, "packet")
      notes.append(
        "\(subject) \(earlier == 1 ? "is" : "are") stamped earlier than a packet before: "
          + "shown at that one's time, in the order of the file.")
    }
    if untimed > 0 {
      let subject = NumberText.count(untimed, "packet")
      notes.append("\(subject) \(untimed == 1 ? "has" : "have") no time in the file.")
    }
    return notes
  }
}
