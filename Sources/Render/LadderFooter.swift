import Calls
import Explain
import Text
import Timeline

/// The lines after the last row: how connections ended, and counts.
struct LadderFooter {
  let header: LadderHeader

  private var width: Int { min(header.style.width, Room.widest) }

  /// An empty line and the footer.
  func lines(_ totals: Totals, _ ending: Ending) -> [String] {
    var lines = [""]
    let reports = totals.reports
    if totals.connections > Totals.reportLimit {
      lines.append(
        NumberText.count(totals.connections, "connection")
          + ", \(NumberText.count(totals.resets)) reset")
    } else {
      let closing = ClosingText(header.language)
      for report in reports {
        lines += header.wrap(closing.sentence(report))
        if reports.count > 1, report.packets > 0 {
          lines += LadderHeader.joined(counts(report).map { $0 }, width - 2).map { "  " + $0 }
        }
      }
    }
    let only = reports.count == 1 && totals.connections == 1 ? reports.first : nil
    lines += LadderHeader.joined((only.map(counts) ?? []) + counts(totals, ending), width)
    if let only, header.heading.hasCalls, only.connection.kind == .tcp,
      only.clientBytes + only.serverBytes > 0
    {
      lines += header.wrap(
        "TCP carries bytes, not messages: a write may need several packets, "
          + "a read may take several writes.")
    }
    if let cost = cost(ending) { lines += header.wrap(cost) }
    for note in ending.notes { lines += header.wrap(Escape.terminal(note)) }
    return lines.first == "" && lines.count == 1 ? [] : lines
  }

  /// Counts of one connection.
  private func counts(_ report: ConnectionReport) -> [String] {
    guard report.packets > 0 else { return [] }
    var counts: [String] = []
    if let handshake = report.handshake {
      counts.append("handshake \(TimeText.milliseconds(handshake)) ms")
    }
    let sent = report.clientBytes
    let answered = report.serverBytes
    if sent == 0, answered == 0 {
      counts.append("no data")
    } else if sent == answered {
      counts.append(NumberText.count(sent, "byte") + " each way")
    } else {
      counts.append(
        NumberText.count(sent, "byte") + " to the server, \(NumberText.count(answered)) back")
    }
    if report.retransmissions > 0 {
      counts.append(NumberText.count(report.retransmissions) + " sent again")
    }
    return counts
  }

  /// Counts of the whole recording.
  private func counts(_ totals: Totals, _ ending: Ending) -> [String] {
    var counts = [NumberText.count(totals.packets, "packet")]
    if header.heading.hasCalls {
      counts[0] += ", " + NumberText.count(totals.calls, "call")
      counts.append("unexplained \(NumberText.count(totals.unexplained))")
    }
    if ending.lostByKernel == 0, ending.lostByInterface ?? 0 == 0 {
      counts.append("lost by the capture 0")
    } else if let kernel = ending.lostByKernel {
      let interface = ending.lostByInterface.map { ", by the interface \(NumberText.count($0))" }
      counts.append("lost by the kernel \(NumberText.count(kernel))" + (interface ?? ""))
    }
    return counts
  }

  /// What tracing cost.
  private func cost(_ ending: Ending) -> String? {
    let added = ending.addedNanoseconds.map { nanoseconds in
      "added about \(NumberText.count(Int(max(1, (nanoseconds + 500) / 1000)))) "
        + "\(header.style.isASCII ? "us" : "µs") to each traced call"
    }
    let stretch = ending.stretch.map { "stretched calls about \(LadderFooter.factor($0))x" }
    let parts = [added, stretch].compactMap { $0 }
    return parts.isEmpty ? nil : "tracing " + parts.joined(separator: ", and ")
  }

  /// A factor with one decimal, none from 10 on.
  static func factor(_ value: Double) -> String {
    let tenths = Int((min(max(value, 0), 1e9) * 10).rounded())
    return tenths >= 100 || tenths % 10 == 0
      ? "\((tenths + 5) / 10)" : "\(tenths / 10).\(tenths % 10)"
  }
}
