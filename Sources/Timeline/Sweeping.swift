import Calls
import Wire

extension Timeline {
  /// Nanoseconds between two looks at what can be forgotten.
  static let sweepInterval: Int64 = 1_000_000_000

  /// The next moment to forget, if it lies before `limit`; none in a silence in which everything
  /// that can be forgotten has been.
  func dueSweep(before limit: Instant) -> Instant? {
    guard let nextSweep, nextSweep < limit else { return nil }
    return nextSweep - lastEvent <= 2 * Timeline.patience ? nextSweep : nil
  }

  /// Sets the next moment to forget, a while after the event that was just taken: the first event
  /// of all, or one after a silence.
  mutating func planSweep() {
    guard let planned = nextSweep else {
      nextSweep = lastEvent + Timeline.sweepInterval
      return
    }
    if planned < lastEvent + -Timeline.lookahead {
      nextSweep = lastEvent + Timeline.sweepInterval
    }
  }

  /// Forgets connections, sockets and processes that are over.
  mutating func sweep(at now: Instant) {
    let old = now + -Timeline.linger
    forgetConversations(before: old, now)
    forgetSockets(before: old)
    for (port, queue) in datagrams where bound[PortKey(.udp, port)] == nil {
      if queue.last.map({ $0.mark.time < old }) ?? true { datagrams[port] = nil }
    }
    for (id, process) in processes {
      guard let ended = process.ended, ended < old else { continue }
      processes[id] = nil
      hints[id] = nil
    }
  }

  private mutating func forgetConversations(before old: Instant, _ now: Instant) {
    var kept: [Conversation] = []
    for conversation in conversations {
      guard isForgotten(conversation, before: old, now) else {
        kept.append(conversation)
        continue
      }
      settle(conversation)
      conversation.isForgotten = true
      conversation.leaveSYNQueue()
      conversation.contenders = []
      conversation.previous = nil
      conversation.twins = []
      let facts = conversation.facts
      let key = FlowKey(
        facts.kind, facts.client, facts.server, tunnel: facts.tunnels.identity)
      if flows[key] === conversation { flows[key] = nil }
      withdraw(conversation)
    }
    conversations = kept
  }

  /// Whether nothing more is expected of a connection.
  private func isForgotten(
    _ conversation: Conversation, before old: Instant, _ now: Instant
  ) -> Bool {
    guard conversation.last < old else { return false }
    if conversation.isOver { return true }
    // One that is still open keeps its number as long as one of its sockets lives.
    let isUDP = conversation.facts.kind == .udp
    var holders = [conversation.client.socket, conversation.server.socket].compactMap { $0 }
    if isUDP {
      let ends = [conversation.facts.client, conversation.facts.server]
      holders += ends.compactMap { holder(of: $0, kind: .udp)?.id }
    }
    if holders.contains(where: { sockets[$0].map { !$0.isLetGo } ?? false }) { return false }
    if !holders.isEmpty || isUDP, !conversation.hasPackets || isUDP { return true }
    return conversation.last < now + -Timeline.patience
  }

  private mutating func forgetSockets(before old: Instant) {
    for (id, socket) in sockets where socket.last < old && socket.isLetGo {
      if let conversation = socket.conversation, !conversation.isForgotten { continue }
      sockets[id] = nil
      unregister(socket)
    }
  }

  /// How many things are remembered, for tests of memory.
  var remembered: [String: Int] {
    [
      "flows": flows.count, "conversations": conversations.count, "sockets": sockets.count,
      "calls": calls.count, "processes": processes.count, "bound": bound.count,
      "pending": pending.count, "unclaimed": unclaimed.count, "datagrams": datagrams.count,
      "drafts": drafts.count, "hints": hints.count,
      "fragments": fragments.count,
    ]
  }
}
