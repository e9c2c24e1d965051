import Calls
import Wire

/// Which socket sent a SYN, where the kernel has not told the socket's own port: by the calls that
/// were connecting to that place at that time.
extension Timeline {
  /// Takes a connection out of those whose client is not known.
  mutating func withdraw(_ conversation: Conversation) {
    let port = conversation.facts.server.port
    guard let rest = unclaimed[port]?.filter({ $0 !== conversation }) else { return }
    unclaimed[port] = rest.isEmpty ? nil : rest
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
    return (pending[peer.port] ?? []).compactMap { sockets[$0] }.filter { socket in
      guard let act = socket.connects.last, act.isRunning(at: syn.time),
        let goal = calls[act.call]?.record.arguments.address?.endpoint
      else { return false }
      return goal == peer || (goal.port == peer.port && goal.address.isUnspecified)
    }
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
    let rivals = (unclaimed[conversation.facts.server.port] ?? []).filter { other in
      other !== conversation && connecting(to: other).contains { $0 === socket }
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
    let candidates = (unclaimed[port] ?? []).filter { conversation in
      connecting(to: conversation).contains { $0 === socket }
    }
    if let conversation = candidates.first { claim(conversation) }
  }
}
