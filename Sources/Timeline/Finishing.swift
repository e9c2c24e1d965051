import Calls
import Wire

extension Timeline {
  /// The row of a draft, with all that is known by now, and its connection; nil where it became
  /// part of another row.
  mutating func finished(_ draft: Draft) -> (Row, Conversation?)? {
    switch draft.take() {
    case .packet(var packet):
      let conversation = draft.conversation
      finish(&packet, conversation)
      return (
        Row(time: draft.time, connection: conversation?.facts.id, content: .packet(packet.row)),
        conversation
      )
    case .row(let content):
      return (Row(time: draft.time, content: content), nil)
    case .enter(let id):
      return entered(id, at: draft.time)
    case .exit(let id):
      return returned(id, at: draft.time)
    case .taken: return nil
    }
  }

  // MARK: packets

  private mutating func finish(_ draft: inout PacketDraft, _ conversation: Conversation?) {
    let cause = cause(of: draft, conversation)
    draft.row.cause = cause
    draft.fragments?.cause = cause
    guard let conversation, let side = draft.row.sender else { return }
    let number = draft.row.packet.number
    let flags = draft.row.packet.packet.tcp?.flags ?? []
    keepCalls(of: cause, flags, at: conversation.end(side))
    if case .full = draft.row.listener,
      conversation.answeredSYN == number || conversation.reset != nil
    {
      draft.row.listener = nil
    }
    if let unmet = conversation.unmetFIN, unmet.packet == number {
      if unmet.by == .client { draft.row.clientState = nil } else { draft.row.serverState = nil }
    }
    if draft.shape == .synAck, side == .server, conversation.hasToldSYNReceived {
      if draft.row.serverState == .synReceived { draft.row.serverState = nil }
    }
    if flags.contains(.syn), !flags.contains(.ack) {
      finishSYN(&draft, conversation)
    } else if case .reset = draft.shape, conversation.synAck == nil, conversation.syn != nil,
      !conversation.hasToldServer
    {
      draft.row.serverState = nil
    }
    if draft.row.serverState != nil { conversation.hasToldServer = true }
  }

  /// Remembers which calls sent a SYN or FIN, for when it is retransmitted.
  private func keepCalls(of cause: Cause, _ flags: TCPFlags, at end: End) {
    // What is called retransmitted since the first was not captured is the first that is seen.
    guard cause.kind != .retransmission || cause.packet == nil, cause.kind != .reply else { return }
    if flags.contains(.syn) { end.synCalls = cause.calls }
    let isOne = cause.kind != .ambiguous
    if flags.contains(.fin) { end.finCalls = cause.calls.suffix(isOne ? 1 : Int.max) }
  }

  /// A SYN makes a socket at the server where it is the one that was answered.
  private func finishSYN(_ draft: inout PacketDraft, _ conversation: Conversation) {
    let isFirst = draft.shape == .syn
    draft.row.showsChosenPort = isFirst && conversation.facts.kernelChosePort
    guard draft.row.sender == .client, conversation.client !== conversation.server else { return }
    let isMet = conversation.server.sawBareSYN
    draft.row.makesSocket = !isMet && conversation.answeredSYN == draft.row.packet.number
    if draft.row.makesSocket {
      draft.row.serverState = .synReceived
      conversation.hasToldSYNReceived = true
    }
  }

  // MARK: calls

  private mutating func entered(_ id: CallID, at time: Instant) -> (Row, Conversation?)? {
    guard let state = calls[id] else { return nil }
    let isNext = if case .exit(id) = drafts.first?.content { true } else { false }
    if isNext, let returned = state.record.returned, returned - time <= Timeline.lookahead {
      drafts.removeFirst()
      forget(id, state)
      return row(state, .whole, at: time)
    }
    state.hasRow = true
    if state.isAbandoned { calls[id] = nil }
    return row(state, .enter, at: time)
  }

  private mutating func returned(_ id: CallID, at time: Instant) -> (Row, Conversation?)? {
    guard let state = calls[id] else { return nil }
    forget(id, state)
    return row(state, .exit, at: time)
  }

  private mutating func forget(_ id: CallID, _ state: CallState) {
    calls[id] = nil
    guard state.record.role == .connects || state.record.isFastOpen,
      let socket = state.record.socket.flatMap({ sockets[$0] }), socket.connects.last?.call == id
    else { return }
    removePending(socket)
  }

  private func row(
    _ state: CallState, _ part: CallRow.Part, at time: Instant
  ) -> (Row, Conversation?) {
    let record = state.record
    let socket = record.socket.flatMap { sockets[$0] }
    let conversation = self.conversation(of: state, socket)
    var row = CallRow(record: record, part: part, side: side(state, socket, conversation))
    row.onListener = socket?.isListener ?? false
    if row.onListener, part != .enter, record.outcome?.error == nil {
      switch record.role {
      case .listens: row.listenerState = .listen
      case .closes where !state.isShared: row.listenerState = .closed
      case .shuts where record.arguments.flags != 1: row.listenerState = .closed
      case .connects where record.arguments.address == .unspecified: row.listenerState = .closed
      default: break
      }
    }
    row.leavesOpen = state.isShared
    row.accepted = state.accepted.flatMap { $0.isAnnounced ? $0.facts.id : nil }
    row.sends = sends(state, socket, conversation, part)
    if part != .enter {
      row.endState = state.endState
      row.wake = wake(state, socket)
      row.queueBefore = state.queueBefore
      row.queueAfter = state.queueAfter
      row.synQueue = state.synQueue
      if record.role == .connects { row.letIn = conversation?.letIn }
      row.bytes = state.bytes
      let now = remarks(on: record, socket)
      row.remarks = state.remarks + (now.isEmpty ? state.mistakes : now)
    }
    let content = Row.Content.call(row)
    return (Row(time: time, connection: conversation?.facts.id, content: content), conversation)
  }

  /// The connection that a call belongs to, known perhaps only after it.
  private func conversation(of state: CallState, _ socket: SocketRecord?) -> Conversation? {
    if let known = state.conversation { return known }
    guard let socket, !socket.isListener, !state.record.call.polls else { return nil }
    if state.record.role == .connects, socket.kind == .tcp { return nil }
    return socket.conversation
  }

  /// The lane of a call.
  private func side(
    _ state: CallState, _ socket: SocketRecord?, _ conversation: Conversation?
  ) -> Side {
    if let hint = hints[state.record.process.id] { return hint }
    if let socket, socket.kind == .tcp, let conversation,
      let side = socket.side(in: conversation)
    {
      return side
    }
    if let conversation, let side = socket?.datagramSide(in: conversation) { return side }
    return socket?.side ?? side(of: state.record.process.id)
  }
}
