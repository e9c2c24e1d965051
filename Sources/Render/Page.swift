import Explain
import Text
import Timeline

/// The page that rows are drawn on: header, columns, lines; or plain lines.
struct Page {
  private let header: LadderHeader
  private let style: LadderStyle
  private let pen: TextPen
  private var layout: Layout
  private var plain: PlainLines
  private var time: TimeColumnText
  /// Connections that the header lists.
  private var listed: Set<ConnectionID> = []
  private var connections = 0
  private var titles: [Side: String] = [:]
  /// Letters of notes, by what they are tied to.
  var letters: NoteLetters {
    get { layout.letters }
    set { layout.letters = newValue }
  }
  private var processes: [Side: ProcessName] = [:]

  init(_ header: LadderHeader, _ style: LadderStyle) {
    self.header = header
    self.style = style
    pen = TextPen(style)
    time = TimeColumnText(style)
    let room = Room(width: style.width, time: time.least, number: 3, connection: 0)
    layout = Layout(room: room, style: style, language: header.language)
    plain = PlainLines(style: style, language: header.language)
  }

  // MARK: time

  /// Learns where relative times begin.
  mutating func noteZero(_ row: Row) {
    guard time.zero == nil else { return }
    if style.zero == .call {
      time.zero = row.stamp
    } else if case .packet = row.content {
      time.zero = row.stamp
    }
  }

  /// Whether the columns have moved since they were named.
  private var hasMoved = false

  /// Nanoseconds since the zero.
  func since(_ instant: Instant) -> Int64? { time.zero.map { instant - $0 } }

  // MARK: lines

  /// The header and the heads of the columns, as the first rows need them.
  mutating func begin(_ connections: [Connection], _ rows: [Row]) -> [String] {
    listed = Set(connections.map(\.id))
    if style.isLines { return header.lines(connections) }
    let isWide = style.width >= 120
    let widest = rows.map { time.columns($0.stamp) }.max() ?? 0
    let last = connections.count > 1 ? connections.last?.id.rawValue ?? 0 : 0
    layout.room = Room(
      width: style.width,
      time: style.width < 104 ? time.least : max(time.least, widest),
      number: max(isWide ? 5 : 3, rows.map(\.digits).max() ?? 0),
      connection: last > 0 ? "\(last)".utf8.count : 0)
    self.connections = connections.count
    name(connections, rows)
    return header.lines(connections) + [columns]
  }

  /// Learns of a connection, which is announced with the first of its rows that is shown.
  mutating func learn(_ facts: Connection, at instant: Instant) {
    if !style.isLines { layout.open(facts, at: instant) }
  }

  /// Learns from a row that is not shown.
  mutating func pass(_ row: Row) {
    if !style.isLines { layout.pass(row) }
  }

  /// What a connection needs before its first row: an announcement where the header has none.
  mutating func open(_ facts: Connection) -> [String] {
    if listed.contains(facts.id) { return [] }
    if style.isLines { return header.announcement(facts) }
    connections += 1
    let lines = header.announcement(facts).map {
      pen.rule($0, width: min(style.width, Room.widest))
    }
    if connections > 1, layout.room.connection == 0, !style.isByConnection {
      layout.room.widen(connection: "\(facts.id.rawValue)".utf8.count)
      hasMoved = true
    }
    return lines
  }

  /// What is said of a long silence before a row.
  mutating func pause(before row: Row) -> [String] {
    if style.isLines { return [] }
    return layout.silence(before: row.time).map { [pen.draw($0, time: "", layout.room)] } ?? []
  }

  /// The lines of a row.
  mutating func draw(_ row: Row) -> [String] {
    if style.isLines {
      let unit = style.time == .absolute ? "" : " ms"
      return lettered(
        plain.lines(of: row, time: time.text(row.stamp, room: Int.max) + unit), row)
    }
    var lines = widen(for: row)
    for line in layout.lines(of: row) {
      lines.append(pen.draw(line, time: time.text(line.time, room: layout.room.time), layout.room))
    }
    return lines
  }

  /// What is left when there are no more rows.
  /// Plain lines with the letters of notes behind the last.
  private func lettered(_ lines: [String], _ row: Row) -> [String] {
    guard let target = NoteSearch.Target(line: row), let last = lines.last else { return lines }
    let letters =
      switch target {
      case .packet(let number): layout.letters.letters(packet: number)
      case .call(let id): layout.letters.letters(call: id)
      }
    return lines.dropLast() + [([last] + letters.map { "(\($0))" }).joined(separator: "  ")]
  }

  mutating func finish() -> [String] { style.isLines ? plain.finish() : [] }

  /// Begins the rows of another connection, which are shown by themselves.
  mutating func beginGroup() {
    let letters = layout.letters
    layout = Layout(room: layout.room, style: style, language: header.language)
    layout.letters = letters
    layout.named = processes
  }

  // MARK: columns

  /// Makes room for long numbers; the columns are named anew where they moved.
  private mutating func widen(for row: Row) -> [String] {
    let before = layout.room
    if row.digits > before.number { layout.room.widen(number: row.digits) }
    let needed = time.columns(row.stamp)
    if needed > before.time, style.width >= 104, style.time != .delta {
      layout.room.widen(time: needed + 1)
    }
    if let id = row.connection?.rawValue, before.connection > 0 {
      layout.room.widen(connection: "\(id)".utf8.count)
    }
    defer { hasMoved = false }
    return layout.room == before && !hasMoved ? [] : [columns]
  }

  private var columns: String {
    pen.columns(
      time: time.title, client: titles[.client] ?? "client", server: titles[.server] ?? "server",
      layout.room)
  }

  /// Names the lanes: by the one process of each side, or by its address.
  private mutating func name(_ connections: [Connection], _ rows: [Row]) {
    for side in [Side.client, .server] {
      var processes = Set(
        connections.compactMap { side == .client ? $0.clientProcess : $0.serverProcess })
      if processes.isEmpty {
        processes = Set(rows.compactMap { $0.process(on: side) })
      }
      if let process = processes.first, processes.count == 1 {
        layout.named[side] = process
        titles[side] = header.harmless(name: process)
      } else if let name = processes.first?.name, processes.allSatisfy({ $0.name == name }) {
        layout.named[side] = ProcessName(id: 0, name: name)
        titles[side] = header.harmless(name)
      } else if processes.isEmpty, let only = connections.first, connections.count == 1 {
        titles[side] = "\(side == .client ? only.client : only.server)"
      }
    }
    self.processes = layout.named
  }
}

extension Row {
  /// Digits of the packet's number.
  fileprivate var digits: Int {
    if case .packet(let row) = content { "\(row.packet.number)".utf8.count } else { 0 }
  }

  /// The process of a call on a side.
  fileprivate func process(on side: Side) -> ProcessName? {
    if case .call(let row) = content, row.side == side { row.record.process } else { nil }
  }
}
