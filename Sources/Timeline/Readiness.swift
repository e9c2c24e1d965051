import Calls
import Wire

/// What made a socket ready for poll, select and epoll_wait.
extension Timeline {
  /// The packet that made a socket ready.
  func readiness(of id: SocketID, _ record: CallRecord, before time: Instant) -> PacketMark? {
    guard let socket = sockets[id] else { return nil }
    if socket.isListener {
      return socket.completed.first?.handshakeAck.flatMap { $0.time <= time ? $0 : nil }
    }
    if socket.kind == .udp {
      return waiting(socket, before: time)
        ?? socket.conversation?.icmpError.flatMap { $0.time <= time ? $0 : nil }
    }
    guard let conversation = socket.conversation, let side = socket.streamSide else { return nil }
    let end = conversation.end(side)
    if let first = end.unread.first(after: socket.read), first.latest.time <= time {
      return first.latest
    }
    if let reset = conversation.reset, reset.mark.time <= time { return reset.mark }
    // It is ready for writing: connected, or with room again.
    if side == .client, let answer = conversation.synAck, answer.time >= record.entered {
      return answer
    }
    return end.lastReceived.flatMap { $0.time >= record.entered ? $0 : nil }
  }
}

extension Deque where Element == SentSegment {
  /// The first segment that holds bytes after the first `count` ones of the stream.
  func first(after count: Int) -> SentSegment? {
    let index = partition { $0.positions.upperBound <= count + 1 }
    return index < self.count ? self[index] : nil
  }
}
