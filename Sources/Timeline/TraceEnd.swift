import Calls
import Wire

/// Processes that run before they are traced, and that are let go of while they run on, as with `attach`:
/// what they send then has calls that nobody saw.
extension Timeline {
  /// A process is not traced any more.
  mutating func endTrace(of process: Int32, at time: Instant) {
    meet(process)
    traceEnd = min(traceEnd ?? time, time)
    processes[process]?.letGo = time
    for id in (processes[process]?.descriptors ?? [:]).values {
      guard let socket = sockets[id] else { continue }
      socket.traceEnd = min(socket.traceEnd ?? time, time)
    }
  }

  /// The cause of a packet that was found, or that it was sent before the trace or after it.
  func bounded(_ cause: Cause, _ draft: PacketDraft, _ conversation: Conversation?) -> Cause {
    if isBeforeTrace(cause, draft, conversation) { return Cause(.unknown, .beforeTrace) }
    guard let end = traceEnd, draft.row.packet.time > end,
      cause.kind == .untraced || cause.kind == .unknown, cause.reason != .undecoded
    else { return cause }
    let over = Cause(.unknown, .afterTrace)
    guard let conversation, let side = draft.row.sender else {
      return cause.reason == .otherProtocol ? over : cause
    }
    // Whose the socket was that such a connection began with, nobody has seen.
    if cause.kind == .untraced { return conversation.first > end ? over : cause }
    guard let socket = holder(of: conversation, side) else {
      return conversation.first > end ? over : cause
    }
    // A socket that it had closed, or had not told of yet, goes with its process.
    let since = socket.traceEnd ?? processes[socket.process.id]?.letGo
    return since.map { draft.row.packet.time > $0 } ?? false ? over : cause
  }

  /// Whether an unexplained packet left a socket, or one that a listening socket made, of a program that
  /// was not traced yet.
  private func isBeforeTrace(
    _ cause: Cause, _ draft: PacketDraft, _ conversation: Conversation?
  ) -> Bool {
    guard cause.kind == .unknown, cause.reason == .noCallHasTheseBytes, let conversation,
      let side = draft.row.sender
    else { return false }
    return holder(of: conversation, side)?.heldSince.map { draft.row.packet.time < $0 } ?? false
  }

  /// The socket at an end, or the one that listens or is bound there.
  private func holder(of conversation: Conversation, _ side: Side) -> SocketRecord? {
    let own = conversation.end(side)
    return own.socket.flatMap { sockets[$0] }
      ?? holder(of: own.endpoint, kind: conversation.facts.kind)
  }
}
