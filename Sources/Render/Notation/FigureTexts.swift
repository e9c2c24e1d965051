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
    var lines = Lines()
    for row in held { pen.append(row, into: &lines) }
    pen.finish(totals, ending, into: &lines)
    let noted = notes.map { (letter: $0.letter, text: $0.text) }
    return lines.texts + NoteLetters.legend(noted, width: ladder.width, isASCII: false)
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

extension Figure {
  /// What the rows say of what each note is tied to: the user's text where there is one, else the
  /// sentence that a picture would have, else the line of the packet or call.
  public func sentences(for notes: [Note]) throws(FigureError) -> [String] {
    let shown = held.filter { $0.isShown && !$0.row.isOpening }.map(\.row)
    var search = NoteSearch(notes)
    var plain = PlainLines(style: style.ladder, language: header.language)
    var time = TimeColumnText(style.ladder)
    time.zero = zero
    var lines: [NoteSearch.Target: String] = [:]
    for row in shown {
      _ = search.take(row)
      let when = time.text(row.stamp, room: Int.max) + (style.ladder.time == .absolute ? "" : " ms")
      guard let line = plain.lines(of: row, time: when).last else { continue }
      switch row.content {
      case .packet(let packet): lines[.packet(packet.packet.number)] = line
      case .call(let call): lines[.call(call.record.id)] = line
      default: break
      }
    }
    if let missing = search.missing { throw .noAnchor(missing.words) }
    let found = AutomaticNotes.find(shown, header.language)
    return zip(notes, search.targets).map { note, target in
      if !note.text.isEmpty { return Escape.terminal(note.text) }
      guard let target else { return "" }
      if case .packet(let number) = target, let own = found.first(where: { $0.packet == number }) {
        return target.words.prefix(1).uppercased() + target.words.dropFirst() + ": " + own.text
      }
      return lines[target] ?? target.words
    }
  }
}
