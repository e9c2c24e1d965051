public import Timeline
import Text

/// Writes a table of connections, a piece after the other.
public struct SummaryPen {
  private let rows: SummaryRows
  private let style: SummaryStyle
  private var table: SummaryTable?
  private let facts: SummaryFacts
  private let counts: (connections: Int, packets: Int, strays: Int)
  private var position = 0
  private var hasBegun = false
  private var isDone = false

  /// Rows written at once.
  private static let piece = 1024

  /// Makes a pen for a table that is complete.
  public init(
    _ table: FlowTable, _ facts: SummaryFacts = SummaryFacts(),
    style: SummaryStyle = SummaryStyle(),
    selection: SummarySelection = SummarySelection()
  ) {
    rows = SummaryRows(table, facts.processes, selection)
    self.style = style
    self.facts = facts
    counts = (table.connections, table.packets, table.strays)
    if style.format == .table {
      self.table = SummaryTable(rows, style, zero: table.first ?? 0)
    }
  }

  /// The next lines, each with an end; nil after the last.
  public mutating func next() -> [UInt8]? {
    if isDone { return nil }
    var bytes: [UInt8] = []
    if !hasBegun {
      hasBegun = true
      bytes += heading
    }
    let end = min(rows.count, position + SummaryPen.piece)
    bytes.reserveCapacity((end - position) * style.width)
    while position < end {
      write(rows[position], to: &bytes)
      position += 1
    }
    if position == rows.count {
      isDone = true
      if style.format == .table { bytes += footer }
    }
    return bytes
  }

  private var heading: [UInt8] {
    switch style.format {
    case .table: rows.count > 0 ? table?.heading ?? [] : []
    case .csv: CSVTable.heading(SummaryRow.names)
    case .jsonl: []
    }
  }

  private func write(_ row: SummaryRow, to bytes: inout [UInt8]) {
    switch style.format {
    case .table: table?.write(row, to: &bytes)
    case .csv: bytes += CSVTable.line(row.object.fields)
    case .jsonl: bytes += JSONLinesObject.line(row.object)
    }
  }

  /// What the rows are, and what they leave out.
  private var footer: [UInt8] {
    var lines = rows.count > 0 ? [""] : []
    var counted = NumberText.count(counts.packets, "packet") + " in "
    counted += NumberText.count(counts.connections, "connection")
    if counts.strays > 0 {
      let strays = NumberText.count(counts.strays, "packet")
      counted += "; not in a connection and not an ICMP error: \(strays)"
    }
    lines.append(counted + ".")
    if facts.undecodable > 0 {
      lines.append(
        "\(NumberText.count(facts.undecodable, "packet")) of link types that sockline does not decode."
      )
    }
    lines += facts.notes + (table?.notes ?? [])
    let wrapped = lines.flatMap { SummaryPen.wrapped($0, to: style.width) }
    return Array((wrapped.joined(separator: "\n") + "\n").utf8)
  }

  /// A line in as many lines as it needs, the later ones set in.
  private static func wrapped(_ line: String, to width: Int) -> [String] {
    var lines: [String] = []
    var current = ""
    for word in line.split(separator: " ") {
      let longer = current.isEmpty ? String(word) : current + " " + word
      if DisplayWidth.columns(of: longer) > width, !current.isEmpty {
        lines.append(current)
        current = "  " + word
      } else {
        current = longer
      }
    }
    return lines + [current]
  }
}
