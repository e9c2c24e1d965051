import Calls
import Wire

/// What let out bytes whose calls had returned.
extension Timeline {
  /// Whether a segment left a little after its last call returned, by clocks that may disagree, and
  /// nothing had come since that could have let it out.
  func isJustAfter(
    _ returned: Instant?, _ draft: PacketDraft, _ spans: [WrittenSpan], _ socket: SocketRecord
  ) -> Bool {
    let time = draft.row.packet.time
    // What waited behind other bytes may well have left later.
    guard let returned, time - returned <= (draft.followsFlight ? 0 : slack),
      pushing(socket, spans, at: time) == nil
    else { return false }
    return draft.received.map { $0.time < returned } ?? true
  }

  /// Bytes that left while their call still ran, but that the window held back until an
  /// acknowledgement came: the call had filled the window that there was at its entry, and a call
  /// that holds the socket sees no acknowledgement.
  ///
  /// From the first segment beyond on, acknowledgements drive: those that follow are let out by the
  /// same one, or by the one that moved the window on for them. Not of sendfile() and splice(), which
  /// let go of the socket after each 64 KiB, the room of a pipe, and then send by themselves; nor of a
  /// write of one packet that slept, since it lets go of the socket for that, and has not put its bytes
  /// into the stream until it wakes.
  func openedWindow(
    _ draft: PacketDraft, _ spans: [WrittenSpan], _ socket: SocketRecord
  ) -> Cause? {
    let time = draft.row.packet.time
    guard let bytes = draft.bytes, let received = draft.received,
      let span = spans.last(where: { $0.isRunning(at: time) }), let edge = span.edge,
      received.time >= span.entered, let record = calls[span.call]?.record,
      !record.call.movesInKernel,
      !(record.outcome?.paused == true && span.bytes.count <= draft.largest)
    else { return nil }
    let isFirst = draft.sent <= edge && bytes.upperBound > edge
    let isNext =
      span.opener == received.number || span.opener != nil && bytes.upperBound > draft.edge
    guard isFirst || isNext else { return nil }
    if let index = socket.spans.lastIndex(of: span.call) {
      socket.spans[index].opener = received.number
    }
    var cause = Cause(.released, .releasedByAck)
    cause.packet = received.number
    return cause
  }

  /// Bytes that left when none of their calls ran any more: what let them out.
  func released(
    _ draft: PacketDraft, _ spans: [WrittenSpan], _ socket: SocketRecord
  ) -> Cause {
    let time = draft.row.packet.time
    let received = draft.received
    // Between segments that follow each other the kernel may pace, and its timer cannot be seen.
    let isBusy = draft.previousData.map { time - $0 < 1_000_000 } ?? false
    let isFresh = received.map { time - $0.time < 1_000_000 } ?? false
    // By the clock, or where nothing else explains it, within the clocks' disagreement.
    let pushing =
      pushing(socket, spans, at: time) ?? (isFresh ? nil : pushing(socket, spans, at: time + slack))
    if let (act, way) = pushing, received.map({ $0.time <= act.entered }) ?? true,
      way != .writing || !isBusy
    {
      var cause = Cause(.released, way == .option ? .releasedByOption : .releasedByCall)
      cause.trigger = act.call
      return cause
    }
    if let returned = last(of: spans), isFirstLost(draft, socket, sent: returned), pushing == nil {
      return Cause(.retransmission, .timeout)
    }
    guard let received, draft.isAtOnce else {
      var cause = Cause(.released, .releasedByTimer)
      cause.trigger = pushing?.act.call
      return cause
    }
    var cause = Cause(.released, .releasedByAck)
    // Of several that came at once, the sender takes one after the other.
    let opener = draft.opener.flatMap { received.time - $0.time < 100_000 ? $0 : nil }
    cause.packet = (opener ?? received).number
    return cause
  }

  /// Whether something should have left when its call ran, at `sent`, and is seen only when the time for
  /// an acknowledgement has run out (200 ms at least, TCP_RTO_MIN of Linux): what was sent first was
  /// not captured, since a local firewall had dropped it.
  func isFirstLost(_ draft: PacketDraft, _ socket: SocketRecord, sent: Instant) -> Bool {
    let timeout: Int64 = 195_000_000
    let end = draft.bytes?.upperBound ?? 0
    let isOpen = draft.edge == 0 || end <= draft.edge
    return draft.row.packet.time - sent >= timeout && !draft.followsFlight && isOpen
      && !socket.holdsBack && socket.pacingRate == 0 && !draft.isAtOnce && socket.countsFromStart
      && !socket.isBlind
  }

  /// In which way a call takes earlier bytes along.
  private enum Pushing { case option, writing, closing }

  /// The last call that runs on the socket and takes earlier bytes along: it uncorks, writes or
  /// closes.
  private func pushing(
    _ socket: SocketRecord, _ spans: [WrittenSpan], at time: Instant
  ) -> (act: SocketAct, way: Pushing)? {
    func runs(_ entered: Instant, _ returned: Instant?) -> Bool {
      entered <= time && returned.map { time <= $0 } ?? true
    }
    if let option = socket.options.running(at: time) {
      return (option, .option)
    }
    // Calls that come up to the lookahead later are known already.
    var index = socket.spans.partition { $0.entered <= time }
    var since = Instant(0)
    while index > 0 {
      index -= 1
      let span = socket.spans[index]
      if span.entered < since { break }
      since = max(since, span.openSince)
      guard runs(span.entered, span.returned), !spans.contains(where: { $0.call == span.call })
      else {
        continue
      }
      return (SocketAct(call: span.call, system: .write, entered: span.entered), .writing)
    }
    let closer = socket.drops.last { runs($0.entered, $0.returned) && $0.call.rawValue > 0 }
    return closer.map { ($0, .closing) }
  }
}
