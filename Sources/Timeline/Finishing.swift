import Calls
import Wire

extension Timeline {
  /// The row of a draft, with all that is known by now; nil where it became part of another row.
  mutating func finished(_ draft: Draft) -> Row? {
    switch draft.content {
    case .packet(let packet):
      return Row(
        time: draft.time, connection: draft.conversation?.facts.id,
        content: .packet(finished(packet, draft.conversation)))
    case .row(let content):
      return Row(time: draft.time, content: content)
    case .enter(let id):
      return entered(id, at: draft.time)
    case .exit(let id, let made, let ready, let readFrom):
      return returned(id, made, ready, readFrom, at: draft.time)
    }
  }

  // MARK: packets

  private mutating func finished(
    _ draft: PacketDraft, _ conversation: Conversation?
  ) -> PacketRow {
    var row = draft.row
    row.cause = cause(of: draft, conversation)
    guard let conversation, case .syn = draft.shape, conversation.synAck == nil else {
      return tidy(row, draft, conversation)
    }
    // Nobody listens, or the SYN goes unanswered: no socket is made.
    if row.serverState == .synReceived, !conversation.hadSimultaneousOpen {
      row.serverState = nil
      row.makesSocket = false
    }
    return row
  }

  private func tidy(
    _ row: PacketRow, _ draft: PacketDraft, _ conversation: Conversation?
  ) -> PacketRow {
    var row = row
    if case .reset = draft.shape, let conversation, conversation.synAck == nil,
      conversation.syn != nil
    {
      row.serverState = nil
    }
    if case .syn = draft.shape, let conversation {
      row.showsChosenPort = conversation.facts.kernelChosePort
    }
    return row
  }

  // MARK: calls

  private mutating func entered(_ id: CallID, at time: Instant) -> Row? {
    guard let record = calls[id] else { return nil }
    if let returned = record.returned, returned - time <= Timeline.lookahead,
      case .exit(id, let made, let ready, let readFrom) = drafts.first?.content
    {
      _ = drafts.removeFirst()
      let row = callRow(record, .whole, made, ready, readFrom)
      calls[id] = nil
      return Row(time: time, connection: connection(of: record), content: .call(row))
    }
    var known = record
    if let returned = record.returned, returned - time > Timeline.lookahead {
      known.outcome = nil
      known.returned = nil
    }
    let row = callRow(known, .enter, nil, [], nil)
    return Row(time: time, connection: connection(of: record), content: .call(row))
  }

  private mutating func returned(
    _ id: CallID, _ made: SocketID?, _ ready: [SocketID], _ readFrom: Int?, at time: Instant
  ) -> Row? {
    guard let record = calls[id] else { return nil }
    calls[id] = nil
    let row = callRow(record, .exit, made, ready, readFrom)
    return Row(time: time, connection: connection(of: record), content: .call(row))
  }

  private func connection(of record: CallRecord) -> ConnectionID? {
    guard let id = record.socket, let socket = sockets[id] else { return nil }
    return socket.conversation?.facts.id
  }

  private func callRow(
    _ record: CallRecord, _ part: CallRow.Part, _ made: SocketID?, _ ready: [SocketID],
    _ readFrom: Int?
  ) -> CallRow {
    let socket = record.socket.flatMap { sockets[$0] }
    var row = CallRow(
      record: record, part: part,
      side: hints[record.process.id] ?? socket?.side ?? side(of: record.process.id))
    row.onListener = socket?.isListener ?? false
    if row.onListener, part != .enter, record.outcome?.error == nil {
      switch record.call {
      case .listen: row.listenerState = .listen
      case .close: row.listenerState = .closed
      default: break
      }
    }
    row.sends = sends(record, socket)
    if part != .enter { row.wake = wake(record, socket, made, ready, readFrom) }
    return row
  }

  /// Whether a call of this kind, on this socket, puts packets on the wire.
  private func sends(_ record: CallRecord, _ socket: SocketRecord?) -> CallRow.Sends {
    guard let socket, record.outcome?.error == nil || record.call == .connect else { return .none }
    switch record.call.role {
    case .connects where socket.kind == .tcp, .writes:
      let isFar =
        capturesOnlyLoopback
        && !(record.arguments.address?.endpoint ?? socket.conversation?.peer(of: socket))
          .map { $0.address.isLoopback || $0.address == socket.local?.address }.orTrue
      return isFar ? .elsewhere : .packets
    case .drops:
      let speaks = socket.kind == .tcp && socket.conversation != nil
      return speaks ? .packets : .none
    default:
      return .none
    }
  }
}

extension Optional where Wrapped == Bool {
  /// The value, or true where there is none.
  fileprivate var orTrue: Bool { self ?? true }
}

extension Conversation {
  /// The other end of a socket of the connection.
  func peer(of socket: SocketRecord) -> Endpoint? {
    client.socket == socket.id ? facts.server : facts.client
  }

  /// Whether both ends sent a SYN without ACK.
  var hadSimultaneousOpen: Bool { server.sawSYN && client.sawSYN && synAck == nil }
}
