import Calls
import Wire

/// The accept queue of a listening socket: as the kernel said last, and counted since.
struct ListenQueue {
  var backlog: Int
  var waiting: Int
  /// When the last connection was counted.
  var lastArrival: Instant?
  /// The call that took one out of the full queue, while it is not full again.
  var madeRoom: CallID?

  init(_ facts: AcceptQueue) {
    backlog = facts.backlog
    waiting = facts.waiting
  }

  var facts: AcceptQueue { AcceptQueue(waiting: waiting, backlog: backlog) }

  /// Takes what the kernel says at `time`, of which `expected` were counted.
  ///
  /// A packet's stamp is a little older than the queue it makes: one that has just come may not be
  /// in it yet.
  mutating func take(_ facts: AcceptQueue?, expected: Int, at time: Instant) {
    waiting = max(0, expected)
    guard let facts else { return }
    backlog = facts.backlog
    let isComing = lastArrival.map { time - $0 < 10 * slack } ?? false
    if !(isComing && facts.waiting < expected) { waiting = facts.waiting }
    if facts.isFull { madeRoom = nil }
  }
}

/// Connections on their way into accept queues, and out of them.
extension Timeline {
  /// A call on a listening socket told what its queue is.
  func noteQueue(_ facts: AcceptQueue?, of socket: SocketRecord, at time: Instant) {
    guard let facts else { return }
    var queue = socket.queue ?? ListenQueue(facts)
    queue.take(facts, expected: queue.waiting, at: time)
    socket.queue = queue
  }

  /// accept() took a connection out.
  func leaveQueue(_ facts: AcceptQueue?, of socket: SocketRecord, by record: CallRecord) {
    guard var queue = socket.queue, let time = record.returned else { return }
    let wasFull = queue.facts.isFull
    queue.take(facts, expected: queue.waiting - 1, at: time)
    if wasFull, !queue.facts.isFull { queue.madeRoom = record.id }
    socket.queue = queue
  }

  /// The listening socket that a connection came to, where its queue can be counted: not where
  /// several listen on one port (SO_REUSEPORT), where connections wait for data first
  /// (TCP_DEFER_ACCEPT), or where connections are taken out unseen.
  private func queueing(_ conversation: Conversation) -> SocketRecord? {
    let server = conversation.facts.server
    let found = (bound[PortKey(.tcp, server.port)] ?? []).compactMap { sockets[$0] }.filter {
      $0.isListener && !$0.isLetGo && $0.local?.reaches(server) ?? false
    }
    guard found.count == 1, let listener = found.first, listener.queue != nil,
      !listener.isBlind, !listener.defersAccept
    else { return nil }
    return listener
  }

  /// Follows a segment to the accept queue: a SYN that finds it full gets no answer, and so the ACK
  /// that ends a handshake (tcp_conn_request() and tcp_v4_syn_recv_sock() of the kernel).
  mutating func attend(
    _ conversation: Conversation, _ draft: inout PacketDraft, hadHandshake: Bool
  ) {
    guard let flags = draft.row.packet.packet.tcp?.flags, conversation.server.socket == nil else {
      return conversation.leaveSYNQueue()
    }
    if conversation.reset != nil { conversation.leaveSYNQueue() }
    if draft.shape == .synAck, draft.row.sender == .server, conversation.halfOpenAt == nil,
      let listener = holder(of: conversation.facts.server, kind: .tcp), listener.isListener
    {
      listener.halfOpen += 1
      conversation.halfOpenAt = listener
    }
    if draft.shape == .synAck, draft.row.sender == .server, conversation.isFastOpened {
      conversation.queued = conversation.client.lastSYN
      return arrive(conversation, &draft)
    }
    if !hadHandshake, conversation.handshakeAck != nil, conversation.queued == nil {
      return arrive(conversation, &draft)
    }
    if draft.row.sender == .server {
      answer(conversation, flags, &draft)
    } else if conversation.isTurnedAway {
      if flags.contains(.ack), !flags.contains(.rst) { arrive(conversation, &draft) }
    } else if flags.contains(.syn), !flags.contains(.ack), conversation.synAck == nil,
      let listener = queueing(conversation), let queue = listener.queue, queue.facts.isFull,
      listener.openCalls == 0
    {
      conversation.foundFull = queue.facts
      draft.row.listener = .full(queue.facts)
    }
  }

  /// The server's side says something to a connection that had found the queue full.
  private func answer(
    _ conversation: Conversation, _ flags: TCPFlags, _ draft: inout PacketDraft
  ) {
    guard let found = conversation.foundFull, flags.contains(.syn) else { return }
    if conversation.isTurnedAway, draft.shape.isAgain {
      draft.row.listener = .dropped(found)
    } else if draft.shape == .synAck, let call = queueing(conversation)?.queue?.madeRoom {
      conversation.letIn = call
      draft.row.listener = .room(call)
    }
  }

  /// The ACK of a handshake comes, or something that acknowledges as much.
  private mutating func arrive(_ conversation: Conversation, _ draft: inout PacketDraft) {
    let listener = queueing(conversation)
    if let listener, var queue = listener.queue {
      if queue.facts.isFull, listener.openCalls == 0 {
        conversation.isTurnedAway = true
        conversation.foundFull = queue.facts
        conversation.handshakeAck = nil
        conversation.server.state = .synReceived
        draft.row.serverState = nil
        return
      }
      queue.waiting += 1
      queue.lastArrival = draft.row.packet.time
      if conversation.isTurnedAway { conversation.letIn = queue.madeRoom }
      if queue.facts.isFull { queue.madeRoom = nil }
      listener.queue = queue
    }
    conversation.leaveSYNQueue()
    if conversation.isTurnedAway {
      conversation.isTurnedAway = false
      conversation.handshakeAck = conversation.client.lastSent
    }
    guard let holder = listener ?? holder(of: conversation.facts.server, kind: .tcp) else { return }
    holder.completed.append(conversation)
    conversation.queued = conversation.queued ?? conversation.handshakeAck
    if let mark = conversation.queued {
      let group = group(of: holder, at: conversation.facts.server)
      if group.count == 1 { holder.acceptors.wake(by: mark) }
      for member in group {
        member.arrivals.add(conversation, mark, isSure: group.count == 1)
      }
    }
    // As many as its backlog holds, or the longest one as a rule (listen(2), SOMAXCONN).
    let most = max(4096, (holder.queue?.backlog ?? 0) + 1)
    if holder.completed.count > most { holder.completed.removeFirst() }
  }
}

extension Timeline {
  /// The listening sockets of which one gets a connection that came to `holder`: which, the kernel
  /// decides by a hash (SO_REUSEPORT, socket(7)).
  private func group(of holder: SocketRecord, at endpoint: Endpoint) -> [SocketRecord] {
    let others = listeners(at: endpoint).filter {
      $0 !== holder && !$0.isLetGo && $0.local == holder.local
    }
    return [holder] + others
  }
}

extension Conversation {
  /// Whether the server took the data of the SYN: then it has a socket without the last ACK of the
  /// handshake (RFC 7413, section 4.2.2).
  var isFastOpened: Bool {
    client !== server && queued == nil && handshakeAck == nil && client.acknowledged > 1
      && client.lastSYN.map { $0.length > 0 } ?? false
  }

  /// It waits no longer for the last ACK of its handshake, or for room.
  func leaveSYNQueue() {
    halfOpenAt?.halfOpen -= 1
    halfOpenAt = nil
  }
}
