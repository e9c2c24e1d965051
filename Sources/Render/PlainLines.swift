import Calls
import Explain
import Text
import Timeline
import Wire

/// One plain line for each packet and each call.
struct PlainLines {
  let style: LadderStyle
  let language: Language
  /// What was shown so far; nil where nothing is left out.
  var shown: ShownNumbers?
  /// Calls that have not returned.
  private var open: [CallID: (row: CallRow, connection: ConnectionID?, time: String)] = [:]

  init(style: LadderStyle, language: Language) {
    self.style = style
    self.language = language
  }

  /// The line of a row; a call has its line when it returns.
  mutating func lines(of row: Row, time: String) -> [String] {
    shown?.take(row, isShown: true)
    switch row.content {
    case .opening: return []
    case .packet(let packet): return [line(packet, row.connection, time)]
    case .call(let call):
      if call.part == .enter {
        open[call.record.id] = (call, row.connection, time)
        return []
      }
      open[call.record.id] = nil
      return [line(call, row.connection, time)]
    case .signal(let signal, let process, _, let isOurs):
      return [event(LifeText(language).signal(signal, isOurs: isOurs), process, time)]
    case .exit(let status, let signal, let process, _, let isOurs):
      let how = LifeText(language).exit(status, signal, isOurs: isOurs)
      let left = finish { $0.record.process.id == process.id }
      return left + [event(how, process, time)]
    case .output(let text, let process, _):
      return [event(language.say(.prints, "\"" + Escape.terminal(text) + "\""), process, time)]
    case .blind(let words, let process, _):
      return [event(language.say(.blind, Escape.terminal(words)), process, time)]
    }
  }

  /// Learns from a row that is not shown, or before the time that is: then a call that never
  /// returns is told at the end.
  mutating func pass(_ row: Row, isEarly: Bool, time: String = "") {
    shown?.take(row, isShown: false)
    switch row.content {
    case .call(let call):
      let isOpen = isEarly && call.part == .enter
      open[call.record.id] = isOpen ? (call, row.connection, time) : nil
    case .exit(_, _, let process, _, _) where isEarly:
      open = open.filter { $0.value.row.record.process.id != process.id }
    default: break
    }
  }

  private func isLeftOut(_ packet: Int) -> Bool { shown?.isLeftOut(packet: packet) ?? false }

  private func number(_ packet: Int) -> String {
    "\(packet)" + (isLeftOut(packet) ? CauseText.leftOut : "")
  }

  private func leftOut(_ calls: [CallID]) -> Set<CallID> {
    Set(calls.filter { shown?.isLeftOut(call: $0) ?? false })
  }

  /// The lines of calls that never returned.
  mutating func finish(_ isMeant: (CallRow) -> Bool = { _ in true }) -> [String] {
    let left = open.values.filter { isMeant($0.row) }
      .sorted { $0.row.record.id < $1.row.record.id }
    for call in left { open[call.row.record.id] = nil }
    return left.map { call in
      var row = call.row
      row.record.outcome = nil
      return line(row, call.connection, call.time)
    }
  }

  private func line(_ row: PacketRow, _ id: ConnectionID?, _ time: String) -> String {
    var line = Array(time.utf8)
    add(row, id, to: &line)
    return String(decoding: line, as: UTF8.self)
  }

  /// Adds what stands behind the time of a packet; the line began with it.
  mutating func add(_ row: Row, _ packet: PacketRow, to line: inout [UInt8]) {
    shown?.take(row, isShown: true)
    add(packet, row.connection, to: &line)
  }

  private func add(_ row: PacketRow, _ id: ConnectionID?, to line: inout [UInt8]) {
    let packet = row.packet.packet
    let start = line.count
    PlainLines.gap(&line)
    DecimalText.add(row.packet.number, to: &line)
    PlainLines.gap(&line)
    add(id, to: &line)
    PlainLines.gap(&line)
    add(packet.source, packet, to: &line)
    line.add(" > ")
    add(packet.destination, packet, to: &line)
    PlainLines.gap(&line)
    PacketLabel(row: row, sequence: style.sequence, isDetailed: true).add(to: &line)
    if !packet.tunnels.isEmpty || packet.fragment != nil {
      PlainLines.add(PacketPlace(packet: packet, language: language).words, to: &line)
    }
    add(row.cause, packet, to: &line)
    PlainLines.add(row.clientState, "client ", to: &line)
    PlainLines.add(row.serverState, "server ", to: &line)
    if row.listener != nil {
      var queue = QueueWords(language: language)
      if case .room(let call) = row.listener { queue.leftOut = leftOut([call]) }
      PlainLines.add(Array(queue.of(row).prefix(1)), to: &line)
    }
    if !row.packet.comments.isEmpty {
      PlainLines.add(row.packet.comments.map { PacketComment($0).text(language) }, to: &line)
    }
    if style.isASCII { PlainLines.makeASCII(&line, from: start) }
  }

  private func add(_ cause: Cause, _ packet: Packet, to line: inout [UInt8]) {
    var text = CauseText(language)
    if shown != nil || !open.isEmpty {
      let named = cause.calls + (cause.trigger.map { [$0] } ?? [])
      text.leftOutCalls = leftOut(named)
      if let answered = cause.packet, isLeftOut(answered) { text.leftOutPackets = [answered] }
      for id in named { text.names[id] = open[id]?.row.record.call.rawValue }
    }
    text.message = packet.icmp.map { $0.isPortUnreachable ? "port unreachable" : "error" }
    let start = line.count
    PlainLines.gap(&line)
    let words = line.count
    text.add(full: cause, to: &line)
    if line.count == words { line.removeLast(words - start) }
  }

  private func add(_ end: Endpoint?, _ packet: Packet, to line: inout [UInt8]) {
    guard let end else { return line.append(UInt8(ascii: "?")) }
    if packet.tcp == nil && packet.udp == nil {
      line.add(end.address.description)
    } else {
      end.append(to: &line)
    }
  }

  private func add(_ id: ConnectionID?, to line: inout [UInt8]) {
    guard let id else { return line.append(UInt8(ascii: "-")) }
    line.append(UInt8(ascii: "#"))
    DecimalText.add(id.rawValue, to: &line)
  }

  /// What stands between two words of a line.
  private static func gap(_ line: inout [UInt8]) {
    line.append(UInt8(ascii: " "))
    line.append(UInt8(ascii: " "))
  }

  private static func add(_ words: [String], to line: inout [UInt8]) {
    for word in words where !word.isEmpty {
      gap(&line)
      line.add(word)
    }
  }

  private static func add(_ state: TCPState?, _ end: String, to line: inout [UInt8]) {
    guard let state else { return }
    gap(&line)
    line.add(end)
    line.add(state.rawValue)
  }

  /// Writes out what is not ASCII in the end of a line.
  private static func makeASCII(_ line: inout [UInt8], from start: Int) {
    guard !line[start...].allSatisfy({ $0 < 0x80 }) else { return }
    let text = CallText.ascii(String(decoding: line[start...], as: UTF8.self))
    line.removeLast(line.count - start)
    line.add(text)
  }

  private func line(_ row: CallRow, _ id: ConnectionID?, _ time: String) -> String {
    let isC = style.calls == .c
    let call =
      CallText(row.record, isC: isC, isASCII: style.isASCII).text(.full, room: 400)
      ?? row.record.call.rawValue
    let result = CallResultText(row.record, isC: isC, language: language).text(.full)
    let bytes = row.record.outcome?.payload ?? []
    var words = [time, "c\(row.record.id.rawValue)", connection(id)]
    words.append(CauseText.name(row.record.process))
    words.append(call + " " + result)
    if !bytes.isEmpty, !isC {
      let isCut = bytes.count < row.record.outcome?.result ?? 0
      words.append(
        Escape.quoted(
          bytes, limit: 64, isCut: isCut, ellipsis: style.isASCII ? "..." : "…"))
    }
    if row.record.arguments.beganBefore {
      words.append(language.say(.begunBefore))
    }
    if let before = row.record.arguments.again {
      words.append(language.say(.begunAgain, "c\(before)"))
    }
    if !row.record.arguments.beganBefore, let returned = row.record.returned,
      row.record.outcome != nil
    {
      words.append("in \(TimeText.milliseconds(returned - row.record.entered)) ms")
    }
    switch row.wake {
    case .packet(let number, _): words.append(language.say(.wokenBy, self.number(number)))
    case .didNotWait(let number?, nil) where row.record.role == .connects:
      words.append(language.say(.answeredWithinBriefly, self.number(number)))
    case .didNotWait(let number?, _) where row.record.outcome?.error != nil:
      words.append(language.say(.becauseOf, self.number(number)))
    case .didNotWait(let number?, _): words.append(language.say(.wasThere, self.number(number)))
    default: break
    }
    let queue = QueueWords(
      language: language, leftOut: leftOut(row.letIn.map { [$0] } ?? []))
    words += queue.of(row).compactMap(\.choices.first)
    words += row.remarks.compactMap { CallRemarkText(language).texts($0).first }
    if row.sends == .none { words.append("sends no packet") }
    if row.sends == .elsewhere { words.append(language.say(.peerElsewhere)) }
    if let state = row.endState {
      words.append("\(row.side == .client ? "client" : "server") \(state.rawValue)")
    }
    if let state = row.listenerState { words.append("listener \(state.rawValue)") }
    if style.showsSource,
      let source = row.record.arguments.source.flatMap({ CallSourceText($0).full })
    {
      words.append("at " + source)
    }
    return joined(words)
  }

  private func event(_ text: String, _ process: ProcessName, _ time: String) -> String {
    joined([time, "-", "-", CauseText.name(process), text])
  }

  private func connection(_ id: ConnectionID?) -> String { id.map { "#\($0.rawValue)" } ?? "-" }

  private func joined(_ words: [String]) -> String {
    let line = words.filter { !$0.isEmpty }.joined(separator: "  ")
    return style.isASCII ? CallText.ascii(line) : line
  }
}
