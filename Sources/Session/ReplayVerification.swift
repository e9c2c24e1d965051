import CaptureFile
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

  /// The lines since the last time.
  mutating func takeNews() -> [String] {
    defer { news = [] }
    return news
  }

  /// Forgets the lines since the last time, where nobody asks for them.
  mutating func dropNews() { news = [] }

  /// Whether causes were there, and all of them agree.
  var isGood: Bool { disagreements == 0 && agreements > 0 }

  /// The last lines.
  var summary: [String] {
    let all = agreements + disagreements
    if all == 0 { return ["No packet has a stored cause: there is nothing to verify."] }
    var lines = [
      "\(NumberText.count(agreements)) of \(NumberText.count(all, "stored cause")) agree with "
        + "those worked out from the file."
    ]
    if missing > 0 {
      let verb = missing == 1 ? "has" : "have"
      lines.append("\(NumberText.count(missing, "packet")) \(verb) no stored cause.")
    }
    return lines
  }
}
