import Explain
import Text
import Timeline

extension Figure {
  /// The panels: one for each connection that is shown, and one for the calls of none; a single
  /// connection has everything in one.
  func panels(_ letters: NoteLetters, _ room: Room) -> [FigurePanel] {
    let shown = Set(held.lazy.filter { $0.isShown && !$0.row.isOpening }.map(\.row.connection))
    let ids = shown.compactMap { $0 }.sorted()
    guard ids.count > 1 else {
      let only = ids.first.flatMap { connections[$0] }
      return [panel(only, rows: held, letters, room)].filter { !$0.entries.isEmpty }
    }
    let lone = held.filter { $0.row.connection == nil }
    let first = panel(nil, rows: lone, letters, room)
    let groups = Dictionary(grouping: held) { $0.row.connection }
    return ([first] + ids.map { panel(connections[$0], rows: groups[$0] ?? [], letters, room) })
      .filter { !$0.entries.isEmpty }
  }

  private func panel(
    _ connection: Connection?, rows: [(row: Row, isShown: Bool)], _ letters: NoteLetters,
    _ room: Room
  ) -> FigurePanel {
    var panel = FigurePanel(connection: connection, room: room)
    var named: [Side: ProcessName] = [:]
    for side in [Side.client, .server] {
      let process =
        side == .client ? connection?.clientProcess : connection?.serverProcess
      let own = process ?? only(rows, side)
      named[side] = own
      let end = connection.map { "\(side == .client ? $0.client : $0.server)" }
      let name = own.map { header.harmless(name: $0) } ?? (side == .client ? "client" : "server")
      panel.heads[side] = [name] + (end.map { [$0] } ?? [])
    }
    var builder = FigureBuilder(
      panel, style, header.language, zero: zero, named: named, notes: letters)
    for (row, isShown) in rows { builder.append(row, isShown: isShown) }
    return builder.finish()
  }

  /// The one process that calls on a side, where it is one.
  private func only(_ rows: [(row: Row, isShown: Bool)], _ side: Side) -> ProcessName? {
    var found: ProcessName?
    for (row, isShown) in rows where isShown {
      guard case .call(let call) = row.content, call.side == side else { continue }
      if let found, found.id != call.record.process.id { return nil }
      found = call.record.process
    }
    return found
  }

  /// The columns of the panels' parts.
  func room(columns: Int) -> Room {
    let rows = held.lazy.filter { $0.isShown && !$0.row.isOpening }.map(\.row)
    var time = TimeColumnText(style.ladder)
    time.zero = zero
    let widest = rows.map { time.columns($0.stamp) }.max() ?? 0
    let digits =
      rows.map { row in
        if case .packet(let packet) = row.content {
          "\(packet.packet.number)".utf8.count
        } else {
          0
        }
      }.max() ?? 0
    return Room(
      width: columns, time: max(time.least, widest), number: max(3, digits), connection: 0)
  }

  /// How many columns there are.
  var columns: Int {
    if let columns = style.columns { return min(max(columns, LadderStyle.narrowest), Room.widest) }
    return style.paper == nil ? 150 : 92
  }
}

extension Row {
  /// Whether it announces a connection.
  var isOpening: Bool { if case .opening = content { true } else { false } }
}
