import Calls
import Explain
import Text
import Timeline

/// The lines after the last row: how connections ended, and counts.
struct LadderFooter {
  let header: LadderHeader
  /// Numbers of connections that were chosen, and are none.
  var missing: [Int] = []
  /// Whether a connection is among those that were chosen.
  var isChosen: (ConnectionID) -> Bool = { _ in true }

  private var language: Language { header.language }
  private var width: Int { min(header.style.width, Room.widest) }

  /// An empty line and the footer.
  func lines(_ totals: Totals, _ ending: Ending) -> [String] {
    var lines = [""]
    let reports = totals.reports.filter { isChosen($0.connection.id) }
    if totals.connections > Totals.reportLimit {
      lines.append(
        language.tell(
          .manyConnections, NumberText.count(totals.connections, "connection"),
          NumberText.count(totals.resets)))
    } else {
      let closing = ClosingText(header.language)
      for report in reports {
        lines += header.wrap(closing.sentence(report))
        if totals.connections > 1, report.packets > 0 {
          lines += LadderHeader.joined(counts(report), width - 2).map { "  " + $0 }
        }
      }
    }
    let only = totals.connections == 1 ? reports.first : nil
    lines += LadderHeader.joined((only.map(counts) ?? []) + counts(totals, ending), width)
    for number in missing {
      lines += header.wrap(
        language.tell(.noSuchConnection, String(number), NumberText.count(totals.connections)))
    }
    if totals.others > 0 {
      lines += header.wrap(language.tell(.others, NumberText.count(totals.others, "packet")))
    }
    if let queue = totals.fullQueue {
      let turned = NumberText.count(totals.turnedAway, "SYN")
      lines += header.wrap(
        language.tell(.turnedAway, turned, "\(queue.room)", "\(queue.backlog)"))
    }
    if let only, header.heading.hasCalls, only.clientBytes + only.serverBytes > 0 {
      let isStream = only.connection.kind == .tcp
      lines += header.wrap(language.tell(isStream ? .streamOfBytes : .loneDatagrams))
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
      counts.append(language.tell(.handshake, TimeText.milliseconds(handshake)))
    }
    let sent = report.clientBytes
    let answered = report.serverBytes
    if sent == 0, answered == 0 {
      counts.append(language.tell(.noData))
    } else if sent == answered {
      counts.append(language.tell(.eachWay, NumberText.count(sent, "byte")))
    } else {
      counts.append(
        language.tell(.bothWays, NumberText.count(sent, "byte"), NumberText.count(answered)))
    }
    if report.retransmissions > 0 {
      counts.append(language.tell(.sentAgain, NumberText.count(report.retransmissions)))
    }
    return counts
  }

  /// Counts of the whole recording.
  private func counts(_ totals: Totals, _ ending: Ending) -> [String] {
    let packets = NumberText.count(totals.packets, "packet")
    var counts: [String] = []
    if header.heading.hasCalls {
      counts.append(
        language.tell(.packetsAndCalls, packets, NumberText.count(totals.calls, "call")))
      counts.append(language.tell(.unexplained, NumberText.count(totals.unexplained)))
      if totals.outsideTrace > 0 {
        counts.append(language.tell(.outsideTrace, NumberText.count(totals.outsideTrace, "packet")))
      }
      counts += checks(totals.offsets)
    } else {
      counts.append(language.tell(.packets, packets))
    }
    let copies = totals.causes[.copy]
    if copies > 0 {
      counts.append(language.tell(.capturedAgain, NumberText.count(copies, "packet")))
    }
    guard let kernel = ending.lostByKernel else { return counts }
    if kernel == 0, ending.lostByInterface ?? 0 == 0 {
      counts.append(language.tell(.nothingLost))
    } else if let interface = ending.lostByInterface {
      counts.append(
        language.tell(.lostByBoth, NumberText.count(kernel), NumberText.count(interface)))
    } else {
      counts.append(language.tell(.lostByKernel, NumberText.count(kernel)))
    }
    return counts
  }

  /// How the kernel's own count of the streams' bytes compares.
  private func checks(_ offsets: OffsetChecks) -> [String] {
    guard offsets.all > 0 else { return [] }
    let writes = NumberText.count(offsets.all, "write")
    let agreed = language.tell(.offsetsAgreed, NumberText.count(offsets.agreed), writes)
    guard offsets.unseenBytes > 0 else { return [agreed] }
    let unseen = NumberText.count(offsets.unseenBytes, "byte")
    return [agreed, language.tell(.unseenBytes, unseen)]
  }

  /// What tracing cost.
  private func cost(_ ending: Ending) -> String? {
    let added = ending.addedNanoseconds.map { nanoseconds in
      NumberText.count(
        Int(clamping: max(1, nanoseconds / 1000 + (nanoseconds % 1000 + 500) / 1000)))
        + (header.style.isASCII ? " us" : " µs")
    }
    let factor = ending.stretch.map { LadderFooter.factor($0) }
    switch (added, factor) {
    case (let added?, let factor?): return language.tell(.tracingCost, added, factor)
    case (let added?, nil): return language.tell(.tracingAdded, added)
    case (nil, let factor?): return language.tell(.tracingStretched, factor)
    case (nil, nil): return nil
    }
  }

  /// A factor with one decimal, none from 10 on.
  static func factor(_ value: Double) -> String {
    guard value.isFinite else { return "?" }
    let tenths = Int((min(max(value, 0), 1e9) * 10).rounded())
    if tenths >= 100 || tenths % 10 == 0 { return NumberText.count((tenths + 5) / 10) }
    return "\(tenths / 10).\(tenths % 10)"
  }
}
