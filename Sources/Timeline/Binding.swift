import Calls
import Wire

extension Timeline {
  // MARK: sockets by port

  /// Makes a bound socket findable by its port.
  mutating func register(_ socket: SocketRecord) {
    guard let local = socket.local, local.port != 0 else { return }
    let key = PortKey(socket.kind, local.port)
    if bound[key]?.last == socket.id { return }
    bound[key] = (bound[key] ?? []).filter { $0 != socket.id && sockets[$0] != nil } + [socket.id]
  }

  /// Takes a socket out of the tables.
  mutating func unregister(_ socket: SocketRecord) {
    for local in socket.formerLocals.map(\.end) + [socket.local].compactMap({ $0 }) {
      unregister(socket, at: local)
    }
    removePending(socket)
    forgetEnds(of: socket)
  }

  private mutating func unregister(_ socket: SocketRecord, at local: Endpoint) {
    let key = PortKey(socket.kind, local.port)
    guard let rest = bound[key]?.filter({ $0 != socket.id }) else { return }
    bound[key] = rest.isEmpty ? nil : rest
  }

  /// The listening TCP socket, or the UDP socket, that packets to `endpoint` reach.
  func holder(of endpoint: Endpoint, kind: TransportKind) -> SocketRecord? {
    guard let ids = bound[PortKey(kind, endpoint.port)] else { return nil }
    let known = ids.compactMap { sockets[$0] }
    let records = known.filter { $0.local?.reaches(endpoint) ?? false }
    // The kernel prefers the exact address, then the same family's wildcard (compute_score).
    func score(_ record: SocketRecord) -> Int {
      switch (record.local?.address, endpoint.address) {
      case (let own?, let wanted) where own == wanted: 2
      case (.v4?, .v4), (.v6?, .v6): 1
      default: 0
      }
    }
    let live = records.filter { !$0.isLetGo }
    let best = live.map(score).max()
    return live.last { score($0) == best } ?? records.last
      ?? known.last { $0.formerLocals.contains { $0.end.reaches(endpoint) } }
  }

  /// All sockets that listen for connections to `endpoint`: several may share a port (SO_REUSEPORT).
  func listeners(at endpoint: Endpoint) -> [SocketRecord] {
    (bound[PortKey(.tcp, endpoint.port)] ?? []).compactMap { sockets[$0] }.filter {
      $0.isListener && $0.local?.reaches(endpoint) ?? false
    }
  }

  // MARK: sockets and connections

  /// Takes what the kernel says of a socket's ends, and ties the socket to its connection.
  mutating func bind(_ socket: SocketRecord, _ facts: SocketFacts, at time: Instant) {
    if let local = facts.local, local.port != 0 || socket.local == nil {
      let old = socket.rememberLocal(local.unmapped, at: time, keepingFrom: frontier)
      for end in old { unregister(socket, at: end) }
      socket.local = local.unmapped
    }
    if let peer = facts.peer, peer.port != 0 { socket.peer = peer.unmapped }
    if socket.kind == .udp { register(socket) }
    noteEnds(of: socket)
    guard let local = facts.local?.unmapped, local.port != 0,
      socket.kind == .tcp || socket.kind == .udp,
      let peer = facts.peer?.unmapped ?? goal(of: socket, from: local), peer.port != 0
    else { return }
    if let known = socket.conversation, known.isBetween(local, peer), !isNewConnect(socket, known) {
      return
    }
    if hasConnected(socket), !(flows[FlowKey(.tcp, local, peer)]?.hasPackets ?? false) {
      if socket.conversation == nil { claim(for: socket) }
      if isRewritten(socket, local, peer) { return }
    }
    let conversation = newest(between: local, peer, for: socket, at: time)
    tie(socket, to: conversation, local: local)
  }

  /// Whether the connection that the socket's connect() made was captured with another end, which was
  /// changed on the way (NAT): there is none between the socket's own ends.
  private func isRewritten(_ socket: SocketRecord, _ local: Endpoint, _ peer: Endpoint) -> Bool {
    guard let known = socket.conversation, known.handshakeAck != nil else { return false }
    return known.facts.server == peer && known.facts.client != local
      && known.client.socket == socket.id
  }

  /// Whether the socket's last connect() is done, and went well.
  private func hasConnected(_ socket: SocketRecord) -> Bool {
    guard socket.kind == .tcp, let act = socket.connects.last,
      let outcome = calls[act.call]?.record.outcome
    else { return false }
    return outcome.error == nil
  }

  /// The address that the socket's connect() went to, where the kernel names no peer (yet, or any
  /// more) but a connection between the two ends was seen.
  private func goal(of socket: SocketRecord, from local: Endpoint) -> Endpoint? {
    guard socket.kind == .tcp, let act = socket.connects.last,
      let end = calls[act.call]?.record.arguments.address?.endpoint,
      flows[FlowKey(.tcp, local, end)] != nil
    else { return nil }
    return end
  }

  /// Whether the socket's last connect() came after the connection that it has was over.
  private func isNewConnect(_ socket: SocketRecord, _ known: Conversation) -> Bool {
    guard socket.kind == .tcp, known.isOver, let connect = socket.connects.last, !connect.isVain
    else { return false }
    return known.last + slack < connect.entered
  }

  /// The connection between two ends that is the socket's.
  private mutating func newest(
    between local: Endpoint, _ peer: Endpoint, for socket: SocketRecord, at time: Instant
  ) -> Conversation {
    if let known = flows[FlowKey(socket.kind, local, peer)] {
      if socket.side == .server, socket.kind == .tcp {
        if let waiting = oldestUnaccepted(known) { return waiting }
      }
      if let twin = twin(of: known, for: socket, local, at: time) { return twin }
      if !isStale(known, for: socket, local) { return known }
    }
    let isServer = socket.side == .server || (holder(of: local, kind: .tcp)?.isListener ?? false)
    return open(
      socket.kind, client: isServer ? peer : local, server: isServer ? local : peer, at: time)
  }

  /// The oldest connection of these ports that nobody has accepted.
  private func oldestUnaccepted(_ newest: Conversation) -> Conversation? {
    var found: Conversation?
    var next: Conversation? = newest
    // They are accepted in their order: before one that was, there is none.
    while let conversation = next, conversation.server.socket == nil {
      if conversation.synAck != nil { found = conversation }
      next = conversation.previous
    }
    return found
  }

  /// Whether a connection of the same ports is an older one, not that of this socket.
  private func isStale(_ known: Conversation, for socket: SocketRecord, _ local: Endpoint) -> Bool {
    guard known.facts.kind == .tcp, known.isOver else { return false }
    if let holder = known.end(known.side(of: local)).socket, holder != socket.id { return true }
    return isNewConnect(socket, known)
  }

  /// Ties a socket to the end of a connection that it is.
  mutating func tie(_ socket: SocketRecord, to conversation: Conversation, local: Endpoint) {
    let side = conversation.side(of: local)
    if let old = socket.conversation, old !== conversation, socket.kind == .tcp {
      // The socket was connected before, by an earlier connect(): a new stream.
      if let end = socket.side(in: old).map({ old.end($0) }) { end.formerSpans = socket.spans }
      socket.written = 0
      socket.verified = 0
      socket.abandoned = 0
      socket.doubts = StreamDoubts()
      socket.read = 0
      socket.spans = Deque()
      socket.forgotten = 0
    }
    socket.conversation = conversation
    take(side, socket)
    let end = conversation.end(side)
    if end.socket == nil || socket.kind == .tcp { end.socket = socket.id }
    guard side == .client else { return }
    if !socket.wasBound, socket.countsFromStart { conversation.facts.kernelChosePort = true }
    withdraw(conversation)
    guard socket.kind == .tcp, let act = socket.connects.last else { return }
    removePending(socket)
    if calls[act.call]?.conversation == nil { calls[act.call]?.conversation = conversation }
  }

  /// Notes which end a socket is, and so its process's lane.
  mutating func take(_ side: Side, _ socket: SocketRecord) {
    if socket.kind == .udp, socket.side != nil { return }
    socket.side = side
    if side == .server { processes[socket.process.id]?.serves = true }
  }

  /// Begins a connection.
  mutating func open(
    _ kind: TransportKind, client: Endpoint, server: Endpoint, at time: Instant,
    inside tunnels: [Tunnel] = []
  ) -> Conversation {
    var facts = Connection(
      id: ConnectionID(0), kind: kind, client: client, server: server)
    facts.tunnels = tunnels
    let conversation = Conversation(facts, at: time)
    conversation.isLinux = hasCalls
    if !hidesOthers { number(conversation) }
    let key = FlowKey(kind, client, server, tunnel: tunnels.identity)
    conversation.previous = flows[key]
    flows[key] = conversation
    conversations.append(conversation)
    let isAwaited = (pending[server.port] ?? []).contains {
      sockets[$0]?.connects.last.map { time - $0.entered <= Timeline.lookahead } ?? false
    }
    if kind == .tcp, isAwaited { unclaimed[server.port, default: Deque()].append(conversation) }
    return conversation
  }
}
