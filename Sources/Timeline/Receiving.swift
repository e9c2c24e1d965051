import Calls
import Wire

/// What receiving calls take out of their sockets, and the packet that let them return.
extension Timeline {
  /// The packet that brought what a receiving call gave back.
  mutating func resolveRead(
    _ id: CallID, _ record: CallRecord, _ socket: SocketRecord, _ outcome: CallOutcome,
    before time: Instant
  ) {
    if record.readsErrors { return }
    if let error = outcome.error {
      if error == .tryAgain {
        // A blocking socket whose time ran out, and not one that would have had to wait.
        calls[id]?.waitedForOther =
          outcome.paused != false && time - record.entered >= 1_000_000
      } else if socket.kind == .tcp {
        let mark = socket.conversation.flatMap { $0.reset?.mark ?? $0.icmpError }
        calls[id]?.arrival = mark.map { .packet($0) }
      }
      return
    }
    if record.isUrgent {
      calls[id]?.arrival = readUrgent(record, socket).map { .segment($0) }
    } else if socket.kind == .udp {
      resolveDatagrams(id, record, socket, outcome, before: time)
    } else if let segment = read(record, socket, before: time) {
      calls[id]?.arrival = .segment(segment)
    }
  }

  private mutating func resolveDatagrams(
    _ id: CallID, _ record: CallRecord, _ socket: SocketRecord, _ outcome: CallOutcome,
    before time: Instant
  ) {
    if record.isEmptyHanded { return }
    let lengths =
      record.call.gives == .messages ? outcome.messageLengths : [Int(clamping: outcome.result)]
    // recvmmsg() waits for each message in turn, unless it is told otherwise.
    let wanted = record.waitsForOne ? 0 : max(0, lengths.count - 1)
    for (index, length) in lengths.enumerated() {
      let sender = record.call.gives == .messages ? nil : outcome.address?.endpoint
      let datagram = receive(record, socket, length: length, from: sender, before: time)
      guard index == wanted, let datagram else { continue }
      calls[id]?.arrival = .packet(datagram.mark)
      calls[id]?.conversation = datagram.conversation
    }
  }

  /// Takes bytes out of a socket's buffer.
  ///
  /// - Returns: the segment without which it would not have returned, where that came in the call;
  ///   else the one that holds the last of the bytes; or the FIN.
  private mutating func read(
    _ record: CallRecord, _ socket: SocketRecord, before time: Instant
  ) -> SentSegment? {
    guard let conversation = socket.conversation, let side = socket.streamSide else { return nil }
    let end = conversation.end(side)
    let count = record.moved
    if record.isEmptyHanded || record.arguments.count == 0 { return nil }
    let start = passUrgent(record, socket, end)
    if count == 0 {
      if !record.peeks { socket.read = start }
      let peer = conversation.end(side.opposite)
      guard let fin = peer.fin, fin.time <= time else { return nil }
      return SentSegment(positions: 0..<1, first: fin, latest: fin, hasFIN: true)
    }
    let last = min(start + count, 2 * greatestCount)
    let bytes = start..<last
    let needed = start + least(record, socket, end, count, from: start)
    if !record.peeks { socket.read = last }
    if socket.readsUnseen { return nil }
    let isKnown = socket.countsFromStart && !conversation.facts.beganBefore
    guard isKnown || socket.knowsRead else { return nil }
    if bytes.lowerBound >= 0 { calls[record.id]?.bytes = bytes }
    func segment(_ position: Int) -> SentSegment? {
      End.index(of: position..<(position + 1), in: end.unread).map { end.unread[$0] }
    }
    var found = segment(last)
    if let waker = segment(needed), let brought = found, brought.latest.time >= record.entered {
      found = waker
    }
    let isShort = record.waitsForAll && count < record.arguments.count ?? 0
    if isShort, let fin = conversation.end(side.opposite).fin, fin.time >= record.entered,
      fin.time <= time
    {
      found = SentSegment(positions: 0..<1, first: fin, latest: fin, hasFIN: true)
    }
    if !record.peeks {
      while let first = end.unread.first, first.positions.upperBound <= last + 1 {
        end.unread.removeFirst()
      }
    }
    return found
  }

  /// How many bytes had to come for a receiving call to return.
  ///
  /// It takes what is there at once, and then waits for as many more as SO_RCVLOWAT says, one as a
  /// rule, or for all (tcp_recvmsg, tcp_epollin_ready).
  private func least(
    _ record: CallRecord, _ socket: SocketRecord, _ end: End, _ count: Int, from start: Int
  ) -> Int {
    if record.waitsForAll { return count }
    guard socket.lowWater > 1 else { return 1 }
    let there =
      end.unread.indices.lazy.map { end.unread[$0] }
      .prefix { $0.latest.time < record.entered }.last?.positions.upperBound ?? 0
    let had = max(0, there - 1 - start)
    return max(1, min(count, had < socket.lowWater ? had + socket.lowWater : socket.lowWater))
  }
}
