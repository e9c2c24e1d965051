import Calls
import Wire

/// What a call put on the wire, for its row.
extension Timeline {
  func sends(
    _ state: CallState, _ socket: SocketRecord?, _ conversation: Conversation?,
    _ part: CallRow.Part
  ) -> CallRow.Sends {
    let record = state.record
    let socket = state.closes.flatMap { sockets[$0] } ?? socket
    guard let socket else { return .none }
    if record.role == .reads, state.closes != nil {
      // What it may have thrown away with a message.
      return closeSends(state, socket, socket.conversation) == .packets ? .packets : .none
    }
    let mayEnd = record.role == .connects || record.call.drops
    if mayEnd, socket.isBlind, !socket.isListener, socket.kind == .tcp, socket.conversation == nil,
      record.outcome?.error == nil
    {
      return .unknown
    }
    switch record.role {
    case .connects:
      if socket.kind == .mptcp { return .unknown }
      return socket.kind == .tcp && !state.isVain ? connectSends(record, conversation) : .none
    case .writes:
      if record.outcome?.error != nil || record.isEmptyHanded { return .none }
      if record.outcome?.result == 0, socket.kind == .tcp { return .none }
      let peer = record.arguments.address?.endpoint ?? socket.peer
      return isElsewhere(peer, socket) ? .elsewhere : .packets
    case .shuts, .closes, .closesRange, .replaces:
      return closeSends(state, socket, state.closes == nil ? conversation : socket.conversation)
    case .sets where record.arguments.option?.pushes(record.arguments.value) ?? false:
      return socket.conversation == nil ? .none : .unknown
    default:
      return .none
    }
  }

  private func connectSends(_ record: CallRecord, _ conversation: Conversation?) -> CallRow.Sends {
    guard let peer = record.arguments.address?.endpoint else {
      return record.arguments.address == .unspecified ? .unknown : .none
    }
    if let conversation {
      if conversation.syn != nil { return .packets }
      return isElsewhere(peer, nil) ? .elsewhere : .unknown
    }
    if isElsewhere(peer, nil) { return .elsewhere }
    return record.outcome == nil || record.outcome?.error == .refused ? .unknown : .none
  }

  /// Whether packets to `peer` cannot be seen on the captured interface.
  private func isElsewhere(_ peer: Endpoint?, _ socket: SocketRecord?) -> Bool {
    guard capturesOnlyLoopback, let peer else { return false }
    // A machine's packets to an address of its own run over the loopback interface too.
    return !peer.address.isLoopback && !peer.address.isUnspecified
      && peer.address != socket?.local?.address
  }

  /// Whether a close or shutdown sent a FIN or RST.
  private func closeSends(
    _ state: CallState, _ socket: SocketRecord, _ conversation: Conversation?
  ) -> CallRow.Sends {
    let record = state.record
    if socket.kind == .mptcp { return .unknown }
    guard socket.kind == .tcp, let conversation, record.outcome?.error == nil else {
      return socket.isListener && !socket.completed.isEmpty ? .unknown : .none
    }
    if state.isShared { return .none }
    guard let side = socket.side(in: conversation) else { return .unknown }
    guard conversation.hasPackets else {
      return isElsewhere(socket.peer, socket) ? .elsewhere : .unknown
    }
    let ending = conversation.reset.flatMap { $0.by == side ? $0.mark : nil }
    for mark in [conversation.end(side).fin, ending].compactMap({ $0 }) {
      switch ender(of: socket, at: mark.time, isReset: mark.flags.contains(.rst)) {
      case .one(let act) where act.call == record.id: return .packets
      case .several(let acts) where acts.contains { $0.call == record.id }: return .unknown
      default: break
      }
    }
    // Its FIN was sent before, or the connection had been reset: there is nothing left to send.
    if conversation.end(side).fin != nil || conversation.reset != nil { return .none }
    return .unknown
  }
}
