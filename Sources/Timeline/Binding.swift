import Calls
import Wire

extension Timeline {
  /// Makes a bound socket findable by its port.
  mutating func register(_ socket: SocketRecord) {
    guard let local = socket.local, local.port != 0 else { return }
    let key = BoundKey(kind: socket.kind, port: local.port)
    var ids = (bound[key] ?? []).filter { $0 != socket.id && sockets[$0] != nil }
    ids.append(socket.id)
    bound[key] = ids
  }

  /// Takes what the kernel says of a socket's ends, and ties the socket to its connection.
  mutating func bind(_ socket: SocketRecord, _ facts: SocketFacts, at time: Instant) {
    if let local = facts.local { socket.local = local }
    socket.kind = facts.kind
    if socket.kind == .udp { register(socket) }
    guard let local = facts.local, let peer = facts.peer, local.port != 0, peer.port != 0 else {
      return
    }
    if let known = socket.conversation, known.isBetween(local, peer) { return }
    let key = FlowKey(facts.kind, local, peer)
    let conversation: Conversation
    if let known = flows[key], !isStale(known, for: socket, at: time) {
      conversation = known
    } else {
      guard facts.kind != .other else { return }
      let isClient = !(socket.side == .server || isServerPort(local, facts.kind))
      conversation = open(
        facts.kind, client: isClient ? local : peer, server: isClient ? peer : local, at: time)
    }
    tie(socket, to: conversation, local: local)
  }

  /// Whether a connection of the same ports is an older one, not that of this socket.
  private func isStale(
    _ known: Conversation, for socket: SocketRecord, at time: Instant
  ) -> Bool {
    guard known.facts.kind == .tcp, known.isOver, known.reset == nil else { return false }
    guard let connect = socket.connects.last else { return false }
    return known.last < connect.entered
  }

  private func isServerPort(_ local: Endpoint, _ kind: TransportKind) -> Bool {
    holder(of: local, kind: kind)?.isListener ?? false
  }

  /// Ties a socket to the end of a connection that it is.
  func tie(_ socket: SocketRecord, to conversation: Conversation, local: Endpoint) {
    let side = conversation.side(of: local)
    let isNew = socket.conversation !== conversation
    if isNew, socket.conversation != nil {
      // The socket was connected before, by an earlier connect(): a new stream.
      socket.written = 0
      socket.read = 0
      socket.spans.removeAll { $0.returned != nil }
    }
    socket.conversation = conversation
    socket.side = socket.kind == .udp ? socket.side ?? side : side
    if conversation.end(side).socket == nil || isNew { conversation.end(side).socket = socket.id }
    if side == .client, !socket.wasBound, socket.countsFromStart {
      conversation.facts.kernelChosePort = true
    }
  }

  /// Begins a connection.
  mutating func open(
    _ kind: TransportKind, client: Endpoint, server: Endpoint, at time: Instant
  ) -> Conversation {
    let facts = Connection(
      id: ConnectionID(nextConnection), kind: kind, client: client, server: server)
    nextConnection += 1
    let conversation = Conversation(facts, at: time)
    flows[FlowKey(kind, client, server)] = conversation
    conversations.append(conversation)
    return conversation
  }

  /// The socket at the end that sent a packet, found late where its call still runs.
  func sender(_ side: Side, of conversation: Conversation, at time: Instant) -> SocketRecord? {
    let end = conversation.end(side)
    if let id = end.socket { return sockets[id] }
    if conversation.facts.kind == .udp { return holder(of: end.endpoint, kind: .udp) }
    guard side == .client else { return nil }
    let peer = conversation.server.endpoint
    let pending = sockets.values.filter { socket in
      socket.kind == .tcp && socket.conversation == nil
        && socket.connects.last.map { act in
          act.isRunning(at: time) && calls[act.call]?.arguments.address?.endpoint == peer
        } ?? false
    }
    guard pending.count == 1, let socket = pending.first else { return nil }
    tie(socket, to: conversation, local: end.endpoint)
    return socket
  }
}

extension Conversation {
  /// Whether the connection is the one between these two ends.
  func isBetween(_ one: Endpoint, _ other: Endpoint) -> Bool {
    (facts.client == one && facts.server == other) || (facts.client == other && facts.server == one)
  }
}
