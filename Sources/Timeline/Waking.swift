import Calls
import Wire

/// What let waiting calls return.
extension Timeline {
  /// Finds what made a call's answer ready, when it returns.
  mutating func resolve(_ id: CallID, _ record: CallRecord, _ returned: Returned) {
    guard let time = record.returned, let outcome = record.outcome else { return }
    let socket = record.socket.flatMap { sockets[$0] }
    if let socket, socket.kind == .udp, record.role == .writes, outcome.error == nil {
      let conversation = flow(of: record, socket)
      calls[id]?.conversation = conversation
      socket.side = socket.side ?? conversation.flatMap { socket.datagramSide(in: $0) }
    }
    if let socket, socket.kind == .tcp, record.role == .writes {
      calls[id]?.arrival = room(for: record, on: socket).map { .packet($0) }
    }
    if let socket { resolveError(id, record, socket, outcome) }
    guard record.call.wait == .forPackets || record.role == .reads else { return }
    if let error = outcome.error, error.isInterruption {
      calls[id]?.waitedForOther = true
      // It stands in line for a connection no more; where it begins again, behind the others.
      if record.call.accepts { socket?.acceptors.forget(id) }
    } else if record.call.polls {
      resolvePoll(id, record, outcome, returned.ready, before: time)
    } else if record.call.accepts {
      let accepted = returned.made.flatMap { sockets[$0.id]?.conversation }
      calls[id]?.accepted = accepted
      let made = accepted?.queued ?? accepted?.handshakeAck ?? accepted?.synAck
      let woken = socket.flatMap { leaveLine(id, record, $0, outcome, made) }
      calls[id]?.arrival = (accepted == nil ? nil : woken ?? made).map { .packet($0) }
    } else if record.role == .reads, let socket {
      resolveRead(id, record, socket, outcome, before: time)
      agreeOnReads(socket, returned.socket)
    }
  }

  /// The packet that woke one of several threads in accept(), which may have got the connection of
  /// another one; nil where it did not wait, or where that was not recorded.
  private func leaveLine(
    _ id: CallID, _ record: CallRecord, _ socket: SocketRecord, _ outcome: CallOutcome,
    _ made: PacketMark?
  ) -> PacketMark? {
    let wasThere = made.map { $0.time < record.entered } ?? false
    let waited = outcome.paused != false && !wasThere
    let mark = socket.acceptors.leave(id, waited: waited, left: socket.completed.count)
    return outcome.paused == true ? mark : nil
  }

  /// What made one of several sockets ready; a wait that ends by its timeout finds nothing, or what
  /// came after that.
  private mutating func resolvePoll(
    _ id: CallID, _ record: CallRecord, _ outcome: CallOutcome, _ ready: [SocketID],
    before time: Instant
  ) {
    guard outcome.error == nil else { return }
    let paused = outcome.paused
    guard outcome.result > 0 else {
      calls[id]?.waitedForOther = paused != false
      return
    }
    let listeners = ready.filter { sockets[$0]?.isListener ?? false }
    let watch = Arrivals.Watch(
      process: record.process.id, instance: record.arguments.descriptor ?? -record.thread)
    for socket in listeners { sockets[socket]?.arrivals.find(record.thread, by: watch) }
    let marks = ready.filter { !listeners.contains($0) }
      .compactMap { readiness(of: $0, record, before: time) }
    let first = marks.min { $0.number < $1.number }
    if !listeners.isEmpty {
      // Which connections came to which of them, accept() may tell later.
      calls[id]?.arrival = .connection(listeners, first.flatMap { isLate($0, record) ? nil : $0 })
      return
    }
    guard let first else {
      // A pipe, an eventfd, a timerfd.
      calls[id]?.waitedForOther = ready.isEmpty && paused == true
      return
    }
    if isLate(first, record) {
      calls[id]?.waitedForOther = true
    } else {
      calls[id]?.arrival = .packet(first)
    }
  }

  /// Whether a packet came when the time of a wait was over.
  private func isLate(_ mark: PacketMark, _ record: CallRecord) -> Bool {
    let limit = record.arguments.timeout ?? -1
    // The timer starts when the thread runs again after the stop, and has a slack (prctl(2)).
    let margin: Int64 = 150_000
    return limit > 0 && mark.time - record.entered > limit * 1_000_000 + margin
  }

  /// The packet that brought the error which a call returns: of a datagram sent before, or of
  /// connect() as SO_ERROR tells it.
  private mutating func resolveError(
    _ id: CallID, _ record: CallRecord, _ socket: SocketRecord, _ outcome: CallOutcome
  ) {
    guard let conversation = socket.conversation else { return }
    let isAsked = record.role == .asks && record.arguments.option == .error
    if isAsked, let value = outcome.value, value != 0 {
      let mark = conversation.reset?.mark ?? conversation.takeError(for: id)
      calls[id]?.arrival = mark.map { .packet($0) }
    } else if socket.kind == .udp, record.role == .writes || record.role == .reads,
      let error = outcome.error, error.isReportedByICMP
    {
      calls[id]?.arrival = conversation.takeError(for: id).map { .packet($0) }
    } else if socket.kind == .tcp, record.role == .writes, let error = outcome.error,
      error.isOfReset, let reset = conversation.reset, let side = socket.side(in: conversation),
      reset.by != side
    {
      calls[id]?.arrival = .packet(reset.mark)
    }
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
      if record.arguments.beganBefore { return .notAWait }
      return .didNotWait(packet: packet.number, since: record.entered - packet.time)
    }
    // It came between the stop before the call and the call, or, as the answer to a connect() on
    // loopback does, while the thread was still at work in it.
    let ranOn = record.outcome?.paused == false
    let sends = record.call.role == .writes && record.kind == .udp
    if ranOn || sends || record.role == .asks {
      return .didNotWait(packet: packet.number, since: nil)
    }
    return .packet(packet.number, before: returned - packet.time)
  }

  private func arrival(
    _ state: CallState, _ socket: SocketRecord?, _ returned: Instant
  ) -> PacketMark? {
    switch state.arrival {
    case .packet(let mark): return mark
    case .segment(let segment):
      let isNeeded = state.conversation?.spurious[segment.latest.number] == nil
      return isNeeded && segment.latest.time <= returned ? segment.latest : segment.first
    case .connection(let listeners, let other):
      let marks = listeners.compactMap { readiness(of: $0, state.record, before: returned) }
      return ([other].compactMap { $0 } + marks.filter { !isLate($0, state.record) })
        .min { $0.number < $1.number }
    case nil: break
    }
    guard let conversation = state.conversation, socket?.kind == .tcp else { return nil }
    if state.record.role == .connects { return answer(to: state.record, conversation) }
    if state.record.role == .closes { return lingered(state.record, socket, conversation) }
    return nil
  }

  /// The packet that ended a connect(): SYN-ACK, RST or an ICMP error.
  private func answer(to record: CallRecord, _ conversation: Conversation) -> PacketMark? {
    guard let error = record.outcome?.error else { return conversation.synAck }
    switch error {
    case .refused, .reset: return conversation.reset?.mark ?? conversation.icmpError
    case .inProgress: return nil
    default: return conversation.icmpError
    }
  }

  /// The packet that let a close() return which waits for the peer (SO_LINGER of some seconds): the
  /// one that acknowledged the FIN.
  private func lingered(
    _ record: CallRecord, _ socket: SocketRecord?, _ conversation: Conversation
  ) -> PacketMark? {
    guard let socket, socket.lingerSeconds > 0, record.outcome?.paused != false,
      let side = socket.side(in: conversation), let returned = record.returned
    else { return nil }
    let mark = conversation.end(side).finAcknowledged ?? conversation.reset?.mark
    return mark.flatMap { $0.time >= record.entered && $0.time <= returned ? $0 : nil }
  }
}

extension Errno {
  /// Whether a stream returns the error after a RST: ECONNRESET first, EPIPE from then on.
  var isOfReset: Bool { self == .reset || self == .brokenPipe }

  /// Whether a socket returns the error when an ICMP message has come: ECONNREFUSED, EHOSTUNREACH,
  /// ENETUNREACH, EPROTO, EMSGSIZE, ENOPROTOOPT, EACCES (icmp(7), udp(7)).
  var isReportedByICMP: Bool {
    [
      .refused, .hostUnreachable, .networkUnreachable, .protocolError, .tooLong, .noSuchOption,
      .accessDenied,
    ].contains(self)
  }
}
