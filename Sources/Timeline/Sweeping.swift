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
      switch prospect(of: conversation, before: old, now) {
      case .goesOn: kept.append(conversation)
      case .rests: rest(conversation, at: now)
      case .isOver: forget(conversation, at: now)
      }
    }
    conversations = kept
  }

  private mutating func forget(_ conversation: Conversation, at now: Instant) {
    settle(conversation, at: now)
    conversation.isForgotten = true
    conversation.leaveSYNQueue()
    conversation.contenders = []
    conversation.previous = nil
    conversation.twins = []
    conversation.challenger = nil
    let facts = conversation.facts
    let key = FlowKey(facts.kind, facts.client, facts.server, tunnel: facts.tunnels.identity)
    if flows[key] === conversation { flows[key] = nil }
    withdraw(conversation)
  }

  /// Puts a silent connection aside: it keeps its number and its counts, and goes on where a packet
  /// of it comes. Of too many that rest, the one that was silent longest is taken to be over.
  private mutating func rest(_ conversation: Conversation, at now: Instant) {
    conversation.rest()
    withdraw(conversation)
    resting.append((conversation, conversation.rests))
    guard resting.count > Timeline.mostResting, let oldest = resting.first else { return }
    resting.removeFirst()
    if oldest.conversation.isResting(since: oldest.rest) {
      forget(oldest.conversation, at: now)
    }
  }

  /// A packet of a connection has come.
  mutating func wake(_ conversation: Conversation) {
    guard conversation.isResting else { return }
    conversation.isResting = false
    conversations.append(conversation)
  }

  /// Those that rest, at the end.
  mutating func takeResting() -> [Conversation] {
    defer { resting = Deque() }
    return resting.indices.map { resting[$0] }
      .filter { $0.conversation.isResting(since: $0.rest) }.map(\.conversation)
  }

  private enum Prospect {
    case goesOn, rests, isOver
  }

  /// What is expected of a connection.
  private func prospect(
    of conversation: Conversation, before old: Instant, _ now: Instant
  ) -> Prospect {
    guard conversation.last < old else { return .goesOn }
    if conversation.isOver { return .isOver }
    // One that is still open keeps its number as long as one of its sockets lives.
    let isUDP = conversation.facts.kind == .udp
    var holders = [conversation.client.socket, conversation.server.socket].compactMap { $0 }
    if isUDP {
      let ends = [conversation.facts.client, conversation.facts.server]
      holders += ends.compactMap { holder(of: $0, kind: .udp)?.id }
    }
    if holders.contains(where: { sockets[$0].map { !$0.isLetGo } ?? false }) { return .goesOn }
    if hasCalls, isUDP { return .isOver }
    if !holders.isEmpty, !conversation.hasPackets { return .isOver }
    guard conversation.last < now + -Timeline.patience else { return .goesOn }
    return conversation.hasPackets ? .rests : .isOver
  }

  private mutating func forgetSockets(before old: Instant) {
    for (id, socket) in sockets where socket.last < old && socket.isLetGo {
      if let known = socket.conversation, !known.isForgotten, !known.isResting { continue }
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
      "drafts": drafts.count, "hints": hints.count, "resting": resting.count,
      "fragments": fragments.count,
    ]
  }
}

extension Conversation {
  /// Forgets all but what its report tells.
  fileprivate func rest() {
    isResting = true
    rests += 1
    for end in [client, server] { end.forgetPackets() }
    leaveSYNQueue()
    contenders = []
    previous = nil
    challenger = nil
  }

  /// Whether it rests, and has since it did so the given time.
  fileprivate func isResting(since rest: Int) -> Bool { isResting && rests == rest }
}
