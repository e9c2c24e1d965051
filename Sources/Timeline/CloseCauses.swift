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
    let untold = closes.isEmpty ? socket.untold(at: time) : nil
    let last = running.last ?? closes.last { $0.reaches(time) } ?? closes.last ?? untold
    return last.map { .one($0) } ?? .none
  }

  /// Why no call can be named that ended a stream: it was ended before the recording, or unseen.
  func unseenReason(of socket: SocketRecord) -> Cause.Reason {
    if socket.isHeld { return .beforeTrace }
    return socket.isBlind ? .blind : .noCallHasTheseBytes
  }

  /// A FIN without data.
  func finCause(_ ending: Ending, _ draft: PacketDraft, _ socket: SocketRecord) -> Cause {
    switch ending {
    case .none:
      return Cause(.unknown, unseenReason(of: socket))
    case .several(let acts):
      return ambiguous(acts, exit: .exitFIN)
    case .one(let act):
      // A ring that holds the socket keeps it open after close(), or closes it by itself.
      if socket.isBlind, act.exit == nil, !act.isRunning(at: draft.row.packet.time + -slack) {
        return Cause(.unknown, .blind)
      }
      if let late = lateFIN(act, draft, socket) { return late }
      guard act.reaches(draft.row.packet.time) else {
        return Cause(.unknown, socket.isBlind ? .blind : .heldElsewhere)
      }
      return made(by: act, .fin, exit: .exitFIN)
    }
  }

  /// A FIN that had to wait: until the bytes before it had left, or for its turn after them (pacing).
  private func lateFIN(_ act: SocketAct, _ draft: PacketDraft, _ socket: SocketRecord) -> Cause? {
    let time = draft.row.packet.time
    guard let returned = act.returned, returned < time, let data = draft.previousData else {
      return nil
    }
    var cause = made(by: act, .fin, exit: .exitFIN)
    cause.kind = .released
    if data > returned, let received = draft.received, received.time > returned {
      cause.reason = .releasedByAck
      cause.packet = received.number
      return cause
    }
    let turn: Int64 = 10_000_000
    guard !act.reaches(time), time - data <= turn, time - returned <= turn, socket.references <= 0
    else { return nil }
    cause.reason = .releasedByTimer
    return cause
  }
}

extension SocketAct {
  /// Whether what the act sends can be seen at `time`: while it runs; just after a call has returned
  /// and before its thread does anything else, since the kernel lets go of descriptors on the way back
  /// to the program (exec, close_range, dup2, and before Linux 6.6 close); and where other calls held
  /// the socket, when the last of these returns.
  func reaches(_ time: Instant) -> Bool {
    guard let returned else { return true }
    if time <= returned + slack { return true }
    let most: Int64 = 50_000_000
    if isHeld { return heldUntil.map { time - $0 <= most } ?? true }
    if exit != nil, system != .execve { return false }
    return time - returned <= most && followed.map { time <= $0 + slack } ?? true
  }
}

extension SocketRecord {
  /// An exit that was under way at `time`, though it was told of only later.
  fileprivate func untold(at time: Instant) -> SocketAct? {
    drops.first { act in
      act.exit != nil && act.entered > time && act.heard.map { $0 <= time } ?? false
    }
  }
}
