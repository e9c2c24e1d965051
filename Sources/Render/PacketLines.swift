import Calls
import Explain
import Text
import Timeline
import Wire

extension Layout {
  /// The lines of a packet.
  mutating func lines(of row: PacketRow, _ whole: Row, _ place: Placement) -> [LadderLine] {
    guard let sender = row.sender, let id = whole.connection else {
      return stray(row, whole, place)
    }
    let before = frame(id)
    let caller = callers(of: row.cause).first { scene.isVisible($0, in: id) == sender }
    scene.show(id)
    note(row, id, sender, whole.time)
    var row = row
    if takesPort(row) { row.showsChosenPort = true }
    var line = frame(id)
    line.time = whole.stamp
    line.mark = .packet(row.packet.number)
    line.connection = id
    for side in [Side.client, .server] where before[side].end == .runs { line[side].end = .runs }
    let label = PacketLabel(row: row, sequence: style.sequence, isDetailed: style.width >= 120)
      .text(room: room.label)
    let isHeavy = !callers(of: row.cause).isEmpty || row.cause.kind == .call
    line.middle = .arrow(from: sender, isHeavy: isHeavy, label: label, tone(of: row))
    start(&line[sender], isHeavy: isHeavy, hasCaller: caller != nil)
    return words(row, line, sender, id, isDrawn: isAlone(caller, sender, id))
  }

  /// Whether a datagram is the first of a socket whose port the kernel chose.
  private mutating func takesPort(_ row: PacketRow) -> Bool {
    guard row.packet.packet.udp != nil, let call = row.cause.calls.first,
      let socket = scene.calls[call]?.row.record.socket
    else { return false }
    return portless.remove(socket) != nil
  }

  /// Learns from a packet that is not shown.
  mutating func pass(_ row: PacketRow, _ whole: Row) {
    guard let sender = row.sender, let id = whole.connection else { return }
    note(row, id, sender, whole.time)
  }

  /// A packet of no connection.
  private mutating func stray(
    _ row: PacketRow, _ whole: Row, _ place: Placement
  ) -> [LadderLine] {
    let side = place.side ?? .server
    scene.show(place.view)
    var line = frame(place.view)
    line.time = whole.stamp
    line.mark = .packet(row.packet.number)
    line.middle = .note(
      PacketLabel(row: row, sequence: style.sequence, isDetailed: false).text(room: room.arrow),
      .plain)
    let causes = words(of: row.cause).short(row.cause, isDrawn: false)
    var parts = [Part(causes)]
    let packet = row.packet.packet
    if let source = packet.sourceAddress, let destination = packet.destinationAddress {
      parts.append(Part("\(source) > \(destination)", .faint))
    }
    parts += PacketPlace(packet: packet, language: language).parts
    let fitted = fitting(side).fit(parts)
    line[side].words = side == .client ? fitted.line.reversed() : fitted.line
    return [line]
      + fitted.more.map { words in
        var line = frame(place.view)
        line[side].words = words
        return line
      }
  }

  /// The calls that may have sent a packet by themselves.
  private func callers(of cause: Cause) -> [CallID] {
    switch cause.kind {
    case .call, .ambiguous: cause.calls.reversed()
    // What a timer may have let out, no call is known to have sent.
    case .released: cause.reason == .releasedByTimer ? [] : cause.trigger.map { [$0] } ?? []
    default: []
    }
  }

  /// Whether the bar of the caller is the only one: then the arrow alone names it.
  private func isAlone(_ caller: CallID?, _ side: Side, _ id: ConnectionID) -> Bool {
    caller != nil && scene.bars(side, in: id) == 1
  }

  private func start(_ lane: inout Lane, isHeavy: Bool, hasCaller: Bool) {
    let isThere = lane.end == .runs
    guard isHeavy else {
      lane.end = isThere ? .starts : .startsNowhere
      return
    }
    lane.end = isThere ? .crossed : .crossedNowhere
    switch lane.bar {
    case .inside(let several) where hasCaller: lane.bar = .sends(several: several)
    case .none: lane.bar = .sendsOutside
    default: break
    }
  }

  private func tone(of row: PacketRow) -> Tone {
    if row.packet.packet.tcp?.flags.contains(.rst) ?? false { return .failure }
    if row.packet.packet.icmp != nil { return .failure }
    switch row.cause.kind {
    case .retransmission, .timer, .unknown, .ambiguous: return .warning
    default: return .plain
    }
  }

  // MARK: states

  /// Notes what a packet changes.
  private mutating func note(
    _ row: PacketRow, _ id: ConnectionID, _ sender: Side, _ time: Instant
  ) {
    guard var connection = scene.connections[id] else { return }
    connection.hasPackets = true
    connection.last = time
    if connection.kind == .tcp {
      for (side, state) in [(Side.client, row.clientState), (.server, row.serverState)] {
        guard let state else { continue }
        if state != .closed { connection[side].isThere = true }
        connection[side].state = state
      }
      let isReset = row.packet.packet.tcp?.flags.contains(.rst) ?? true
      if !isReset, connection[sender].state != .closed { connection[sender].isThere = true }
      let reasons: [Cause.Reason] = [.synAck, .handshakeAck]
      if reasons.contains(row.cause.reason) { handshakes[row.packet.number] = id }
    } else if row.packet.packet.udp != nil {
      noteDatagram(row, id, sender, &connection)
    }
    scene.connections[id] = connection
    // A call whose connection was not known at its entry.
    for call in row.cause.calls { scene.adopt(call, id, sender) }
  }

  private mutating func noteDatagram(
    _ row: PacketRow, _ id: ConnectionID, _ sender: Side, _ connection: inout ConnectionScene
  ) {
    connection[sender].isThere = true
    let receiver = sender.opposite
    if !connection[receiver].processes.isEmpty, !connection[receiver].wasThere {
      connection[receiver].isThere = true
    }
    if let call = row.cause.calls.first.flatMap({ scene.calls[$0] }) {
      connection[sender].socket = call.row.record.socket
      connection[sender].take(call.row.record.process)
    }
    datagrams.append((row.packet.number, id, sender))
    if datagrams.count > 128 { datagrams.removeFirst(64) }
  }

  // MARK: words

  private func words(
    _ row: PacketRow, _ line: LadderLine, _ sender: Side, _ id: ConnectionID, isDrawn: Bool
  ) -> [LadderLine] {
    var line = line
    var cause = words(of: row.cause)
    cause.message = row.packet.packet.icmp.map { message($0) }
    cause.isPart = isPart(row)
    let causeTone: Tone =
      switch row.cause.kind {
      case .retransmission, .timer, .unknown, .ambiguous, .untraced: .warning
      default: .plain
      }
    var own = mark(letters.letters(packet: row.packet.number)) + state(row, sender)
    if row.showsChosenPort, let port = row.packet.packet.source?.port {
      let choices: [Phrase] = [.kernelChose, .kernelChoseBriefly, .kernelPort]
      own.append(Part(choices.map { language.say($0, "\(port)") }, overflows: true))
    }
    own.append(Part(cause.short(row.cause, isDrawn: isDrawn), causeTone, overflows: true))
    own += PacketPlace(packet: row.packet.packet, language: language).parts
    let isRoom = if case .room = row.listener { true } else { false }
    let queue = QueueWords(language: language, leftOut: leftOut(row)).of(row)
    own.append(Part(queue, isRoom ? .plain : .warning, overflows: true))
    if row.packet.packet.tcp?.flags.contains(.syn) ?? false, sender == .server,
      !hasServerISN.contains(id), style.sequence == .relative,
      let number = row.packet.packet.tcp?.sequence.rawValue
    {
      own.append(.extra(language.say(.initialNumber, "\(number)")))
    }
    if row.cause.kind != .reply, let last = row.acknowledges.last,
      row.packet.packet.tcp?.flags.contains(.fin) ?? false
    {
      own.append(.extra(language.say(.alsoAnswers, number(last))))
    }
    let mine = fitting(sender).fit(own)
    line[sender].words = mine.line
    let theirs = fitting(sender.opposite).fit(state(row, sender.opposite))
    line[sender.opposite].words = theirs.line
    return stack(line, mine.more, sender, id)
  }

  /// The new state of an end, in words.
  private func state(_ row: PacketRow, _ side: Side) -> [Part] {
    guard let state = side == .client ? row.clientState : row.serverState else { return [] }
    let name = state.rawValue
    if side == .server, row.makesSocket {
      return [
        Part(
          [
            name + ", " + language.say(.newSocket), name + " " + language.say(.newSocketBriefly),
            name,
          ], .state)
      ]
    }
    if state == .timeWait {
      return [Part([name + ", " + language.say(.timeWaitLength), name], .state)]
    }
    return [Part(name, .state)]
  }

  /// The call that freed a place for a packet, where it is not shown.
  private func leftOut(_ row: PacketRow) -> Set<CallID> {
    if case .room(let call) = row.listener { leftOut([call]) } else { [] }
  }

  /// Whether a packet carries less than its one call writes.
  private func isPart(_ row: PacketRow) -> Bool {
    guard row.cause.calls.count == 1, let id = row.cause.calls.first, let bytes = row.cause.bytes,
      let count = scene.calls[id]?.row.record.arguments.count
    else { return false }
    return bytes.count < count
  }

  private func message(_ message: ICMP) -> String {
    if message.isPortUnreachable { return "port unreachable" }
    return "type \(message.type), code \(message.code)"
  }
}
