import Calls
import Wire

/// Why a RST was sent.
extension Timeline {
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
    var cause = reply(isRefusal ? .refused : .resetDead, to: received)
    if isRefusal { cause.swappedPort = swappedPort(of: conversation.end(side).endpoint, .tcp) }
    return cause
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
      return ambiguous(acts, .abort, exit: .exitRST)
    case .one(let act) where act.reaches(time):
      // What a ring has read was not seen.
      let hasUnread = draft.arrived > socket.read && !socket.isBlind
      let reason: Cause.Reason =
        hasUnread ? .closeUnread : socket.lingersZero ? .closeLinger : .abort
      var cause = made(by: act, reason, exit: .exitRST)
      let isCounted = socket.countsFromStart && !socket.isBlind && !conversation.facts.beganBefore
      if hasUnread, isCounted { cause.unread = draft.arrived - socket.read }
      return cause
    default:
      // Long after any call: a timer gave the connection up.
      if draft.followsProbe { return Cause(.timer, .keepAlive) }
      return Cause(.unknown, socket.isBlind ? .blind : .nothingToAnswer)
    }
  }
}
