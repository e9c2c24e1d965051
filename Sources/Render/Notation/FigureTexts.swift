import Explain
import Text
public import Timeline

extension Figure {
  /// The rows as a sequence diagram of Mermaid.
  public func mermaid(_ totals: Totals) throws(FigureError) -> String {
    let (rows, connection, notes) = try texts()
    var pen = MermaidPen(style.ladder, header.language)
    return pen.text(
      rows, title: title(connection), heads: heads(connection), notes: notes)
  }

  /// The calls and packets of one end of one connection in packetdrill's notation.
  public func packetdrill(side: Side) throws(FigureError) -> String {
    let (rows, connection, _) = try texts()
    guard let connection else { throw .manyConnections }
    var pen = PacketdrillPen(side: side)
    return pen.text(rows, title: "\(connection.client) > \(connection.server)")
  }

  /// The ladder of text, with the notes below.
  public func ladder(_ totals: Totals, _ ending: Ending) throws(FigureError) -> [String] {
    let (letters, notes) = try lettered()
    var ladder = style.ladder
    ladder.width = style.columns ?? 104
    var pen = Ladder(
      header.heading, style: ladder, selection: selection, language: header.language)
    pen.mark(letters)
    guard rows <= limit else { throw .tooLong(rows: rows) }
    var lines: [String] = []
    for (row, isShown) in held { lines += pen.append([row], isShown: isShown) }
    lines += pen.finish(totals, ending)
    let noted = notes.map { (letter: $0.letter, text: $0.text) }
    return lines + NoteLetters.legend(noted, width: ladder.width, isASCII: false)
  }

  /// A report in Markdown: the picture, which lies beside it in a file of the name `picture`, a
  /// table of the connections and the legend.
  public func markdown(
    picture: String, _ totals: Totals, _ ending: Ending
  ) throws(FigureError) -> String {
    let page = try page()
    let shown = Set(page.panels.compactMap { $0.connection?.id })
    let reports = totals.reports.filter { shown.contains($0.connection.id) }
    return MarkdownReport(figure: self, page: page, reports: reports)
      .text(picture: picture, totals, ending)
  }

  /// The rows that are shown, the one connection where it is one, and the notes.
  private func texts() throws(FigureError) -> (
    [Row], Connection?, [NoteSearch.Target: [(letter: String, text: String)]]
  ) {
    guard rows <= limit else { throw .tooLong(rows: rows) }
    let shown = held.filter { $0.isShown && !$0.row.isOpening }.map(\.row)
    guard !shown.isEmpty else { throw .nothing }
    let ids = Set(shown.compactMap(\.connection))
    let only = ids.count == 1 ? ids.first.flatMap { connections[$0] } : nil
    let (_, notes) = try lettered()
    var found: [NoteSearch.Target: [(letter: String, text: String)]] = [:]
    for note in notes { found[note.target, default: []].append((note.letter, note.text)) }
    return (shown, only, found)
  }

  private func title(_ connection: Connection?) -> String {
    if let title = style.title { return Escape.terminal(title) }
    return connection.map(ClosingText.name) ?? NumberText.count(connections.count, "connection")
  }

  private func heads(_ connection: Connection?) -> [Side: String] {
    guard let connection else { return [.client: "client", .server: "server"] }
    func head(_ process: ProcessName?, _ end: String) -> String {
      (process.map { header.harmless(name: $0) + " " } ?? "") + end
    }
    return [
      .client: head(connection.clientProcess, "\(connection.client)"),
      .server: head(connection.serverProcess, "\(connection.server)"),
    ]
  }
}
