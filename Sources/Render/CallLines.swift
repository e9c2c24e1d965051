import Calls
import Explain
import Text
import Timeline
import Wire

extension Layout {
  /// The lines of a call, its beginning or its end.
  mutating func lines(of row: CallRow, _ whole: Row) -> [LadderLine] {
    // An unconnected datagram socket belongs to a flow only once it has sent.
    let id = whole.connection ?? scene.calls[row.record.id]?.connection
    let view = scene.view(for: id)
    if let id, !row.onListener { take(row, id, whole.time) }
    scene.show(view)
    let bars = scene.bars(row.side, in: view)
    var line = frame(view)
    line.time = whole.time
    line.connection = id
    var introduction: LadderLine?
    var main: Part
    switch row.part {
    case .enter:
      (main, introduction) = beginning(row, line)
      line[row.side].bar = .begins(several: bars > 0)
      scene.begin(row, id)
    case .whole:
      (main, introduction) = beginning(row, line)
    case .exit:
      let call = scene.end(row.record.id)
      if let call {
        line[row.side].bar = .returns(several: bars > 1)
        main = result(row, isPlain: bars == 1 && scene.isUnbroken(call, in: view))
      } else {
        (main, introduction) = beginning(row, line)
      }
    }
    if row.part != .exit, isSilent(row, id) { line.mark = .silent }
    let parts = [main] + (row.part == .enter ? [] : ending(row)) + state(row)
    if row.part != .enter { settle(row, id) }
    let fitted = fitting(row.side).fit(parts)
    // A call is read from left to right in both lanes.
    line[row.side].words = row.side == .client ? fitted.line.reversed() : fitted.line
    return (introduction.map { [$0] } ?? []) + stack(line, fitted.more, row.side, view)
  }

  /// Learns from a call that is not shown.
  mutating func pass(_ row: CallRow, _ whole: Row) {
    let id = whole.connection
    if let id, !row.onListener { take(row, id, whole.time) }
    if row.part == .enter { return }
    _ = scene.end(row.record.id)
    settle(row, id)
  }

  /// Whether a call sends no packet.
  private func isSilent(_ row: CallRow, _ id: ConnectionID?) -> Bool {
    if row.sends == .none { return true }
    // Nothing is left to be closed.
    guard row.part == .whole, let id, row.sends == .packets, row.record.kind == .tcp else {
      return false
    }
    let end = scene.connections[id]?[row.side]
    return end.map { $0.state == .closed } ?? true
  }

  // MARK: what a call changes

  /// Notes that a call works on an end of a connection.
  private mutating func take(_ row: CallRow, _ id: ConnectionID, _ time: Instant) {
    guard var connection = scene.connections[id] else { return }
    connection[row.side].processes.insert(row.record.process.id)
    connection.last = time
    if row.side == .server { connection.isAccepted = true }
    if connection.kind == .udp { connection[row.side].socket = row.record.socket }
    if !connection.hasPackets, row.side == .server, connection.kind == .tcp, row.part != .exit {
      connection.server.isThere = true
    }
    scene.connections[id] = connection
  }

  /// Notes what a call that returned has made or ended.
  private mutating func settle(_ row: CallRow, _ id: ConnectionID?) {
    let record = row.record
    switch row.wake {
    case .packet(let number, _), .didNotWait(.some(let number), _):
      if record.call == .accept || record.call == .accept4 {
        accept(number)
      } else if record.kind == .udp {
        receive(number, record, row.side)
      }
    default: break
    }
    guard record.outcome?.error == nil else { return }
    note(record)
    guard record.outcome?.result == 0 else { return }
    if record.call == .close, record.kind == .udp {
      for id in scene.connections.keys { closeSocket(record.socket, of: id) }
    }
    guard let id, var connection = scene.connections[id], connection.kind == .tcp,
      !connection.hasPackets
    else { return }
    // Only calls tell of it.
    if record.call == .connect { connection[row.side].isThere = true }
    if record.call == .close { connection[row.side].state = .closed }
    scene.connections[id] = connection
  }

  /// Notes which datagram sockets have no port of the program's choice.
  private mutating func note(_ record: CallRecord) {
    guard record.kind == .udp, let socket = record.socket else { return }
    switch record.call {
    case .socket: portless.insert(socket)
    case .bind, .close: portless.remove(socket)
    default: break
    }
  }

  /// The connection that accept() gave back.
  private func accepted(_ row: CallRow) -> ConnectionID? {
    switch row.wake {
    case .packet(let number, _), .didNotWait(.some(let number), _): handshakes[number]
    default: nil
    }
  }

  private mutating func accept(_ number: Int) {
    guard let id = handshakes[number] else { return }
    scene.connections[id]?.isAccepted = true
    handshakes = handshakes.filter { $0.value != id }
  }

  /// Learns whose socket took a datagram.
  private mutating func receive(_ number: Int, _ record: CallRecord, _ side: Side) {
    guard let mark = datagrams.last(where: { $0.number == number }) else { return }
    let end = mark.from.opposite
    scene.connections[mark.connection]?[end].socket = record.socket
    scene.connections[mark.connection]?[end].processes.insert(record.process.id)
    scene.connections[mark.connection]?[end].isThere = true
  }

  private mutating func closeSocket(_ socket: SocketID?, of id: ConnectionID) {
    guard let socket, let connection = scene.connections[id] else { return }
    for side in [Side.client, .server] where connection[side].socket == socket {
      scene.connections[id]?[side].isThere = false
    }
    close(id)
  }

  // MARK: words

  private var isC: Bool { style.calls == .c }

  /// The call, with its result where it has one, and a line before it that names its process where
  /// there is no room beside it.
  private mutating func beginning(
    _ row: CallRow, _ frame: LadderLine
  ) -> (main: Part, introduction: LadderLine?) {
    let process = introduce(row.record.process, row.side)
    let id = "c\(row.record.id.rawValue) "
    if let text = main(row, process + id, upTo: .least) { return (text, nil) }
    if process.isEmpty, let text = main(row, id, upTo: .name) { return (text, nil) }
    let result = CallResultText(row.record, isC: isC, language: language).text(.least)
    let name = id + row.record.call.rawValue
    let bare = Part(row.part == .enter ? [name] : [name + " " + result, name], lane(row.side))
    guard !process.isEmpty else { return (bare, nil) }
    var line = frame
    line.time = nil
    line[row.side].words = [Word(text: CauseText.name(row.record.process), tone: .title)]
    return (main(row, id, upTo: .name) ?? bare, line)
  }

  /// The result of a call whose beginning was another row; with its name, unless the bar shows
  /// which call it is.
  private func result(_ row: CallRow, isPlain: Bool) -> Part {
    let result = CallResultText(row.record, isC: isC, language: language)
    let tone: Tone = result.isError ? .failure : lane(row.side)
    if isPlain { return Part(result.text(.brief), tone) }
    let id = "c\(row.record.id.rawValue) "
    let name = row.record.call.rawValue + " "
    return Part([id + name + result.text(.brief), id + result.text(.brief)], tone)
  }

  /// The longest text of a call that fits.
  private func main(_ row: CallRow, _ start: String, upTo last: CallText.Detail) -> Part? {
    let text = CallText(row.record, isC: isC, isASCII: style.isASCII)
    let result = CallResultText(row.record, isC: isC, language: language)
    let hasResult = row.part != .enter
    let tone: Tone = hasResult && result.isError ? .failure : lane(row.side)
    let taken = DisplayWidth.columns(of: start)
    let room = self.room.words(row.side == .client) - taken
    for (detail, ending) in Layout.details where detail <= last {
      let end = hasResult ? " " + result.text(ending) : ""
      if let call = text.text(detail, room: room - DisplayWidth.columns(of: end)) {
        return Part(start + call + end, tone)
      }
    }
    return nil
  }

  /// How much is told of a call and of its result, the most first.
  private static let details: [(CallText.Detail, CallText.Detail)] = [
    (.full, .brief), (.brief, .brief), (.brief, .terse), (.terse, .terse), (.least, .brief),
    (.least, .terse), (.name, .terse), (.least, .least), (.name, .least),
  ]

  private func lane(_ side: Side) -> Tone { side == .client ? .client : .server }

  /// What woke the call, how long it took, and what its error means.
  private func ending(_ row: CallRow) -> [Part] {
    var parts: [Part] = []
    let record = row.record
    let result = CallResultText(record, isC: isC, language: language)
    if case .internet(let end) = record.outcome?.address {
      let from = language.say(.from, "\(end)")
      let port = language.say(.from, ":\(end.port)")
      parts.append(record.kind == .udp ? Part([from, port]) : .extra(from))
    }
    if record.call == .accept || record.call == .accept4, scene.connections.count > 1,
      let id = accepted(row)
    {
      parts.append(.extra("TCP \(id.rawValue)"))
    }
    parts += wake(row)
    if let bytes = record.outcome?.payload, !bytes.isEmpty, row.part == .exit || style.width >= 120,
      !isC
    {
      let isCut = bytes.count < record.outcome?.result ?? 0
      let text = Escape.quoted(
        bytes, limit: 24, isCut: isCut, ellipsis: style.isASCII ? "..." : "…")
      parts.append(.extra(text))
    }
    if let sentence = result.sentence {
      parts.append(Part(["(" + sentence + ")", sentence], .failure, overflows: true))
    }
    if row.sends == .elsewhere {
      parts.append(Part(language.say(.peerElsewhere), .faint, overflows: true))
    }
    return parts
  }

  private func wake(_ row: CallRow) -> [Part] {
    let unit = style.time == .absolute ? " ms" : ""
    let took = row.record.returned.map {
      TimeText.milliseconds($0 - row.record.entered) + unit
    }
    switch row.wake {
    case .packet(let number, _):
      let brief = language.say(.wokenBy, "\(number)")
      return [Part(took.map { [language.say(.wokenIn, $0, "\(number)"), brief] } ?? [brief])]
    case .didNotWait(let number?, _) where row.record.outcome?.error != nil:
      return [Part(language.say(.becauseOf, "\(number)"), overflows: true)]
    case .didNotWait(let number?, let since):
      let long = since.map {
        language.say(.didNotWaitFor, "\(number)", TimeText.milliseconds($0))
      }
      let phrases: [Phrase] = [.wasThere, .wasThereBriefly]
      let choices = phrases.map { language.say($0, "\(number)") }
      return [Part((long.map { [$0] } ?? []) + choices, overflows: true)]
    case .didNotWait: return [Part(language.say(.didNotWait))]
    case .other: return [Part(language.say(.wokenByNone))]
    case .notAWait:
      let isLong = row.record.returned.map { $0 - row.record.entered >= 1_000_000 } ?? false
      guard row.part == .exit || isLong, let took else { return [] }
      return [Part([language.say(.tookTime, took)], .faint)]
    }
  }

  /// The state of a listening socket, and that it is one.
  private func state(_ row: CallRow) -> [Part] {
    var parts: [Part] = []
    if let state = row.listenerState {
      if state == .listen {
        parts.append(Part(state.rawValue, .state, overflows: true))
      } else if row.record.call == .close {
        parts.append(Part(language.say(.onListener)))
      }
    }
    return parts
  }
}
