import Calls
import Wire

/// What made a socket ready for poll, select and epoll_wait.
extension Timeline {
  /// The packet that made a socket ready.
  func readiness(of id: SocketID, _ record: CallRecord, before time: Instant) -> PacketMark? {
    guard let socket = sockets[id] else { return nil }
    // Edge by edge (EPOLLET), or of several processes: what came first since it began to wait.
    let slept = record.outcome?.paused == true
    if socket.isListener {
      return socket.arrivals.waker(
        record.entered, time, slept: slept,
        !record.call.isEpoll ? .all : record.arguments.wakesOne == false ? .ofEachInstance : .one)
    }
    if socket.kind == .udp {
      return waiting(socket, before: time)
        ?? socket.conversation?.icmpError.flatMap { $0.time <= time ? $0 : nil }
    }
    guard let conversation = socket.conversation, let side = socket.streamSide else { return nil }
    let end = conversation.end(side)
    if let first = end.unread.first(after: socket.read), first.latest.time <= time {
      if slept, first.latest.time < record.entered,
        let next = end.unread.first(after: record.entered), next.latest.time <= time
      {
        return next.latest
      }
      return first.latest
    }
    if let reset = conversation.reset, reset.mark.time <= time { return reset.mark }
    // It is ready for writing: connected, or with room again.
    if side == .client, let answer = conversation.synAck, answer.time >= record.entered {
      return answer
    }
    return roomMaker(socket, end, since: record.entered)
      ?? end.lastReceived.flatMap { $0.time >= record.entered ? $0 : nil }
  }

  /// The ACK that made a full send buffer ready for writing: the first after which a third of it is
  /// free (sk_stream_is_writeable); the buffer is taken to be as large as what it held when it had no
  /// room, or at first.
  private func roomMaker(
    _ socket: SocketRecord, _ end: End, since entered: Instant
  ) -> PacketMark? {
    let acknowledgements = end.acknowledgements
    let index = acknowledgements.partition { $0.mark.time < entered }
    guard index > 0, socket.countsFromStart else { return nil }
    let top = socket.written + 1
    let full = max(socket.filled, top - acknowledgements[index - 1].position)
    return (index..<acknowledgements.count).lazy.map { acknowledgements[$0] }
      .first { (top - $0.position) * 3 <= full * 2 }?.mark
  }
}

extension Deque where Element == SentSegment {
  /// The first segment that holds bytes after the first `count` ones of the stream.
  func first(after count: Int) -> SentSegment? {
    let index = partition { $0.positions.upperBound <= count + 1 }
    return index < self.count ? self[index] : nil
  }

  /// The first of the segments that were sent at a moment or later.
  func first(after time: Instant) -> SentSegment? {
    indices.lazy.map { self[$0] }.first { $0.latest.time >= time }
  }
}
