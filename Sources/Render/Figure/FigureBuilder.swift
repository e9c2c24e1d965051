import Calls
import Explain
import Text
import Timeline
import Wire

/// Makes a panel from rows: the lines that the ladder of text has, with what they stand for.
struct FigureBuilder {
  private var panel: FigurePanel
  private var layout: Layout
  private var plain: PlainLines
  private let style: FigureStyle
  private let language: Language
  private var time: TimeColumnText
  private let notes: NoteLetters
  /// The slots in use, by side: the call in each.
  private var slots: [Side: [CallID?]] = [.client: [], .server: []]
  private var open: [CallID: Int] = [:]
  private var states: [Side: TCPState] = [:]
  /// The last entry of a call that is still without its sentence.
  private var beginnings: [CallID: Int] = [:]
  private var packets: [CallID: [Int]] = [:]

  init(
    _ panel: FigurePanel, _ style: FigureStyle, _ language: Language, zero: Instant?,
    named: [Side: ProcessName], notes: NoteLetters, leavesOut: Bool = false
  ) {
    var ladder = style.ladder
    ladder.width = max(120, panel.room.client + panel.room.server + panel.room.arrow)
    ladder.isASCII = false
    self.panel = panel
    self.style = style
    self.language = language
    self.notes = notes
    layout = Layout(room: panel.room, style: ladder, language: language)
    layout.named = named
    plain = PlainLines(style: ladder, language: language)
    if leavesOut {
      layout.shown = ShownNumbers()
      plain.shown = ShownNumbers()
    }
    time = TimeColumnText(ladder)
    time.zero = zero
  }

  /// Takes the next row.
  mutating func append(_ judged: JudgedRow) {
    let row = judged.row
    if case .opening(let facts) = row.content {
      layout.open(facts, at: row.time)
      return
    }
    switch judged.verdict {
    case .shown: break
    case .hidden:
      layout.pass(row)
      return plain.pass(row, isEarly: false)
    case .early:
      layout.early(row)
      return plain.pass(row, isEarly: true, time: time.text(row.time, room: Int.max))
    case .late: return returnLate(row)
    }
    if let line = layout.silence(before: row.time) {
      panel.entries.append(FigureEntry(line: line, isSilence: true))
    }
    layout.turn(to: row)
    resume(before: row)
    let first = panel.entries.count
    for line in layout.lines(of: row) {
      var entry = FigureEntry(line: line)
      if line.time != nil { entry.time = time.text(line.time, room: panel.room.time) }
      panel.entries.append(entry)
    }
    guard panel.entries.count > first else { return }
    let main = panel.entries[first...].firstIndex { $0.line.time != nil } ?? first
    tell(row, at: main)
    follow(row, at: main)
  }

  /// Adds how things stand where what is shown begins.
  private mutating func resume(before row: Row) {
    let (lines, calls) = layout.resume(before: row)
    guard !lines.isEmpty else { return }
    let index = panel.entries.count
    panel.entries += lines.map { FigureEntry(line: $0) }
    if let id = lines[0].connection, let scene = layout.scene.connections[id] {
      for side in [Side.client, .server] {
        if let state = scene[side].state { changes[index, default: [:]][side] = state }
      }
    }
    for (id, side) in calls {
      processes[id] = layout.scene.calls[id]?.row.record.process.id
      begin(id, side, at: index)
    }
  }

  /// A call that was shown returns after what is: its sentence tells it as a whole.
  private mutating func returnLate(_ row: Row) {
    guard case .call(let call) = row.content,
      let index = beginnings.removeValue(forKey: call.record.id)
    else { return }
    let unit = style.ladder.time == .absolute ? "" : " ms"
    let when = time.text(row.time, room: Int.max) + unit
    if let sentence = plain.lines(of: row, time: when).last {
      panel.entries[index].thing?.title = sentence
    }
  }

  /// The panel, when there are no more rows.
  mutating func finish() -> FigurePanel {
    for call in beginnings.keys { tellUnfinished(call) }
    for index in panel.entries.indices {
      guard let thing = panel.entries[index].thing, thing.kind == "call",
        let call = Int(thing.id.dropFirst("call-".count))
      else { continue }
      panel.entries[index].thing?.related = (packets[CallID(call)] ?? []).map { "packet-\($0)" }
    }
    panel.spans = FigureSpans.of(panel.entries, states: changes)
    return panel
  }

  /// The states that ends take, by entry.
  private var changes: [Int: [Side: TCPState]] = [:]

  // MARK: what a row is

  /// What is told of a call that never returned.
  private mutating func tellUnfinished(_ call: CallID) {
    guard let index = beginnings.removeValue(forKey: call) else { return }
    let sentence = plain.finish { $0.record.id == call }.first
    if let sentence { panel.entries[index].thing?.title = sentence }
  }

  private mutating func tell(_ row: Row, at index: Int) {
    if case .exit(_, _, let process, _, _) = row.content {
      for call in beginnings.keys where processes[call] == process.id { tellUnfinished(call) }
    }
    let unit = style.ladder.time == .absolute ? "" : " ms"
    let when = time.text(row.time, room: Int.max) + unit
    let sentences = plain.lines(of: row, time: when)
    switch row.content {
    case .packet(let packet):
      let number = packet.packet.number
      let calls = packet.cause.calls + (packet.cause.trigger.map { [$0] } ?? [])
      for call in calls { packets[call, default: []].append(number) }
      panel.entries[index].thing = Thing(
        id: "packet-\(number)", title: sentences.last ?? "", kind: "packet",
        related: calls.map { "call-\($0.rawValue)" })
      panel.entries[index].letters = notes.letters(packet: number)
      panel.entries[index].fields = notes.fields[number] ?? []
      panel.entries[index].arrow = look(packet)
    case .call(let call):
      let id = call.record.id
      if call.part == .enter { beginnings[id] = index }
      let start = beginnings[id] ?? index
      let sentence = sentences.last
      if call.part != .exit || panel.entries[start].thing == nil {
        panel.entries[start].thing = Thing(
          id: "call-\(id.rawValue)", title: sentence ?? "", kind: "call")
        panel.entries[start].letters = notes.letters(call: id)
        panel.entries[start].source = source(call)
      } else if let sentence {
        panel.entries[start].thing?.title = sentence
      }
      if call.part != .enter { beginnings[id] = nil }
    default: break
    }
  }

  /// Where the program made a call; nil where that is not known. Where it has no room in its lane
  /// the end stays, with the number of the line.
  private func source(_ row: CallRow) -> String? {
    guard let text = row.record.arguments.source.map({ CallSourceText($0) }),
      let full = text.full
    else { return nil }
    let room = panel.room.words(row.side == .client)
    let choices = [full, text.brief ?? full]
    if let fitting = choices.first(where: { DisplayWidth.columns(of: $0) <= room }) {
      return fitting
    }
    var end = choices[1][...]
    while DisplayWidth.columns(of: String(end)) >= room, !end.isEmpty { end = end.dropFirst() }
    return "…" + end
  }

  private func look(_ row: PacketRow) -> FigureEntry.ArrowLook {
    if row.packet.packet.tcp?.flags.contains(.rst) ?? false { return .failure }
    if row.packet.packet.icmp != nil { return .failure }
    switch row.cause.kind {
    case .retransmission, .timer: return .again
    case .unknown, .ambiguous: return .unknown
    default: return .plain
    }
  }

  // MARK: bars, states

  private mutating func follow(_ row: Row, at index: Int) {
    switch row.content {
    case .packet(let packet):
      if let state = packet.clientState { changes[index, default: [:]][.client] = state }
      if let state = packet.serverState { changes[index, default: [:]][.server] = state }
      if let sender = packet.sender {
        let calls = packet.cause.calls.reversed() + (packet.cause.trigger.map { [$0] } ?? [])
        let used = slots[sender] ?? []
        panel.entries[index].fromSlot = calls.compactMap { used.firstIndex(of: $0) }.first
      }
    case .call(let call): follow(call, at: index)
    case .exit(_, _, let process, _, _):
      for (id, bar) in open where isOf(process, bar, id) { end(id, at: index) }
    default: break
    }
  }

  private var processes: [CallID: Int32] = [:]

  private func isOf(_ process: ProcessName, _ bar: Int, _ id: CallID) -> Bool {
    processes[id] == process.id
  }

  private mutating func follow(_ call: CallRow, at index: Int) {
    let id = call.record.id
    switch call.part {
    case .enter:
      processes[id] = call.record.process.id
      begin(id, call.side, at: index)
    case .whole:
      begin(id, call.side, at: index)
      end(id, at: index)
    case .exit: end(id, at: index)
    }
    guard let socket = call.record.socket, call.part != .enter else { return }
    switch call.listenerState {
    case .listen?:
      let name = call.record.arguments.descriptor.map { "LISTEN, fd \($0)" } ?? "LISTEN"
      let taken = panel.listeners.filter { $0.side == call.side && $0.last == nil }.map(\.slot)
      let slot = (0...taken.count).first { !taken.contains($0) } ?? taken.count
      panel.listeners.append(
        FigureListener(side: call.side, slot: slot, socket: socket, name: name, first: index))
    case .closed?:
      if let open = panel.listeners.lastIndex(where: { $0.socket == socket && $0.last == nil }) {
        panel.listeners[open].last = index
      }
    default: break
    }
  }

  private mutating func begin(_ id: CallID, _ side: Side, at index: Int) {
    var used = slots[side] ?? []
    let slot = used.firstIndex { $0 == nil } ?? used.count
    if slot == used.count { used.append(id) } else { used[slot] = id }
    slots[side] = used
    open[id] = panel.bars.count
    panel.bars.append(FigureBar(side: side, slot: slot, call: id, first: index))
  }

  private mutating func end(_ id: CallID, at index: Int) {
    guard let bar = open.removeValue(forKey: id) else { return }
    processes[id] = nil
    panel.bars[bar].last = index
    slots[panel.bars[bar].side]?[panel.bars[bar].slot] = nil
  }
}
