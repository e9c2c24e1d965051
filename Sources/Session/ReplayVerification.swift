import Recording
import Text
import Timeline

/// How the causes that a file gives compare with those worked out from it.
struct Verification {
  /// Packets whose two causes are the same.
  private(set) var agreements = 0
  /// Packets whose two causes differ.
  private(set) var disagreements = 0
  /// Packets of which the file gives no cause.
  private(set) var missing = 0
  /// A line for each disagreement that was not told yet.
  private var news: [String] = []

  /// Notes both causes of a packet.
  mutating func note(_ number: Int, stored: Cause?, fresh: Cause) {
    guard let stored else {
      missing += 1
      return
    }
    if stored == fresh {
      agreements += 1
      return
    }
    disagreements += 1
    news.append(
      "packet \(NumberText.count(number)): the file says `\(stored.commentLine)`, "
        + "worked out `\(fresh.commentLine)`")
  }

  /// Notes packets of which the file gives no cause.
  mutating func noteMissing(_ packets: Int) { missing += packets }

  /// The lines since the last time.
  mutating func takeNews() -> [String] {
    defer { news = [] }
    return news
  }

  /// Forgets the lines since the last time, where nobody asks for them.
  mutating func dropNews() { news = [] }

  /// Whether no cause differs, and packets have causes if there are any.
  var isGood: Bool { disagreements == 0 && (agreements > 0 || missing == 0) }

  /// The last lines, where so many packets had no row.
  func summary(passedOver others: Int) -> [String] {
    let all = agreements + disagreements
    var lines: [String] = []
    if all > 0 {
      lines.append(
        "\(NumberText.count(agreements)) of \(NumberText.count(all, "stored cause")) agree with "
          + "those worked out from the file.")
      if missing > 0 {
        let verb = missing == 1 ? "has" : "have"
        lines.append("\(NumberText.count(missing, "packet")) \(verb) no stored cause.")
      }
    } else if missing > 0 {
      lines.append("No packet has a stored cause: there is nothing to verify.")
    } else {
      lines.append("There are no packets to verify.")
    }
    if others > 0 {
      lines.append("\(NumberText.count(others, "packet")) of other programs skipped.")
    }
    return lines
  }
}
