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
    let homes = CallHomes(held.lazy.map(\.row))
    let groups = Dictionary(grouping: held) { homes.home(of: $0.row) }
    let first = panel(nil, rows: groups[nil] ?? [], letters, room)
    return ([first] + ids.map { panel(connections[$0], rows: groups[$0] ?? [], letters, room) })
      .filter { !$0.entries.isEmpty }
  }

  private func panel(
    _ connection: Connection?, rows: [JudgedRow], _ letters: NoteLetters,
    _ room: Room
  ) -> FigurePanel {
    var panel = FigurePanel(connection: connection, room: room)
    var named: [Side: ProcessName] = [:]
    for side in [Side.client, .server] {
      let processes = processes(rows, side, of: connection)
      if processes.count == 1 { named[side] = processes.first }
      let end = connection.map { "\(side == .client ? $0.client : $0.server)" }
      panel.heads[side] = [head(processes, side)] + (end.map { [$0] } ?? [])
    }
    var builder = FigureBuilder(
      panel, style, header.language, zero: zero, named: named, notes: letters,
      leavesOut: !selection.isEverything)
    for row in rows { builder.append(row) }
    return builder.finish()
  }

  /// The processes of a lane, those of the connection first.
  private func processes(
    _ rows: [JudgedRow], _ side: Side, of connection: Connection?
  ) -> [ProcessName] {
    var found: [ProcessName] = []
    var seen: Set<ProcessName> = []
    func take(_ process: ProcessName?) {
      guard let process, seen.insert(process).inserted else { return }
      found.append(process)
    }
    take(side == .client ? connection?.clientProcess : connection?.serverProcess)
    for judged in rows where judged.isShown {
      switch judged.row.content {
      case .call(let call) where call.side == side: take(call.record.process)
      case .signal(_, let process, side, _), .exit(_, _, let process, side, _),
        .output(_, let process, side), .blind(_, let process, side):
        take(process)
      default: break
      }
    }
    return found
  }

  /// What stands above a lane: its process, or the names of several, whose rows tell which it is.
  private func head(_ processes: [ProcessName], _ side: Side) -> String {
    if let only = processes.first, processes.count == 1 { return header.harmless(name: only) }
    var names: [String] = []
    for process in processes where !names.contains(process.name) { names.append(process.name) }
    guard (1...3).contains(names.count) else { return side == .client ? "client" : "server" }
    return names.map(header.harmless).joined(separator: ", ")
  }

  /// The columns of the panels' parts.
  func room(columns: Int) -> Room {
    let rows = held.lazy.filter { $0.isShown && !$0.row.isOpening }.map(\.row)
    var time = TimeColumnText(style.ladder)
    time.zero = zero
    let widest = rows.map { time.columns($0.time) }.max() ?? 0
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
