import Calls
import Wire

/// What ended a stream: one call or exit, or one of several that ran at once.
enum Ending {
  case none
  case one(SocketAct)
  case several([SocketAct])
}

extension Timeline {
  /// The call or exit that ended a socket's stream by `time`.
  ///
  /// A shutdown() of the sending side comes first: what follows has nothing left to end. Of the
  /// closes, those after which the socket was still used did not drop its last reference.
  func ender(of socket: SocketRecord, at time: Instant, isReset: Bool) -> Ending {
    let known = socket.drops.filter { $0.entered <= time + slack && !$0.isDisproved }
    if !isReset, let first = known.first(where: { $0.isShutdown && $0.how != 0 }) {
      return .one(first)
    }
    let closes = known.filter { !$0.isShutdown || (isReset && socket.isListener && $0.how != 1) }
    let running = closes.filter { $0.isRunning(at: time) }
    if running.count > 1 { return .several(running) }
    return (running.last ?? closes.last).map { .one($0) } ?? .none
  }

  /// A FIN without data.
  func finCause(_ ending: Ending, _ draft: PacketDraft, _ socket: SocketRecord) -> Cause {
    switch ending {
    case .none:
      return Cause(.unknown, socket.isBlind ? .blind : .noCallHasTheseBytes)
    case .several(let acts):
      return ambiguous(acts, exit: .exitFIN)
    case .one(let act):
      var cause = made(by: act, .fin, exit: .exitFIN)
      // Kernels before 6.6 send the FIN just after close(). One that had to wait until the bytes
      // before it had left comes after these, and those left after the call.
      guard cause.kind == .call, let returned = act.returned, let data = draft.previousData,
        data > returned, let received = draft.received, received.time > returned
      else { return cause }
      cause.kind = .released
      cause.reason = .releasedByAck
      cause.packet = received.number
      return cause
    }
  }

  // MARK: resets

  /// Whether a RST answers a segment: then it has no ACK of its own, or answers one without ACK.
  ///
  /// RFC 9293, section 3.10.7.1; a RST that a call or an exit sends has an ACK.
  func isAnswer(_ draft: PacketDraft) -> Bool {
    guard let header = draft.row.packet.packet.tcp else { return false }
    if !header.flags.contains(.ack) { return true }
    return header.sequence.rawValue == 0
      && draft.received.map { !$0.flags.contains(.ack) && !$0.flags.contains(.rst) } ?? false
  }

  /// A RST that answers a segment: nobody listens, or the socket is gone.
  func answeringReset(
    _ draft: PacketDraft, _ conversation: Conversation, _ side: Side, _ sender: Sender
  ) -> Cause {
    guard let received = draft.received else { return Cause(.unknown, .nothingToAnswer) }
    let isRefusal = received.flags.contains(.syn) && !received.flags.contains(.ack)
    return reply(isRefusal ? .refused : .resetDead, to: received)
  }

  /// A RST that a call or an exit sent.
  func resetCause(
    _ draft: PacketDraft, _ socket: SocketRecord, _ conversation: Conversation
  ) -> Cause {
    let time = draft.row.packet.time
    // connect() to AF_UNSPEC, while it runs.
    if let act = socket.connecting(at: time) {
      return made(by: act, .abort, exit: .exitRST)
    }
    switch ender(of: socket, at: time, isReset: true) {
    case .several(let acts):
      return ambiguous(acts, exit: .exitRST)
    case .one(let act) where act.exit != nil || act.reaches(time):
      let hasUnread = draft.arrived > socket.read
      let reason: Cause.Reason =
        hasUnread ? .closeUnread : socket.lingersZero ? .closeLinger : .abort
      return made(by: act, reason, exit: .exitRST)
    default:
      // Long after any call: a timer gave the connection up.
      if draft.followsProbe { return Cause(.timer, .keepAlive) }
      return Cause(.unknown, socket.isBlind ? .blind : .nothingToAnswer)
    }
  }
}

extension SocketAct {
  /// Whether what the call does to a closed socket can be seen at `time`: until it returns, or on
  /// kernels before 6.6 just after, when the tracer has let the thread go on.
  func reaches(_ time: Instant) -> Bool {
    returned.map { time - $0 <= 50_000_000 } ?? true
  }
}
