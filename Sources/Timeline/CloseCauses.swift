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
      // A ring that holds the socket keeps it open after close(), or closes it by itself.
      if socket.isBlind, act.exit == nil, !act.isRunning(at: draft.row.packet.time + -slack) {
        return Cause(.unknown, .blind)
      }
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
}
