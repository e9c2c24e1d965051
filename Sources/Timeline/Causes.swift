import Calls
import Wire

extension Timeline {
  /// Why a packet was sent, by the precedence of the kinds.
  mutating func cause(of draft: PacketDraft, _ conversation: Conversation?) -> Cause {
    guard let conversation, let side = draft.row.sender else { return cause(withoutFlow: draft) }
    let time = draft.row.packet.time
    let socket = hasCalls ? sender(side, of: conversation, at: time) : nil
    switch draft.shape {
    case .icmpError:
      return reply(.icmpError, to: draft.reference)
    case .reset where isAnswer(draft):
      return reply(isRefusal(draft, conversation) ? .refused : .resetDead, to: draft.received)
    default: break
    }
    if hasCalls, socket == nil, !isTraced(side, of: conversation) {
      return Cause(.untraced, .notTraced)
    }
    if let cause = kernelCause(draft, conversation, side, socket) { return cause }
    guard let socket else {
      return hasCalls ? withoutSocket(draft, conversation) : Cause(.untraced, .noCalls)
    }
    switch draft.shape {
    case .datagram: return datagram(draft, conversation, socket, side)
    case .syn: return synCause(socket, at: time, draft)
    case .fin, .data: return streamCause(draft, conversation, side, socket)
    case .reset: return resetCause(draft, socket, conversation)
    default: return Cause(.unknown, .nothingToAnswer)
    }
  }

  private func cause(withoutFlow draft: PacketDraft) -> Cause {
    switch draft.shape {
    case .undecoded: Cause(.unknown, .undecoded)
    case .echoReply: Cause(.reply, .echoReply)
    case .icmpError: Cause(.reply, .icmpError)
    default: Cause(.untraced, hasCalls ? .otherProtocol : .noCalls)
    }
  }

  private func withoutSocket(_ draft: PacketDraft, _ conversation: Conversation) -> Cause {
    if case .reset = draft.shape, let listener = holder(of: conversation.facts.server, kind: .tcp),
      let drop = listener.drops.last(where: { $0.entered <= draft.row.packet.time })
    {
      return made(by: drop, .closeListener, exit: .exitRST)
    }
    return Cause(.unknown, conversation.facts.beganBefore ? .beforeTrace : .noCallHasTheseBytes)
  }

  /// Whether a traced process holds that end: its own socket, or the listening one.
  private func isTraced(_ side: Side, of conversation: Conversation) -> Bool {
    if side == .client || conversation.facts.kind == .udp { return false }
    return holder(of: conversation.facts.server, kind: .tcp) != nil
  }

  func reply(_ reason: Cause.Reason, to packet: PacketMark?) -> Cause {
    var cause = Cause(.reply, reason)
    cause.packet = packet.flatMap { $0.number > 0 ? $0.number : nil }
    return cause
  }

  /// The cause of a packet that the kernel sent by itself: an answer, a repetition, a timer.
  private func kernelCause(
    _ draft: PacketDraft, _ conversation: Conversation, _ side: Side, _ socket: SocketRecord?
  ) -> Cause? {
    switch draft.shape {
    case .again(let wasFast):
      var cause = Cause(.retransmission, repetition(draft, conversation, side, wasFast))
      cause.packet = draft.reference.flatMap { $0.number > 0 ? $0.number : nil }
      cause.bytes = draft.bytes
      if let socket { cause.calls = writers(of: draft.bytes, socket).map(\.call) }
      return cause
    case .keepAlive: return Cause(.timer, .keepAlive)
    case .zeroWindowProbe: return Cause(.timer, .zeroWindowProbe)
    case .synAck: return reply(.synAck, to: draft.reference)
    case .handshakeAck: return reply(.handshakeAck, to: draft.reference)
    case .ackData: return late(reply(.ackData, to: draft.reference), draft, socket)
    case .ackFIN: return late(reply(.ackFIN, to: draft.reference), draft, socket)
    case .duplicateAck: return reply(.duplicateAck, to: draft.reference)
    case .probeAck: return reply(.probeAck, to: draft.reference)
    case .windowUpdate:
      var cause = reply(.windowUpdate, to: draft.reference)
      cause.trigger = reader(socket, at: draft.row.packet.time)
      return cause
    default: return nil
    }
  }

  /// Marks an ACK that came late: by the delayed-ACK timer (40 ms and more), or with a recv.
  private func late(_ cause: Cause, _ draft: PacketDraft, _ socket: SocketRecord?) -> Cause {
    guard let answered = draft.reference else { return cause }
    var cause = cause
    let waited = draft.row.packet.time - answered.time
    cause.isDelayed = waited >= 20_000_000
    if !cause.isDelayed, waited > 100_000 {
      cause.trigger = reader(socket, at: draft.row.packet.time)
      cause.isDelayed = cause.trigger != nil
    }
    return cause
  }

  private func reader(_ socket: SocketRecord?, at time: Instant) -> CallID? {
    socket?.reads.last { $0.isRunning(at: time) }?.call
  }

  /// Which kind of retransmission it is, where it can be told.
  private func repetition(
    _ draft: PacketDraft, _ conversation: Conversation, _ side: Side, _ wasFast: Bool
  ) -> Cause.Reason {
    guard let first = draft.reference, first.number > 0 else { return .timeout }
    if draft.row.packet.packet.tcp?.flags.contains(.syn) ?? false { return .timeout }
    if wasFast { return .fastRetransmit }
    let waited = draft.row.packet.time - first.time
    let isLast = (draft.bytes?.upperBound ?? 0) + 1 >= conversation.end(side).top
    // A timeout waits for 200 ms at least (TCP_RTO_MIN); a probe of the tail comes sooner.
    return isLast && waited < 195_000_000 ? .tailLossProbe : .timeout
  }

  /// The client's SYN.
  private func synCause(_ socket: SocketRecord, at time: Instant, _ draft: PacketDraft) -> Cause {
    guard let act = socket.connects.last(where: { $0.entered <= time }) else {
      return Cause(.unknown, .beforeTrace)
    }
    var cause = Cause(.call, act.system == .connect ? .connect : .fastOpen)
    cause.calls = [act.call]
    cause.bytes = draft.bytes
    return cause
  }

  /// A cause that is a call, or the exit of a process.
  func made(by act: SocketAct, _ reason: Cause.Reason, exit: Cause.Reason) -> Cause {
    if let process = act.exit, act.system != .execve {
      var cause = Cause(.exit, exit)
      cause.process = process
      return cause
    }
    var cause = Cause(.call, reason)
    if act.call.rawValue > 0 { cause.calls = [act.call] }
    cause.process = act.exit
    return cause
  }
}
