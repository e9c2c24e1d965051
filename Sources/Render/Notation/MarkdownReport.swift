import Explain
import Text
import Timeline
import Wire

/// A report in Markdown: picture, table, legend, caption.
struct MarkdownReport {
  let figure: Figure
  let page: FigurePage
  let reports: [ConnectionReport]

  func text(picture: String, _ totals: Totals, _ ending: Ending) -> String {
    let title = page.name(totals)
    var lines = ["# " + Escape.markdown(visible: title), ""]
    lines += ["![\(Escape.markdown(visible: title))](\(ReportPicture.address(picture)))", ""]
    lines += table
    lines += legend
    lines += caption(totals, ending)
    return lines.map { $0 + "\n" }.joined()
  }

  /// One row for each connection, with what a report is asked for.
  private var table: [String] {
    guard !reports.isEmpty else { return [] }
    let heads = [
      "", "client", "server", "ISN client", "ISN server", "handshake", "bytes to the server",
      "bytes to the client", "packets", "retransmissions", "closed",
    ]
    var lines = [
      "| " + heads.joined(separator: " | ") + " |",
      "|" + String(repeating: "---|", count: heads.count),
    ]
    for report in reports {
      let connection = report.connection
      let cells = [
        ClosingText.name(connection), end(connection.clientProcess, "\(connection.client)"),
        end(connection.serverProcess, "\(connection.server)"),
        connection.clientISN.map { "\($0.rawValue)" } ?? "-",
        connection.serverISN.map { "\($0.rawValue)" } ?? "-",
        report.handshake.map { TimeText.milliseconds($0) + " ms" } ?? "-",
        NumberText.count(report.clientBytes), NumberText.count(report.serverBytes),
        NumberText.count(report.packets), NumberText.count(report.retransmissions),
        ClosingText(figure.header.language).sentence(report),
      ]
      lines.append(
        "| " + cells.map { Escape.markdown(visible: $0) }.joined(separator: " | ") + " |")
    }
    return lines + [""]
  }

  private func end(_ process: ProcessName?, _ endpoint: String) -> String {
    (process.map { figure.header.harmless(name: $0) + " " } ?? "") + endpoint
  }

  /// Letters with the packets and calls they stand beside.
  private var legend: [String] {
    guard !page.notes.isEmpty else { return [] }
    let lines = page.notes.map { note in
      "- **\(note.letter)** (\(note.target.words)) " + Escape.markdown(visible: note.text)
    }
    return lines + [""]
  }

  private func caption(_ totals: Totals, _ ending: Ending) -> [String] {
    let shown = Set(page.panels.compactMap { $0.connection?.id })
    var lines = page.figure.header.heading.notes.map(figure.header.harmless)
    lines.append(figure.header.harmless(figure.header.heading.source))
    lines += FigureCaption(figure, totals, ending, shown).lines
    return lines.map { Escape.markdown(visible: $0) + "  " }
  }
}
