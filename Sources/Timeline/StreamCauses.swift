import Calls
import Wire

extension Timeline {
  /// The calls that wrote these bytes of a stream.
  func writers(of bytes: Range<Int>?, _ socket: SocketRecord) -> [WrittenSpan] {
    guard let bytes, !bytes.isEmpty else { return [] }
    return socket.spans.filter { $0.bytes.overlaps(bytes) && $0.call.rawValue > 0 }
  }

  /// The cause of data, of a FIN, or of both in one segment.
  func streamCause(
    _ draft: PacketDraft, _ conversation: Conversation, _ side: Side, _ socket: SocketRecord
  ) -> Cause {
    let time = draft.row.packet.time
    let hasFIN = draft.row.packet.packet.tcp?.flags.contains(.fin) ?? false
    let drop = hasFIN ? socket.drops.last { $0.entered <= time } : nil
    guard let bytes = draft.bytes else { return finCause(drop, draft, socket) }
    let spans = writers(of: bytes, socket)
    forget(upTo: bytes.lowerBound, of: socket, conversation.end(side))
    guard let last = spans.last else {
      let why: Cause.Reason =
        socket.isBlind
        ? .blind : conversation.facts.beganBefore ? .beforeTrace : .noCallHasTheseBytes
      return Cause(.unknown, why)
    }
    var cause = spanCause(spans, last, drop, draft, socket)
    cause.bytes = bytes
    cause.calls = spans.map(\.call)
    if let drop, drop.call.rawValue > 0 { cause.calls.append(drop.call) }
    if let process = drop?.exit { cause.process = process }
    return cause
  }

  private func spanCause(
    _ spans: [WrittenSpan], _ last: WrittenSpan, _ drop: SocketAct?, _ draft: PacketDraft,
    _ socket: SocketRecord
  ) -> Cause {
    let time = draft.row.packet.time
    if spans.count > 1, spans.contains(where: \.overlaps) { return Cause(.ambiguous, .overlap) }
    if spans.contains(where: { $0.isRunning(at: time) }) {
      return Cause(.call, drop == nil ? .data : .dataAndFIN)
    }
    if let drop, drop.isRunning(at: time) {
      return made(by: drop, .dataAndFIN, exit: .exitFIN)
    }
    return released(draft, socket)
  }

  /// Bytes that left when none of their calls ran any more: what let them out.
  private func released(_ draft: PacketDraft, _ socket: SocketRecord) -> Cause {
    let time = draft.row.packet.time
    if let option = socket.options.last(where: { $0.isRunning(at: time) }) {
      var cause = Cause(.released, .releasedByOption)
      cause.trigger = option.call
      return cause
    }
    if let call = later(than: draft.bytes, socket, at: time) {
      var cause = Cause(.released, .releasedByCall)
      cause.trigger = call
      return cause
    }
    guard let received = draft.received, time - received.time < 1_000_000 else {
      return Cause(.released, .releasedByTimer)
    }
    var cause = Cause(.released, .releasedByAck)
    cause.packet = received.number
    return cause
  }

  /// A writing or closing call that runs on the socket and takes earlier bytes along.
  private func later(
    than bytes: Range<Int>?, _ socket: SocketRecord, at time: Instant
  ) -> CallID? {
    let writer = socket.spans.last { $0.isRunning(at: time) && $0.call.rawValue > 0 }
    let closer = socket.drops.last { $0.isRunning(at: time) && $0.call.rawValue > 0 }
    return writer?.call ?? closer?.call
  }

  /// A FIN without data.
  private func finCause(_ drop: SocketAct?, _ draft: PacketDraft, _ socket: SocketRecord) -> Cause {
    guard let drop else {
      return Cause(.unknown, socket.isBlind ? .blind : .noCallHasTheseBytes)
    }
    let time = draft.row.packet.time
    var cause = made(by: drop, .fin, exit: .exitFIN)
    guard cause.kind == .call, let returned = drop.returned, let received = draft.received else {
      return cause
    }
    // Kernels before 6.6 send the FIN just after close(); one that waited for room comes later.
    let isHeldBack = time - returned > 1_000_000 && time - received.time < 1_000_000
    if isHeldBack, received.time > returned {
      cause.kind = .released
      cause.reason = .releasedByAck
      cause.packet = received.number
    }
    return cause
  }

  /// Forgets the calls whose bytes are acknowledged and need no cause any more.
  private func forget(upTo byte: Int, of socket: SocketRecord, _ end: End) {
    guard socket.spans.count > 256 else { return }
    let floor = min(byte, end.acknowledged - 1)
    let done = socket.spans.prefix { $0.bytes.upperBound <= floor && $0.returned != nil }
    if done.count > 128 { socket.spans.removeFirst(done.count) }
  }

  // MARK: resets

  /// Whether a RST answers a segment: then it has no ACK of its own, or acknowledges a SYN.
  func isAnswer(_ draft: PacketDraft) -> Bool {
    guard let header = draft.row.packet.packet.tcp else { return false }
    guard header.flags.contains(.ack) else { return true }
    return header.sequence.rawValue == 0 && draft.row.packet.packet.payloadLength == 0
  }

  /// Whether a RST says that nobody listens.
  func isRefusal(_ draft: PacketDraft, _ conversation: Conversation) -> Bool {
    draft.received.map { $0.flags.contains(.syn) && !$0.flags.contains(.ack) } ?? false
  }

  /// A RST that a call or an exit sent.
  func resetCause(
    _ draft: PacketDraft, _ socket: SocketRecord, _ conversation: Conversation
  ) -> Cause {
    let time = draft.row.packet.time
    if let drop = socket.drops.last(where: { $0.entered <= time }) {
      let hasUnread = draft.arrived > socket.read && !socket.lingersZero
      let reason: Cause.Reason =
        hasUnread ? .closeUnread : socket.lingersZero ? .closeLinger : .abort
      return made(by: drop, reason, exit: .exitRST)
    }
    if let act = socket.connects.last(where: { $0.isRunning(at: time) }) {
      return made(by: act, .abort, exit: .exitRST)
    }
    if draft.received != nil { return reply(.resetDead, to: draft.received) }
    return Cause(.unknown, .nothingToAnswer)
  }

  // MARK: datagrams

  /// A datagram: by socket, destination, length and order.
  func datagram(
    _ draft: PacketDraft, _ conversation: Conversation, _ socket: SocketRecord, _ side: Side
  ) -> Cause {
    let time = draft.row.packet.time
    let length = draft.row.packet.packet.payloadLength
    let destination = conversation.end(side.opposite).endpoint
    let candidates = candidates(socket, conversation.end(side).endpoint)
    for candidate in candidates {
      let index = candidate.datagrams.firstIndex {
        $0.packet == nil && $0.length == length && $0.entered <= time
          && ($0.destination ?? destination) == destination
      }
      guard let index else { continue }
      candidate.datagrams[index].packet = draft.row.packet.number
      var cause = Cause(.call, .datagram)
      cause.calls = [candidate.datagrams[index].call]
      if index > 128 { candidate.datagrams.removeFirst(index) }
      return cause
    }
    return Cause(.unknown, socket.isBlind ? .blind : .noCallHasTheseBytes)
  }

  /// The sockets that may have sent from this end: the one known, and others on its port.
  private func candidates(_ socket: SocketRecord, _ end: Endpoint) -> [SocketRecord] {
    let others = (bound[BoundKey(kind: .udp, port: end.port)] ?? []).compactMap { sockets[$0] }
    return [socket] + others.filter { $0 !== socket }
  }
}
