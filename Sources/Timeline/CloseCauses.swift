import Calls
import Wire

/// What ended a stream: one call or exit, or one of several that ran at once.
enum Ending {
  case none
  case one(SocketAct)
  case several([SocketAct])
  /// Whoever took the socket out of the message in which it was passed, or threw it away there.
  case elsewhere
}

extension Timeline {
  /// The call or exit that ended a socket's stream by `time`.
  ///
  /// A shutdown() of the sending side comes first: what follows has nothing left to end. Of the
  /// closes, those after which the socket was still used did not drop its last reference, nor those
  /// while which a message held it.
  func ender(of socket: SocketRecord, at time: Instant, isReset: Bool) -> Ending {
    let known = socket.drops.filter { $0.entered <= time + slack && !$0.isDisproved }
    if !isReset, let first = known.first(where: { $0.isShutdown && $0.how != 0 }) {
      return .one(first)
    }
    let all = known.filter { !$0.isShutdown || (isReset && socket.isListener && $0.how != 1) }
    let closes = all.filter { !$0.isPassed }
    let running = closes.filter { $0.isRunning(at: time) }
    if running.count > 1 { return .several(running) }
    let untold = closes.isEmpty ? socket.untold(at: time) : nil
    let last = running.last ?? closes.last { $0.reaches(time) } ?? closes.last ?? untold
    return last.map { .one($0) } ?? (all.isEmpty ? .none : .elsewhere)
  }

  /// Why no call can be named that ended a stream: it was ended before the recording, or unseen.
  func unseenReason(of socket: SocketRecord) -> Cause.Reason {
    if socket.isHeld { return .beforeTrace }
    return socket.isBlind ? .blind : .noCallHasTheseBytes
  }

  /// A FIN without data.
  func finCause(
    _ ending: Ending, _ draft: PacketDraft, _ socket: SocketRecord, _ end: End
  ) -> Cause {
    let time = draft.row.packet.time
    switch ending {
    case .none:
      return Cause(.unknown, unseenReason(of: socket))
    case .elsewhere:
      return Cause(.unknown, socket.isBlind ? .blind : .heldElsewhere)
    case .several(let acts):
      return ambiguous(acts, .fin, exit: .exitFIN)
    case .one(let act):
      // A ring that holds the socket keeps it open after close(), or closes it by itself.
      if socket.isBlind, act.exit == nil, !act.isRunning(at: time + -slack) {
        return Cause(.unknown, .blind)
      }
      if let late = lateFIN(act, draft, socket, end) { return late }
      if act.reaches(time) { return made(by: act, .fin, exit: .exitFIN, at: time) }
      if isFirstFINLost(act, draft, socket) {
        var cause = made(by: act, .fin, exit: .exitFIN)
        (cause.kind, cause.reason) = (.retransmission, .timeout)
        return cause
      }
      var cause = Cause(.unknown, socket.isBlind ? .blind : .heldElsewhere)
      // Who else held the socket, or whether a timer sent this one, cannot be told.
      if act.call.rawValue > 0, !socket.isBlind { cause.trigger = act.call }
      return cause
    }
  }

  /// A FIN that had to wait: until the bytes before it had left, or for its turn after them (pacing).
  private func lateFIN(
    _ act: SocketAct, _ draft: PacketDraft, _ socket: SocketRecord, _ end: End
  ) -> Cause? {
    let time = draft.row.packet.time
    guard let done = act.isHeld ? act.heldUntil : act.returned, done < time,
      let data = draft.previousData
    else { return nil }
    var cause = made(by: act, .fin, exit: .exitFIN)
    cause.kind = .released
    cause.closers = cause.calls
    if data > done, let received = draft.received, received.time > done,
      draft.isAtOnce || time - received.time < Timeline.atOnce
    {
      cause.reason = .releasedByAck
      cause.packet = received.number
      return cause
    }
    // Bytes that left since show that it waited behind them.
    let isNext = !act.reaches(time) && time - min(data, done) <= turn(draft, socket, end)
    guard data > done || isNext, act.isShutdown || socket.references <= 0 else { return nil }
    cause.reason = .releasedByTimer
    return cause
  }

  /// Whether a FIN is the second one of a close() after which nobody held the socket, as far as can be:
  /// the first was never captured.
  private func isFirstFINLost(
    _ act: SocketAct, _ draft: PacketDraft, _ socket: SocketRecord
  ) -> Bool {
    guard !act.isHeld, let returned = act.returned, !socket.isHeld, !socket.isForeign,
      act.isShutdown || socket.references <= 0 && socket.openCalls <= 0
    else { return false }
    return isFirstLost(draft, socket, sent: returned)
  }

  /// Nanoseconds within which something is taken to have been let out by what came before it.
  private static let atOnce: Int64 = 1_000_000

  /// Nanoseconds that a FIN may wait for its turn after the data before it: as long as these take at
  /// the socket's rate, or as those before them took.
  private func turn(_ draft: PacketDraft, _ socket: SocketRecord, _ end: End) -> Int64 {
    let least: Int64 = 10_000_000
    var turn = max(least, 2 * end.pause)
    if socket.pacingRate > 0 {
      let headers = 100
      let bytes = Int64(clamping: draft.previousLength + headers)
      turn = max(turn, least + min(bytes, 1 << 20) * 1_000_000_000 / socket.pacingRate)
    }
    return turn
  }
}

extension SocketAct {
  /// Whether what the act sends can be seen at `time`: while it runs; just after a call has returned
  /// and before its thread does anything else, since the kernel lets go of descriptors on the way back
  /// to the program (exec, close_range, dup2, and before Linux 6.6 close); and where other calls held
  /// the socket, when the last of these returns.
  func reaches(_ time: Instant) -> Bool {
    if isPassed { return false }
    guard let returned else { return true }
    if time <= returned + slack { return true }
    let most: Int64 = 50_000_000
    func isNext(_ done: Instant, _ followed: Instant?) -> Bool {
      time - done <= most && followed.map { time <= $0 + slack } ?? true
    }
    if isHeld { return heldUntil.map { isNext($0, heldFollowed) } ?? true }
    if exit != nil, system.role != .executes { return false }
    return isNext(returned, followed)
  }

  /// Whether it takes effect at `time` since the call that held the socket returns.
  func isLetGo(at time: Instant) -> Bool {
    guard isHeld, let heldUntil else { return false }
    return heldUntil <= time + slack && reaches(time)
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
