import Calls
import Wire

extension Timeline {
  /// The bytes that calls wrote to the stream of one end of a connection.
  func spans(
    of socket: SocketRecord, _ conversation: Conversation, _ end: End
  ) -> Deque<WrittenSpan> {
    socket.conversation === conversation ? socket.spans : end.formerSpans ?? Deque()
  }

  /// The cause of data, of a FIN, or of both in one segment.
  func streamCause(
    _ draft: PacketDraft, _ conversation: Conversation, _ side: Side, _ socket: SocketRecord
  ) -> Cause {
    let end = conversation.end(side)
    let time = draft.row.packet.time
    let hasFIN = draft.row.packet.packet.tcp?.flags.contains(.fin) ?? false
    let ending = hasFIN ? ender(of: socket, at: time, isReset: false) : .none
    guard let bytes = draft.bytes else { return finCause(ending, draft, socket, end) }
    var spans = spans(of: socket, conversation, end).writers(of: bytes, at: time)
    if spans.contains(where: \.overlaps) {
      // Of calls that overlap, those that came after the segment have none of its bytes.
      let possible = spans.filter { $0.entered <= time + slack }
      if possible.covers(bytes) { spans = possible }
    }
    defer { forget(draft, bytes, of: socket, conversation) }
    if let why = uncertainty(spans, bytes, conversation, end, socket) { return why }
    var cause = spanCause(spans, ending, draft, socket)
    cause.bytes = bytes
    cause.calls = spans.map(\.call)
    if hasFIN { add(ending, to: &cause) }
    if cause.kind == .retransmission { cause.closers = [] }
    if cause.kind == .released { end.pause = draft.previousData.map { time - $0 } ?? end.pause }
    return cause
  }

  /// Why the bytes of a segment cannot be given to calls with certainty, if they cannot.
  private func uncertainty(
    _ spans: [WrittenSpan], _ bytes: Range<Int>, _ conversation: Conversation, _ end: End,
    _ socket: SocketRecord
  ) -> Cause? {
    // Without the first byte of the stream, or the first call, the two counts have no common zero.
    let isAnchored = (end.sawSYN || end.isAnchored) && socket.countsFromStart
    if !isAnchored { return Cause(.unknown, socket.isBlind ? .blind : .beforeTrace) }
    if socket.isHeld, bytes.lowerBound < socket.heldBytes { return Cause(.unknown, .beforeTrace) }
    let isCurrent = socket.conversation === conversation
    let isUnseen = isCurrent && socket.doubts.areUnseen(bytes)
    // A write that its thread's death cut off has what nobody wrote after it.
    let isCutOff = spans.count == 1 && spans.allSatisfy(\.isCutOff)
    let isDoubtful = isUnseen || isCurrent && !isCutOff && socket.doubts.touch(bytes)
    if !isDoubtful, spans.covers(bytes) { return nil }
    if isCurrent, bytes.lowerBound < socket.forgotten { return Cause(.unknown, .forgotten) }
    if socket.isBlind || isDoubtful && !isUnseen { return Cause(.unknown, .blind) }
    return Cause(.unknown, isUnseen ? .unseen : .noCallHasTheseBytes)
  }

  /// Names what ended the stream with the last bytes of a segment.
  private func add(_ ending: Ending, to cause: inout Cause) {
    switch ending {
    case .one(let act):
      if act.call.rawValue > 0 { cause.closers = [act.call] }
      cause.process = act.exit
    case .several(let acts):
      let some = ambiguous(acts, .fin, exit: .exitFIN)
      cause.closers = some.calls
      cause.process = some.process
    case .none, .elsewhere: break
    }
    cause.calls += cause.closers.filter { !cause.calls.contains($0) }
  }

  private func spanCause(
    _ spans: [WrittenSpan], _ ending: Ending, _ draft: PacketDraft, _ socket: SocketRecord
  ) -> Cause {
    let time = draft.row.packet.time
    if spans.count > 1, spans.contains(where: \.overlaps) { return Cause(.ambiguous, .overlap) }
    let hasFIN = draft.row.packet.packet.tcp?.flags.contains(.fin) ?? false
    if hasFIN {
      switch ending {
      case .one(let act)
      where act.isRunning(at: time) || act.exit != nil && act.reaches(time)
        || act.isLetGo(at: time) && !draft.isAtOnce:
        return made(by: act, .dataAndFIN, exit: .exitFIN, at: time)
      case .several(let acts): return ambiguous(acts, .dataAndFIN, exit: .exitFIN)
      case .none: return Cause(.unknown, unseenReason(of: socket))
      case .elsewhere: return Cause(.unknown, .heldElsewhere)
      default: break
      }
    }
    let isInside = spans.contains { $0.isRunning(at: time) }
    if isInside, !hasFIN, let cause = openedWindow(draft, spans, socket) { return cause }
    if isInside || isJustAfter(last(of: spans), draft, spans, socket) {
      return Cause(.call, hasFIN ? .dataAndFIN : .data)
    }
    return released(draft, spans, socket)
  }

  func last(of spans: [WrittenSpan]) -> Instant? { spans.compactMap(\.returned).max() }

  /// Forgets the calls whose bytes were acknowledged when a packet was captured: those that are
  /// acknowledged since may be in packets behind it, where two crossed.
  private func forget(
    _ draft: PacketDraft, _ bytes: Range<Int>, of socket: SocketRecord, _ conversation: Conversation
  ) {
    guard socket.conversation === conversation else { return }
    let floor = min(bytes.lowerBound, draft.acknowledged - 1)
    socket.doubts.forget(upTo: floor)
    while socket.spans.count > 64, let first = socket.spans.first, first.returned != nil,
      first.bytes.upperBound <= floor
    {
      socket.spans.removeFirst()
    }
  }
}

extension [WrittenSpan] {
  /// Whether these calls together wrote all of the bytes.
  fileprivate func covers(_ bytes: Range<Int>) -> Bool {
    var reached = bytes.lowerBound
    for span in self where span.bytes.lowerBound <= reached {
      reached = Swift.max(reached, span.bytes.upperBound)
    }
    return reached >= bytes.upperBound
  }
}
