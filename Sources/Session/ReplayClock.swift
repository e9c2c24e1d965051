import CaptureFile
import Text
import Timeline

/// The times of packets by the order of their files, which never go back, and what is to be said of
/// their stamps.
struct ReplayClock {
  /// The time of the last packet.
  private(set) var latest = Instant(0)
  /// The stamp of the last packet; that of the one before where it has none.
  private(set) var stamp = Instant(0)
  private var isBegun = false
  private var earlier = 0
  private var untimed = 0

  /// The time of the next packet.
  mutating func time(of record: CaptureRecord) -> Instant {
    latest = max(latest, Instant(record.order ?? record.time))
    guard record.hasTime else {
      untimed += 1
      return latest
    }
    if isBegun, Instant(record.time) < stamp { earlier += 1 }
    stamp = Instant(record.time)
    isBegun = true
    return latest
  }

  /// What is odd about the times, in whole sentences.
  var notes: [String] {
    var notes: [String] = []
    if earlier > 0 {
      let subject = NumberText.count(earlier, "packet")
      notes.append(
        "\(subject) \(earlier == 1 ? "has an earlier timestamp" : "have earlier timestamps") than the "
          + "packet before: order and times are those of the file.")
    }
    if untimed > 0 {
      let subject = NumberText.count(untimed, "packet")
      notes.append("\(subject) \(untimed == 1 ? "has" : "have") no time in the file.")
    }
    return notes
  }
}
