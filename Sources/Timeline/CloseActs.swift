import Calls

/// When calls that close sockets take effect.
extension Timeline {
  /// A thread does something: what its last call let go of is gone by now.
  mutating func follow(_ thread: Int32, of process: Int32, at time: Instant) {
    for last in processes[process]?.justClosed.removeValue(forKey: thread) ?? [] {
      guard let socket = sockets[last.socket],
        let index = socket.drops.lastIndex(where: { $0.call == last.call })
      else { continue }
      if last.isHolder {
        socket.drops[index].heldFollowed = time
      } else {
        socket.drops[index].followed = time
      }
    }
  }

  /// A call returned or will not: it holds its sockets no longer, and what other calls have closed
  /// meanwhile goes as its thread goes on.
  mutating func endHolding(_ state: CallState, at time: Instant) {
    let record = state.record
    let ids = state.watches + (record.socket.map { [$0] } ?? [])
    for id in ids {
      for call in sockets[id]?.endCall(record.id, at: time) ?? [] {
        let done = JustClosed(call: call, socket: id, isHolder: true)
        processes[record.process.id]?.justClosed[record.thread, default: []].append(done)
      }
    }
  }

  /// Notes that calls have ended the stream of a socket: where the FIN has not left, it waits behind
  /// data, or for its turn after them, and the end is in FIN-WAIT-1 or LAST-ACK meanwhile.
  ///
  /// Not where somebody who is not traced may hold the socket, or where no FIN comes.
  func shut(_ socket: SocketRecord, by call: CallID) {
    guard socket.kind == .tcp, socket.countsFromStart, !socket.isHeld, !socket.isForeign,
      !socket.isBlind,
      !socket.lingersZero, !socket.isRepaired, let side = socket.streamSide
    else { return }
    let end = socket.conversation?.end(side)
    end?.shut = call
    end?.isShutDown = calls[call]?.record.role == .shuts
  }

  /// Tells with the calls what states they gave to ends whose FIN still waits; a call whose row is made
  /// already leaves that to the packet.
  func noteShut(_ draft: inout PacketDraft) {
    for (side, call, state) in draft.shut {
      guard let known = calls[call], known.endState == nil else { continue }
      known.endState = state
      if side == .client, draft.row.clientState == state { draft.row.clientState = nil }
      if side == .server, draft.row.serverState == state { draft.row.serverState = nil }
    }
  }

  /// A call holds the sockets that it waits for (poll, select), so that a close() meanwhile sends
  /// nothing until it returns.
  mutating func beginWatching(_ record: CallRecord) {
    let descriptors = processes[record.process.id]?.descriptors ?? [:]
    let ids = Set(record.arguments.watched.compactMap { descriptors[$0] })
    for id in ids { sockets[id]?.openCalls += 1 }
    calls[record.id]?.watches = Array(ids)
  }

  /// A call ends a connection without a packet: one that was not made yet, or one in repair.
  mutating func giveUp(_ record: CallRecord) {
    let ids = record.socket.map { [$0] } ?? record.arguments.closes.map(\.socket.id)
    for id in ids {
      guard let socket = sockets[id], socket.kind == .tcp, givesUp(record, socket),
        let conversation = socket.conversation, let side = socket.side(in: conversation)
      else { continue }
      let end = conversation.end(side)
      guard end.state == .synSent || socket.isRepaired, end.state != .closed else { continue }
      end.state = .closed
      calls[record.id]?.conversation = calls[record.id]?.conversation ?? conversation
      calls[record.id]?.endState = .closed
    }
  }

  private func givesUp(_ record: CallRecord, _ socket: SocketRecord) -> Bool {
    let error = record.outcome?.error
    switch record.role {
    case .connects where record.arguments.address == .unspecified: return error == nil
    // A RST tells by itself of the others.
    case .connects:
      return error.map { !$0.isInterruption && !$0.isPending && $0 != .refused && $0 != .reset }
        ?? false
    case .shuts: return error == nil && !socket.isRepaired
    case .closes, .closesRange, .replaces:
      return error == nil && socket.references <= 0 && socket.openCalls <= 0
    default: return false
    }
  }
}
