import Calls
import Wire

/// What let waiting calls return.
extension Timeline {
  /// Finds what made a call's answer ready, when it returns.
  mutating func resolve(_ id: CallID, _ record: CallRecord, _ returned: Returned) {
    guard let time = record.returned, let outcome = record.outcome else { return }
    let socket = record.socket.flatMap { sockets[$0] }
    if let socket, socket.kind == .udp, record.call.role == .writes, outcome.error == nil {
      let conversation = flow(of: record, socket)
      calls[id]?.conversation = conversation
    }
    if let socket, socket.kind == .tcp, record.call.role == .writes {
      let end = socket.streamSide.flatMap { socket.conversation?.end($0) }
      calls[id]?.lastAck = end?.lastReceived
    }
    guard record.call.waits else { return }
    if let error = outcome.error, error.isInterruption {
      calls[id]?.waitedForOther = true
    } else if record.call.polls {
      let first = returned.ready.compactMap { readiness(of: $0, record, before: time) }
      calls[id]?.arrival = first.min { $0.number < $1.number }.map { .packet($0) }
      calls[id]?.waitedForOther = outcome.error == nil && outcome.result == 0
    } else if record.call.accepts {
      let accepted = returned.made.flatMap { sockets[$0.id]?.conversation }
      calls[id]?.accepted = accepted?.facts.id
      calls[id]?.arrival = (accepted?.handshakeAck ?? accepted?.synAck).map { .packet($0) }
    } else if record.call.role == .reads, let socket {
      resolveRead(id, record, socket, outcome, before: time)
      agreeOnReads(socket, returned.socket)
    }
  }

  /// The packet that brought what a receiving call gave back.
  private mutating func resolveRead(
    _ id: CallID, _ record: CallRecord, _ socket: SocketRecord, _ outcome: CallOutcome,
    before time: Instant
  ) {
    if record.arguments.readsErrors || record.arguments.isUrgent { return }
    if let error = outcome.error {
      if error == .tryAgain {
        // A blocking socket whose time ran out, and not one that would have had to wait.
        calls[id]?.waitedForOther = time - record.entered >= 1_000_000
      } else {
        let mark = socket.conversation.flatMap { $0.reset?.mark ?? $0.icmpError }
        calls[id]?.arrival = mark.map { .packet($0) }
      }
      return
    }
    if socket.kind == .udp {
      resolveDatagrams(id, record, socket, outcome, before: time)
    } else if let segment = read(record, socket, before: time) {
      calls[id]?.arrival = .segment(segment)
    }
  }

  private mutating func resolveDatagrams(
    _ id: CallID, _ record: CallRecord, _ socket: SocketRecord, _ outcome: CallOutcome,
    before time: Instant
  ) {
    let lengths =
      record.call == .recvmmsg ? outcome.messageLengths : [Int(clamping: outcome.result)]
    for (index, length) in lengths.enumerated() {
      let sender = record.call == .recvmmsg ? nil : outcome.address?.endpoint
      let datagram = receive(record, socket, length: length, from: sender, before: time)
      guard index == 0, let datagram else { continue }
      calls[id]?.arrival = .packet(datagram.mark)
      calls[id]?.conversation = datagram.conversation
    }
  }

  /// Takes bytes out of a socket's buffer.
  ///
  /// - Returns: the segment that holds the last of them, or the FIN.
  private mutating func read(
    _ record: CallRecord, _ socket: SocketRecord, before time: Instant
  ) -> SentSegment? {
    guard let conversation = socket.conversation, let side = socket.streamSide else { return nil }
    let end = conversation.end(side)
    let count = record.moved
    if count == 0 {
      let peer = conversation.end(side.opposite)
      guard record.arguments.count != 0, let fin = peer.fin, fin.time <= time else { return nil }
      return SentSegment(positions: 0..<1, first: fin, latest: fin, hasFIN: true)
    }
    let last = min(socket.read + count, 2 * greatestCount)
    let bytes = socket.read..<last
    if !record.arguments.peeks { socket.read = last }
    if socket.readsUnseen { return nil }
    guard socket.countsFromStart, !conversation.facts.beganBefore else { return nil }
    calls[record.id]?.bytes = bytes
    let segment = End.index(of: last..<(last + 1), in: end.unread).map { end.unread[$0] }
    if !record.arguments.peeks {
      while let first = end.unread.first, first.positions.upperBound <= last + 1 {
        end.unread.removeFirst()
      }
    }
    return segment
  }

  // MARK: rows

  /// What let a call return, as its row tells it.
  func wake(_ state: CallState, _ socket: SocketRecord?) -> CallRow.Wake {
    let record = state.record
    guard let returned = record.returned else { return .notAWait }
    if state.waitedForOther { return .other }
    guard let packet = arrival(state, socket, returned), packet.time <= returned,
      packet.number > 0
    else { return .notAWait }
    if packet.time < record.entered {
      return .didNotWait(packet: packet.number, since: record.entered - packet.time)
    }
    return .packet(packet.number, before: returned - packet.time)
  }

  private func arrival(
    _ state: CallState, _ socket: SocketRecord?, _ returned: Instant
  ) -> PacketMark? {
    switch state.arrival {
    case .packet(let mark): return mark
    case .segment(let segment):
      let isNeeded = !(state.conversation?.spurious.contains(segment.latest.number) ?? false)
      return isNeeded && segment.latest.time <= returned ? segment.latest : segment.first
    case nil: break
    }
    guard let conversation = state.conversation, socket?.kind == .tcp else { return nil }
    if state.record.call == .connect { return answer(to: state.record, conversation) }
    if state.record.call.role == .writes { return room(for: state, conversation, returned) }
    return nil
  }

  /// The packet that ended a connect(): SYN,ACK, RST or an ICMP error.
  private func answer(to record: CallRecord, _ conversation: Conversation) -> PacketMark? {
    guard let error = record.outcome?.error else { return conversation.synAck }
    switch error {
    case .refused, .reset: return conversation.reset?.mark ?? conversation.icmpError
    case .inProgress: return nil
    default: return conversation.icmpError
    }
  }

  /// The ACK that made room for a send that blocked: one that took long, offered more than the
  /// smallest buffer holds (16 KiB, tcp(7)), and returned right after an ACK.
  private func room(
    for state: CallState, _ conversation: Conversation, _ returned: Instant
  ) -> PacketMark? {
    guard returned - state.record.entered >= 10_000_000, let mark = state.lastAck,
      (state.record.outcome?.result ?? 0) > 16_384, returned - mark.time < 1_000_000,
      mark.time >= state.record.entered
    else { return nil }
    return mark
  }
}
