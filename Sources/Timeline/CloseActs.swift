import Calls

/// When calls that close sockets take effect.
extension Timeline {
  /// A thread does something: what its last call let go of is gone by now.
  mutating func follow(_ thread: Int32, of process: Int32, at time: Instant) {
    guard let last = processes[process]?.justClosed.removeValue(forKey: thread) else { return }
    for id in last.sockets {
      guard let socket = sockets[id],
        let index = socket.drops.lastIndex(where: { $0.call == last.call })
      else { continue }
      socket.drops[index].followed = time
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
    switch record.call {
    case .connect where record.arguments.address == .unspecified: return error == nil
    case .connect: return error.map { !$0.isInterruption && !$0.isPending } ?? false
    case .shutdown: return error == nil && !socket.isRepaired
    case .close, .closeRange, .dup2, .dup3:
      return error == nil && socket.references <= 0 && socket.openCalls <= 0
    default: return false
    }
  }
}
