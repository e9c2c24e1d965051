import Calls
import Wire

/// Which socket sent a SYN, where the kernel has not told the socket's own port: by the calls that
/// were connecting to that place at that time.
extension Timeline {
  /// Takes a connection out of those whose client is not known.
  mutating func withdraw(_ conversation: Conversation) {
    let port = conversation.facts.server.port
    guard let queue = unclaimed[port],
      let index = queue.indices.first(where: { queue[$0] === conversation })
    else { return }
    unclaimed[port]?.remove(at: index)
    if unclaimed[port]?.isEmpty ?? false { unclaimed[port] = nil }
  }

  /// Notes that a socket is connecting.
  mutating func addPending(_ socket: SocketRecord, _ record: CallRecord) {
    guard socket.kind == .tcp, let port = record.arguments.address?.endpoint?.port else { return }
    removePending(socket)
    socket.pendingPort = port
    pending[port, default: []].append(socket.id)
  }

  /// Notes that a socket is no longer connecting.
  mutating func removePending(_ socket: SocketRecord) {
    guard let port = socket.pendingPort else { return }
    socket.pendingPort = nil
    guard let rest = pending[port]?.filter({ $0 != socket.id }) else { return }
    pending[port] = rest.isEmpty ? nil : rest
  }

  /// The sockets that may have sent a connection's SYN.
  func connecting(to conversation: Conversation) -> [SocketRecord] {
    guard let syn = conversation.syn else { return [] }
    let peer = conversation.facts.server
    let found = (pending[peer.port] ?? []).compactMap { sockets[$0] }.filter { socket in
      // A connect() sends its SYN at once: a later one, of another port, is not its.
      guard let act = socket.connects.last, act.isRunning(at: syn.time),
        syn.time - act.entered <= Timeline.lookahead,
        let goal = calls[act.call]?.record.arguments.address?.endpoint
      else { return false }
      return goal == peer || (goal.port == peer.port && goal.address.isUnspecified)
    }
    // Those that ran by the clock come before those that the clocks' disagreement allows.
    let certain = found.filter { $0.connects.last.map { $0.entered <= syn.time } ?? false }
    return certain.isEmpty ? found : certain
  }

  /// Ties a connection to the one socket that can have sent its SYN, if it is one, and if that
  /// socket can have sent no other.
  ///
  /// - Returns: the sockets that can have sent it.
  @discardableResult
  mutating func claim(_ conversation: Conversation) -> [SocketRecord] {
    if !conversation.contenders.isEmpty { return conversation.contenders }
    let candidates = connecting(to: conversation)
    guard candidates.count == 1, let socket = candidates.first else { return candidates }
    let rivals = unclaimed(by: socket, conversation.facts.server.port).filter {
      $0 !== conversation
    }
    if rivals.isEmpty {
      tie(socket, to: conversation, local: conversation.facts.client)
    } else {
      // Which of them it is cannot be told, of any of them.
      for rival in rivals + [conversation] where rival.contenders.isEmpty {
        rival.contenders = connecting(to: rival)
      }
    }
    return candidates
  }

  /// A connect() returned without telling its port: looks for its SYN.
  mutating func claim(for socket: SocketRecord) {
    guard let port = socket.pendingPort else { return }
    if let conversation = unclaimed(by: socket, port).first { claim(conversation) }
  }

  /// The connections whose SYN a socket can have sent.
  private func unclaimed(by socket: SocketRecord, _ port: UInt16) -> [Conversation] {
    guard let queue = unclaimed[port] else { return [] }
    return queue.indices.map { queue[$0] }.filter { conversation in
      connecting(to: conversation).contains { $0 === socket }
    }
  }
}
