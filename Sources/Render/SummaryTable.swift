import Text
import Timeline

/// The table for people: as many columns as the page has room for, each as wide as its widest cell.
struct SummaryTable {
  private let columns: [SummaryColumn]
  private var widths: [Int]
  private let isASCII: Bool
  private let zero: Int64
  private let missing: [SummaryColumn]
  private let hasFIN: Bool

  init(_ rows: SummaryRows, _ style: SummaryStyle, zero: Int64) {
    self.zero = zero
    isASCII = style.isASCII
    let measured = SummaryTable.measure(rows, zero, isASCII: style.isASCII)
    hasFIN = measured.hasFIN
    let known = SummaryColumn.allCases.filter { measured.hasCell[$0.rawValue] }
    var chosen = Set(SummaryColumn.always)
    for group in SummaryColumn.groups where group.contains(where: known.contains) {
      let wider = chosen.union(group.filter(known.contains))
      if SummaryTable.total(wider, measured.widths) <= style.width { chosen = wider }
    }
    columns = SummaryColumn.allCases.filter(chosen.contains)
    missing = known.filter { !chosen.contains($0) }
    widths = measured.widths
    let excess = SummaryTable.total(chosen, widths) - style.width
    if excess > 0 { shrink(by: excess) }
  }

  /// The widest cell of each column, and what there is at all.
  private static func measure(
    _ rows: SummaryRows, _ zero: Int64, isASCII: Bool
  ) -> (widths: [Int], hasCell: [Bool], hasFIN: Bool) {
    var widths = SummaryColumn.allCases.map {
      DisplayWidth.columns(of: $0.title(isASCII: isASCII))
    }
    var hasCell = [Bool](repeating: false, count: widths.count)
    var hasFIN = false
    var cell: [UInt8] = []
    for index in 0..<rows.count {
      let row = rows[index]
      if case .connection(let connection) = row, connection.closeSegments != nil { hasFIN = true }
      for column in SummaryColumn.allCases {
        cell.removeAll(keepingCapacity: true)
        column.add(row, zero: zero, to: &cell)
        if cell.isEmpty { continue }
        hasCell[column.rawValue] = true
        if cell.count > widths[column.rawValue] {
          widths[column.rawValue] = max(widths[column.rawValue], SummaryTable.width(of: cell))
        }
      }
    }
    return (widths, hasCell, hasFIN)
  }

  /// The columns of a terminal that a cell takes: names of processes may have wide characters.
  private static func width(of cell: some Collection<UInt8>) -> Int {
    cell.allSatisfy { $0 < 0x80 }
      ? cell.count : DisplayWidth.columns(of: String(decoding: cell, as: UTF8.self))
  }

  private static func total(_ columns: Set<SummaryColumn>, _ widths: [Int]) -> Int {
    columns.reduce(columns.count - 1) { $0 + widths[$1.rawValue] }
  }

  /// Makes the widest of ends and close narrower: long IPv6 addresses are cut in their middle.
  private mutating func shrink(by excess: Int) {
    let soft = [SummaryColumn.client.rawValue, SummaryColumn.server.rawValue]
    for _ in 0..<excess {
      guard let widest = soft.max(by: { widths[$0] < widths[$1] }), widths[widest] > 12 else {
        widths[SummaryColumn.close.rawValue] = max(6, widths[SummaryColumn.close.rawValue] - 1)
        continue
      }
      widths[widest] -= 1
    }
  }

  /// The line of titles.
  var heading: [UInt8] {
    var bytes: [UInt8] = []
    for column in columns {
      let title = column.title(isASCII: isASCII)
      add(Array(title.utf8), column, to: &bytes)
    }
    SummaryTable.end(&bytes)
    return bytes
  }

  /// Adds the line of a row.
  func write(_ row: SummaryRow, to bytes: inout [UInt8]) {
    for column in columns {
      let start = bytes.count
      column.add(row, zero: zero, to: &bytes)
      align(from: start, column, &bytes)
    }
    SummaryTable.end(&bytes)
  }

  /// What stands below the table.
  var notes: [String] {
    var notes: [String] = []
    if hasFIN {
      notes.append("closed: which end sent the first FIN, and how many segments the close took.")
    }
    if !missing.isEmpty {
      var words: [String] = []
      for column in missing where !words.contains(column.words) { words.append(column.words) }
      let list = words.joined(separator: ", ")
      notes.append("Not shown: \(list). A wider terminal or --format csv has them.")
    }
    return notes
  }

  private func add(_ cell: [UInt8], _ column: SummaryColumn, to bytes: inout [UInt8]) {
    let start = bytes.count
    bytes += cell
    align(from: start, column, &bytes)
  }

  /// Brings the cell that begins at `start` to the width of its column, and adds the space behind it.
  private func align(from start: Int, _ column: SummaryColumn, _ bytes: inout [UInt8]) {
    let space = UInt8(ascii: " ")
    let width = widths[column.rawValue]
    var padding = width - SummaryTable.width(of: bytes[start...])
    if padding < 0 {
      let cut = cut(String(decoding: bytes[start...], as: UTF8.self), to: width)
      bytes.removeSubrange(start...)
      bytes.append(contentsOf: cut.utf8)
      padding = max(0, width - DisplayWidth.columns(of: cut))
    }
    let count = bytes.count - start
    for _ in 0..<padding { bytes.append(space) }
    if !column.isText, padding > 0 {
      // The digits go to the end, backwards, so that none is written over before it moved.
      for index in stride(from: count - 1, through: 0, by: -1) {
        bytes[start + padding + index] = bytes[start + index]
      }
      for index in 0..<padding { bytes[start + index] = space }
    }
    bytes.append(space)
  }

  /// A cell cut in its middle, so that both network and port are seen.
  private func cut(_ cell: String, to width: Int) -> String {
    if DisplayWidth.columns(of: cell) <= width { return cell }
    let mark = isASCII ? "..." : "…"
    let room = max(0, width - DisplayWidth.columns(of: mark))
    let characters = Array(cell)
    guard characters.count > room else { return cell }
    return String(characters.prefix(room - room / 2)) + mark + String(characters.suffix(room / 2))
  }

  /// Ends a line, without spaces behind its last cell.
  private static func end(_ bytes: inout [UInt8]) {
    while bytes.last == UInt8(ascii: " ") { bytes.removeLast() }
    bytes.append(UInt8(ascii: "\n"))
  }
}
