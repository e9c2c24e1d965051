import Calls
import Wire

extension Timeline {
  /// A datagram: by socket, destination, length and order, and inside its call by the clock.
  func datagram(
    _ draft: PacketDraft, _ conversation: Conversation, _ socket: SocketRecord, _ side: Side
  ) -> Cause {
    let packet = draft.row.packet
    let length = max(
      packet.packet.payloadLength, Int(packet.packet.udp?.length ?? 0) - UDP.headerSize)
    let end = conversation.end(side).endpoint
    let goal = conversation.end(side.opposite).endpoint
    var found: [(socket: SocketRecord, index: Int)] = []
    // Their goal was changed on the way (NAT).
    var changed: [(socket: SocketRecord, index: Int)] = []
    for candidate in candidates(socket, end) {
      candidate.forgetDatagrams(before: packet.time)
      var seen: Set<[CallID]> = []
      for index in candidate.datagrams.indices {
        let sent = candidate.datagrams[index]
        if sent.entered > packet.time + slack { break }
        guard sent.fits(length), sent.isRunning(at: packet.time) else { continue }
        guard sent.reaches(goal) else {
          if sent.runs(at: packet.time) { changed.append((candidate, index)) }
          continue
        }
        // The datagrams of one call leave in their order.
        if seen.insert(sent.calls).inserted { found.append((candidate, index)) }
      }
    }
    let certain = found.filter { $0.socket.datagrams[$0.index].runs(at: packet.time) }
    if !certain.isEmpty { found = certain }
    if found.isEmpty, changed.count == 1 { found = changed }
    guard let first = found.first else {
      return Cause(.unknown, socket.isBlind ? .blind : .noCallHasTheseBytes)
    }
    if found.count > 1 {
      var cause = Cause(.ambiguous, .overlap)
      cause.calls = found.flatMap { $0.socket.datagrams[$0.index].calls }.sorted()
      return cause
    }
    let sent = first.socket.datagrams[first.index]
    first.socket.leave(length, of: first.index)
    var cause = Cause(sent.trigger == nil ? .call : .released, .datagram)
    if let trigger = sent.trigger {
      cause.reason = .releasedByOption
      cause.trigger = trigger
    }
    cause.calls = sent.calls
    return cause
  }

  /// The sockets that may have sent from this end: the one known, and others on its port.
  private func candidates(_ socket: SocketRecord, _ end: Endpoint) -> [SocketRecord] {
    let ids = bound[PortKey(.udp, end.port)] ?? []
    if ids.isEmpty || ids == [socket.id] { return [socket] }
    let others = ids.compactMap { sockets[$0] }.filter {
      $0 !== socket && $0.isOrWas(at: end)
    }
    return [socket] + others
  }
}

extension SentDatagram {
  /// Whether a packet of so many bytes can be the datagram: the whole of it, also where UDP_SEGMENT
  /// is set and the segments left as one packet, or the next of its segments.
  fileprivate func fits(_ length: Int) -> Bool {
    length == self.length && left == length || segment > 0 && length == min(segment, left)
  }

  /// Whether the datagram goes to `goal`, as far as the call told.
  func reaches(_ goal: Endpoint) -> Bool {
    guard let destination else { return true }
    return destination == goal
      || (destination.address.isUnspecified && destination.port == goal.port)
  }
}

extension SocketRecord {
  /// So many bytes of a datagram have left.
  func leave(_ length: Int, of index: Int) {
    datagrams[index].left -= length
    if datagrams[index].left <= 0 { datagrams.remove(at: index) }
  }

  /// Forgets datagrams whose calls returned before: they left elsewhere, or were lost to the capture.
  func forgetDatagrams(before time: Instant) {
    while let first = datagrams.first, let returned = first.returned, returned + slack < time {
      datagrams.removeFirst()
    }
  }
}
