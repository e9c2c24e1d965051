import Calls
import Explain
import Text
import Timeline

/// Turns rows into lines: what stands in each place, without how it is drawn.
struct Layout {
  /// The columns there are.
  var room: Room
  /// What runs.
  var scene = Scene()
  let style: LadderStyle
  let language: Language
  /// The process that each lane named last.
  var named: [Side: ProcessName] = [:]
  /// The ISNs that were told when the connection was announced are not told again.
  var hasServerISN: Set<ConnectionID> = []
  /// Packets that may wake accept(), with their connections.
  var handshakes: [Int: ConnectionID] = [:]
  /// The last few datagrams, with their connections.
  var datagrams: [(number: Int, connection: ConnectionID, from: Side)] = []
  /// Datagram sockets that bind() gave no port and that have not sent yet.
  var portless: Set<SocketID> = []
  /// Letters of notes, which stand beside the bars; pictures draw them by themselves.
  var letters = NoteLetters()
  private var previous: Instant?
  private var sweepAt: Instant?
  /// What was shown so far; nil where nothing is left out.
  var shown: ShownNumbers?
  /// Connections with rows before the time that is shown, and calls that ran when it began, until
  /// their first row tells of them.
  var begun: Set<ConnectionID> = []
  var untold: Set<CallID> = []
  /// Connections that have begun so far.
  var connections = 0
  /// Where the next row stands, once that was decided.
  var placement: Placement?

  init(room: Room, style: LadderStyle, language: Language) {
    self.room = room
    self.style = style
    self.language = language
  }

  /// Takes a connection's beginning.
  mutating func open(_ facts: Connection, at time: Instant) {
    scene.connections[facts.id] = ConnectionScene(facts, at: time)
    if facts.serverISN != nil { hasServerISN.insert(facts.id) }
    connections += 1
    guard scene.lanes.isFixed else { return }
    // The announcement names the processes.
    if named[.client] == nil { named[.client] = facts.clientProcess }
    if named[.server] == nil { named[.server] = facts.serverProcess }
  }

  /// The lines of a row.
  mutating func lines(of row: Row) -> [LadderLine] {
    let lines: [LadderLine]
    if placement == nil { turn(to: row) }
    shown?.take(row, isShown: true)
    let place = placement ?? Placement()
    placement = nil
    switch row.content {
    case .opening: return []
    case .packet(let packet):
      lines = self.lines(of: packet, row, place) + comments(on: packet, row)
    case .call(let call): lines = self.lines(of: call, row, place)
    case .signal(let signal, let process, _, let isOurs):
      let text = LifeText(language).signal(signal, isOurs: isOurs)
      lines = event(text, process, place, row, .warning)
    case .exit(let status, let signal, let process, _, let isOurs):
      let how = LifeText(language).exit(status, signal, isOurs: isOurs)
      lines = exit(how, isKilled: signal != nil && !isOurs, process, place, row)
    case .output(let text, let process, _):
      let quoted = "\"" + Escape.terminal(text) + "\""
      lines = wrapped(language.say(.prints, quoted), process, place, row, .plain)
    case .blind(let words, let process, _):
      let text = language.say(.blind, Escape.terminal(words))
      lines = wrapped(text, process, place, row, .warning)
    }
    if let id = row.connection { close(id) }
    sweep(at: row.time)
    return lines
  }

  /// Learns from a row that is not shown.
  mutating func pass(_ row: Row) {
    shown?.take(row, isShown: false)
    switch row.content {
    case .packet(let packet): pass(packet, row)
    case .call(let call): pass(call, row)
    default: break
    }
    if let id = row.connection { close(id) }
    sweep(at: row.time)
  }

  func fitting(_ side: Side) -> Fitting {
    Fitting(room: room.words(side == .client), isASCII: style.isASCII)
  }

  // MARK: lines

  /// A line on which everything goes on as it is.
  func frame(_ view: ConnectionID?) -> LadderLine {
    var line = LadderLine()
    for side in [Side.client, .server] {
      let bars = scene.bars(side, in: view)
      line[side].bar = bars == 0 ? .none : .inside(several: bars > 1)
      if let view, scene.connections[view]?[side].isDrawn ?? false { line[side].end = .runs }
    }
    return line
  }

  /// A line, and lines after it that hold what it had no room for.
  func stack(_ line: LadderLine, _ more: [[Word]], _ side: Side, _ view: ConnectionID?)
    -> [LadderLine]
  {
    var lines = [line]
    for words in more {
      var next = frame(view)
      next.connection = line.connection
      next[side].words = words
      lines.append(next)
    }
    return lines
  }

  /// Nanoseconds without a row that are told. The rule looks at nothing else, so that no silence
  /// hides the next, and a replay tells those that a live run told.
  static let longSilence: Int64 = 1_000_000

  /// A line that says that nothing happened for long.
  mutating func silence(before time: Instant) -> LadderLine? {
    defer { previous = max(previous ?? time, time) }
    guard let previous else { return nil }
    let gap = time - previous
    guard gap >= Layout.longSilence else { return nil }
    var line = frame(goingOn)
    let length =
      gap < 1_000_000_000
      ? TimeText.milliseconds(gap) + " ms" : TimeText.seconds(gap, decimals: 3) + " s"
    line.middle = .note(language.say(.silence, length), .faint)
    return line
  }

  /// Rows are missing here: what passed meanwhile was no silence.
  mutating func breakOff() { previous = nil }

  /// The letters that stand beside a row, as the first of its parts.
  func mark(_ letters: [String]) -> [Part] {
    letters.isEmpty ? [] : [Part(letters.map { "(\($0))" }.joined(separator: " "), .title)]
  }

  // MARK: processes

  /// What names a process where the lane did not name it last, escaped; empty where it did.
  mutating func introduce(_ process: ProcessName, _ side: Side) -> String {
    defer { named[side] = process }
    if !scene.lanes.isFixed {
      if case .process(process) = scene.lanes[side] { return "" }
      if named[side] == process { return "" }
      if case .name(process.name) = scene.lanes[side] { return "[\(process.id)] " }
    }
    guard let known = named[side] else { return CauseText.name(process) + " " }
    guard known != process else { return "" }
    return known.name == process.name ? "[\(process.id)] " : CauseText.name(process) + " "
  }

  private mutating func event(
    _ text: String, _ process: ProcessName, _ place: Placement, _ row: Row, _ tone: Tone
  ) -> [LadderLine] {
    let (side, view) = (place.side ?? .client, place.view)
    scene.show(view)
    var line = frame(view)
    line.time = row.time
    line.connection = row.connection
    let name = CauseText.name(process)
    named[side] = process
    let fitted = fitting(side).fit([Part(["\(name) \(text)", text], tone)])
    line[side].words = fitted.line
    return stack(line, fitted.more, side, view)
  }

  /// The end of a process, and of the calls that it was inside.
  private mutating func exit(
    _ how: String, isKilled: Bool, _ process: ProcessName, _ place: Placement, _ row: Row
  ) -> [LadderLine] {
    let (side, view) = (place.side ?? .client, place.view)
    let before = scene.bars(side, in: view)
    let ended = scene.end(process: process.id)
    let after = scene.bars(side, in: view)
    scene.show(view)
    var line = frame(view)
    line.time = row.time
    line.connection = row.connection
    if after < before { line[side].bar = .returns(several: after > 0) }
    let name = CauseText.name(process)
    named[side] = process
    var parts = [Part(["\(name) \(how)", how], isKilled ? .failure : .plain)]
    if !ended.isEmpty {
      let calls = CauseText.list(
        ended.map(\.row.record.id), leftOut: leftOut(ended.map(\.row.record.id)))
      parts.append(Part(language.say(.insideCalls, calls)))
    }
    let fitted = fitting(side).fit(parts)
    line[side].words = side == .client ? fitted.line.reversed() : fitted.line
    for id in Set(ended.compactMap(\.connection)) { close(id) }
    return stack(line, fitted.more, side, view)
  }

  /// Words of a process on as many lines as they need, within reason.
  private mutating func wrapped(
    _ text: String, _ process: ProcessName, _ place: Placement, _ row: Row, _ tone: Tone
  ) -> [LadderLine] {
    let (side, view) = (place.side ?? .client, place.view)
    scene.show(view)
    let texts = fitting(side).wrap(introduce(process, side) + text, lines: 4)
    var line = frame(view)
    line.time = row.time
    line.connection = row.connection
    line[side].words = texts.first.map { [Word(text: $0, tone: tone)] } ?? []
    return stack(line, texts.dropFirst().map { [Word(text: $0, tone: tone)] }, side, view)
  }

  // MARK: what is left out

  /// Which of these calls are not shown.
  func leftOut(_ calls: [CallID]) -> Set<CallID> {
    guard let shown else { return [] }
    return Set(calls.filter { shown.isLeftOut(call: $0) })
  }

  /// A packet's number, with a mark where it is not shown.
  func number(_ packet: Int) -> String {
    "\(packet)" + (shown?.isLeftOut(packet: packet) ?? false ? CauseText.leftOut : "")
  }

  /// The words of causes that name what is not shown as such.
  func words(of cause: Cause) -> CauseText {
    var text = CauseText(language)
    guard let shown else { return text }
    text.leftOutCalls = leftOut(cause.calls + (cause.trigger.map { [$0] } ?? []))
    if let packet = cause.packet, shown.isLeftOut(packet: packet) { text.leftOutPackets = [packet] }
    return text
  }

  // MARK: what is over

  /// Forgets a connection that is over.
  mutating func close(_ id: ConnectionID) {
    guard scene.connections[id]?.isOver ?? false else { return }
    forget(id)
  }

  private mutating func forget(_ id: ConnectionID) {
    scene.forget(id)
    hasServerISN.remove(id)
    begun.remove(id)
    if !handshakes.isEmpty { handshakes = handshakes.filter { $0.value != id } }
  }

  /// Forgets flows of datagrams that are silent for long.
  private mutating func sweep(at time: Instant) {
    guard sweepAt.map({ time > $0 }) ?? true else { return }
    sweepAt = time + 1_000_000_000
    let old = time + -Timeline.linger
    let silent = scene.connections.filter {
      $0.value.kind != .tcp && $0.value.last < old && $0.value.client.bars == 0
        && $0.value.server.bars == 0
    }
    for id in silent.keys { forget(id) }
  }
}
