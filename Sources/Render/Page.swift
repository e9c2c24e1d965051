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
  /// The highest numbers of packets and calls that were drawn.
  private var lastPacket = 0
  private var lastCall = 0
  /// Letters of notes, by what they are tied to.
  var letters: NoteLetters {
    get { layout.letters }
    set { layout.letters = newValue }
  }

  /// - Parameter leavesOut: whether some rows are not shown.
  init(_ header: LadderHeader, _ style: LadderStyle, leavesOut: Bool = false) {
    self.header = header
    self.style = style
    pen = TextPen(style)
    time = TimeColumnText(style)
    let room = Room(width: style.width, time: time.least, number: 3, connection: 0)
    layout = Layout(room: room, style: style, language: header.language)
    plain = PlainLines(style: style, language: header.language)
    if leavesOut {
      layout.shown = ShownNumbers()
      plain.shown = ShownNumbers()
    }
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
    layout.scene.begin(names(connections, rows))
    return header.lines(connections) + [columns]
  }

  /// Learns of a connection, which is announced with the first of its rows that is shown.
  mutating func learn(_ facts: Connection, at instant: Instant) {
    if !style.isLines { layout.open(facts, at: instant) }
  }

  /// Learns from a row that is not shown.
  mutating func pass(_ row: Row) {
    if style.isLines { plain.pass(row, isEarly: false) } else { layout.pass(row) }
  }

  /// Learns from a row before the time that is shown.
  mutating func early(_ row: Row) {
    if style.isLines {
      plain.pass(row, isEarly: true, time: plainTime(row))
    } else {
      layout.early(row)
    }
  }

  /// Learns from a row that would be drawn, had anybody time for it: rows that name it say so.
  mutating func skip(_ row: Row) {
    let drawn = ShownNumbers(afterPacket: lastPacket, call: lastCall)
    if layout.shown == nil { layout.shown = drawn }
    if plain.shown == nil { plain.shown = drawn }
    early(row)
  }

  /// Adds the words that stand where rows were skipped.
  mutating func breakOff(_ words: String, into lines: inout Lines) {
    layout.breakOff()
    guard !style.isLines else { return lines.add(header.wrap(words)) }
    let width = min(style.width, Room.widest)
    let parts = Fitting(room: width - 6, isASCII: style.isASCII).wrap(words, lines: 4)
    lines.add(parts.map { pen.rule($0, width: width) })
  }

  /// The lines of a call that returns after what is shown: a plain line tells it as a whole.
  mutating func late(_ row: Row, into lines: inout Lines) {
    if style.isLines { drawPlain(row, into: &lines) }
  }

  /// The time of a plain line.
  private mutating func plainTime(_ row: Row) -> String {
    time.text(row.stamp, room: Int.max) + (style.time == .absolute ? "" : " ms")
  }

  /// What a connection needs before its first row: an announcement where the header has none.
  mutating func open(_ facts: Connection, into lines: inout Lines) {
    if listed.contains(facts.id) { return }
    guard style.isLines else { return lines.add(announced(facts)) }
    if header.add(announcement: facts, to: &lines) { return }
    lines.add(header.announcement(facts))
  }

  private mutating func announced(_ facts: Connection) -> [String] {
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

  /// Adds what is said of a long silence before a row.
  mutating func pause(before row: Row, into lines: inout Lines) {
    guard !style.isLines, let silence = layout.silence(before: row.time) else { return }
    pen.draw(silence, time: "", layout.room, into: &lines)
  }

  /// Adds the lines of a row.
  mutating func draw(_ row: Row, into lines: inout Lines) {
    switch row.content {
    case .packet(let packet): lastPacket = max(lastPacket, packet.packet.number)
    case .call(let call): lastCall = max(lastCall, call.record.id.rawValue)
    default: break
    }
    guard !style.isLines else { return drawPlain(row, into: &lines) }
    lines.add(widen(for: row, isRenamed: layout.turn(to: row)))
    for line in layout.resume(before: row).lines + layout.lines(of: row) {
      let when = time.text(line.time, room: layout.room.time)
      pen.draw(line, time: when, layout.room, into: &lines)
    }
  }

  private mutating func drawPlain(_ row: Row, into lines: inout Lines) {
    guard case .packet(let packet) = row.content, layout.letters.isEmpty else {
      return lines.add(lettered(plain.lines(of: row, time: plainTime(row)), row))
    }
    lines.line {
      time.add(row.stamp, to: &$0)
      plain.add(row, packet, to: &$0)
    }
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
    let before = layout
    layout = Layout(room: layout.room, style: style, language: header.language)
    layout.letters = before.letters
    layout.shown = before.shown
    layout.scene.begin(before.scene.lanes)
  }

  // MARK: columns

  /// Makes room for long numbers; the columns are named again where they moved, or where the lanes
  /// are others' from here on.
  private mutating func widen(for row: Row, isRenamed: Bool) -> [String] {
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
    return layout.room == before && !hasMoved && !isRenamed ? [] : [columns]
  }

  private var columns: String {
    pen.columns(time: time.title, client: title(.client), server: title(.server), layout.room)
  }

  /// What stands above a lane.
  private func title(_ side: Side) -> String {
    switch layout.scene.lanes[side] {
    case .unknown: side == .client ? "client" : "server"
    case .end(let address) where address.utf8.count <= layout.room.words(side == .client): address
    case .end: side == .client ? "client" : "server"
    case .process(let process): header.harmless(name: process)
    case .name(let name): header.harmless(name)
    }
  }

  /// The names above the first rows: of each lane the first process that stands in it.
  private func names(_ connections: [Connection], _ rows: [Row]) -> LaneNames {
    var names = LaneNames()
    let only = connections.count == 1 ? connections.first : nil
    // Lanes of which the first row says that nobody is known there.
    var empty: Set<Side> = []
    func take(_ process: ProcessName?, _ side: Side) {
      guard let process, !empty.contains(side), !names.covers(process, side) else { return }
      if !names[side].isNamed {
        names.set(.process(process), side)
      } else if case .process(let own) = names[side], own.name == process.name {
        names.set(names.name(process, side), side)
      }
    }
    let facts = Dictionary(connections.map { ($0.id, $0) }) { first, _ in first }
    for row in rows {
      if let (process, side) = row.process { take(process, side) }
      guard let connection = row.connection.flatMap({ facts[$0] }) else { continue }
      take(connection.clientProcess, .client)
      take(connection.serverProcess, .server)
      for side in [Side.client, .server] where !names[side].isNamed { empty.insert(side) }
    }
    for connection in connections {
      take(connection.clientProcess, .client)
      take(connection.serverProcess, .server)
    }
    guard let only else { return names }
    if !names[.client].isNamed { names.set(.end("\(only.client)"), .client) }
    if !names[.server].isNamed { names.set(.end("\(only.server)"), .server) }
    return names
  }
}

extension Row {
  /// Digits of the packet's number.
  fileprivate var digits: Int {
    if case .packet(let row) = content { DecimalText.count(row.packet.number) } else { 0 }
  }

  /// The process whose row it is, and its lane.
  fileprivate var process: (ProcessName, Side)? {
    switch content {
    case .opening, .packet: nil
    case .call(let row): (row.record.process, row.side)
    case .signal(_, let process, let side, _), .exit(_, _, let process, let side, _),
      .output(_, let process, let side), .blind(_, let process, let side):
      (process, side)
    }
  }
}
