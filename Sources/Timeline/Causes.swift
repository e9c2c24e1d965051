import Calls
import Wire

extension Timeline {
  /// Why a packet was sent, by the precedence of the kinds.
  mutating func cause(of draft: PacketDraft, _ conversation: Conversation?) -> Cause {
    // In two steps: else all that the timeline remembers is copied for the second.
    let cause = found(draft, conversation)
    return bounded(cause, draft, conversation)
  }

  private mutating func found(_ draft: PacketDraft, _ conversation: Conversation?) -> Cause {
    if case .copy = draft.shape {
      var cause = Cause(.copy, .capturedAgain)
      cause.packet = draft.reference?.number
      return cause
    }
    if let cause = draft.fragments?.cause { return cause }
    guard let conversation, let side = draft.row.sender else { return cause(withoutFlow: draft) }
    if case .icmpError = draft.shape { return icmpError(draft, conversation, side) }
    let sender = hasCalls ? self.sender(side, of: conversation, draft) : .unknown
    if case .reset = draft.shape, isAnswer(draft) {
      return answeringReset(draft, conversation, side, sender)
    }
    if case .unknown = sender, hasCalls, !isTraced(side, of: conversation) {
      if let cause = unfollowed(draft, conversation, side) { return cause }
      // Who listens was seen; who connects may be hidden.
      if hidesSockets(at: draft.row.packet.time), side == .client || hidesListeners {
        return Cause(.unknown, .blind)
      }
      return Cause(.untraced, .notTraced)
    }
    let socket = if case .socket(let record) = sender { record } else { SocketRecord?.none }
    if let cause = kernelCause(draft, conversation, side, socket) { return cause }
    if case .oneOf(let sockets) = sender, !sockets.isEmpty, case .syn = draft.shape {
      // Of one call alone: its SYN, or that of a program that is not traced.
      var cause = Cause(.ambiguous, .overlap)
      cause.calls = sockets.compactMap { $0.connects.last?.call }.sorted()
      return cause
    }
    guard let socket else {
      return hasCalls ? withoutSocket(draft, conversation) : Cause(.untraced, .noCalls)
    }
    switch draft.shape {
    case .datagram: return datagram(draft, conversation, socket, side)
    case .syn: return synCause(socket, draft)
    case .fin, .data: return streamCause(draft, conversation, side, socket)
    case .reset: return resetCause(draft, socket, conversation)
    default: return Cause(.unknown, .nothingToAnswer)
    }
  }

  private mutating func cause(withoutFlow draft: PacketDraft) -> Cause {
    if hasCalls, let cause = ofOtherSocket(draft) { return cause }
    switch draft.shape {
    case .undecoded: return Cause(.unknown, .undecoded)
    case .echoReply: return Cause(.reply, .echoReply)
    case .icmpError: return Cause(.reply, .icmpError)
    default: break
    }
    let packet = draft.row.packet.packet
    // A fragment that is not the first: what is above it stands in another packet.
    let isPart = packet.transport == nil && packet.sourceAddress != nil
    if hasCalls, isPart { return Cause(.unknown, .undecoded) }
    return Cause(.untraced, hasCalls ? .otherProtocol : .noCalls)
  }

  /// A segment of a connection whose traced end has no socket: nobody accepted it.
  private func withoutSocket(_ draft: PacketDraft, _ conversation: Conversation) -> Cause {
    if case .reset = draft.shape {
      let time = draft.row.packet.time
      var acts: [SocketAct] = []
      for listener in listeners(at: conversation.facts.server) {
        switch ender(of: listener, at: time, isReset: true) {
        case .one(let act) where act.reaches(time): acts.append(act)
        case .several(let several): acts += several
        default: break
        }
      }
      if acts.count == 1 { return made(by: acts[0], .closeListener, exit: .exitListener) }
      if acts.count > 1 { return ambiguous(acts, .closeListener, exit: .exitRST) }
    }
    if conversation.facts.beganBefore { return Cause(.unknown, .beforeTrace) }
    let isBlind = holder(of: conversation.facts.server, kind: .tcp)?.isBlind ?? false
    return Cause(.unknown, isBlind ? .blind : .noCallHasTheseBytes)
  }

  // MARK: whose it is

  /// Which traced socket a packet comes from.
  enum Sender {
    /// None, as far as is known.
    case unknown
    case socket(SocketRecord)
    /// One of these; none of them where it is forgotten which.
    case oneOf([SocketRecord])
  }

  /// The socket at the end that sent a packet, found late where its call still runs.
  private mutating func sender(
    _ side: Side, of conversation: Conversation, _ draft: PacketDraft
  ) -> Sender {
    let end = conversation.end(side)
    if let id = end.socket { return sockets[id].map { .socket($0) } ?? .oneOf([]) }
    if conversation.facts.kind == .udp {
      return holder(of: end.endpoint, kind: .udp).map { .socket($0) } ?? .unknown
    }
    guard side == .client, conversation.syn != nil else { return .unknown }
    let candidates = claim(conversation)
    // Found out now or never: the calls that could have sent the SYN are forgotten soon.
    withdraw(conversation)
    if let id = end.socket, let socket = sockets[id] { return .socket(socket) }
    return candidates.isEmpty ? .unknown : .oneOf(candidates)
  }

  /// Whether a traced process holds that end: the socket that listens there.
  private func isTraced(_ side: Side, of conversation: Conversation) -> Bool {
    guard side == .server, conversation.facts.kind == .tcp,
      let listener = holder(of: conversation.facts.server, kind: .tcp)
    else { return false }
    return !listener.isLetGo || listener.last >= conversation.first
  }

  // MARK: what the kernel sends

  func reply(_ reason: Cause.Reason, to packet: PacketMark?) -> Cause {
    var cause = Cause(.reply, reason)
    cause.packet = packet.flatMap { $0.number > 0 ? $0.number : nil }
    return cause
  }

  /// The cause of a packet that the kernel sent by itself: an answer, a repetition, a timer.
  func kernelCause(
    _ draft: PacketDraft, _ conversation: Conversation, _ side: Side, _ socket: SocketRecord?
  ) -> Cause? {
    switch draft.shape {
    case .again(let repetition), .refill(let repetition):
      return again(draft, repetition, conversation, side, socket)
    case .keepAlive:
      var cause = Cause(.timer, .keepAlive)
      cause.trigger = socket?.keepAlive
      return cause
    case .zeroWindowProbe: return Cause(.timer, .zeroWindowProbe)
    case .synAck: return reply(.synAck, to: draft.reference ?? conversation.syn)
    case .handshakeAck: return reply(.handshakeAck, to: draft.reference)
    case .ackData: return late(reply(.ackData, to: draft.reference), draft, socket)
    case .ackFIN: return late(reply(.ackFIN, to: draft.reference), draft, socket)
    case .duplicateAck: return reply(.duplicateAck, to: draft.reference)
    case .challengeAck: return reply(.challengeAck, to: draft.reference)
    case .probeAck: return reply(.probeAck, to: draft.reference)
    case .windowUpdate:
      var cause = reply(.windowUpdate, to: draft.reference)
      cause.trigger = reader(socket, at: draft.row.packet.time)
      return cause
    default: return nil
    }
  }

  /// Something that was sent before: names the first packet, and the calls that made it.
  private func again(
    _ draft: PacketDraft, _ repetition: PacketDraft.Repetition, _ conversation: Conversation,
    _ side: Side, _ socket: SocketRecord?
  ) -> Cause {
    let isUseless = conversation.spurious[draft.row.packet.number] ?? false
    let reason: Cause.Reason =
      switch repetition {
      case .alreadyAcknowledged: .spurious
      case _ where isUseless: .spurious
      case .fast: .fastRetransmit
      case .tail: .tailLossProbe
      case .timeout: .timeout
      case .unexplained: .sentAgain
      }
    var cause = Cause(.retransmission, reason)
    cause.packet = draft.reference.flatMap { $0.number > 0 ? $0.number : nil }
    cause.bytes = draft.bytes
    let end = conversation.end(side)
    let flags = draft.row.packet.packet.tcp?.flags ?? []
    if flags.contains(.syn) { cause.calls = end.synCalls }
    if let socket, let bytes = draft.bytes, !socket.doubts.touch(bytes) {
      let spans = spans(of: socket, conversation, end)
      cause.calls += spans.writers(of: bytes, at: draft.row.packet.time).map(\.call)
    }
    if flags.contains(.fin) {
      cause.calls += end.finCalls.filter { !cause.calls.contains($0) }
    }
    return cause
  }

  /// Marks an ACK that came late: by the delayed-ACK timer (40 ms and more), or with a recv.
  private func late(_ cause: Cause, _ draft: PacketDraft, _ socket: SocketRecord?) -> Cause {
    guard let answered = draft.reference else { return cause }
    var cause = cause
    let waited = draft.row.packet.time - answered.time
    cause.isDelayed = waited >= 20_000_000
    if !cause.isDelayed, waited > 100_000 {
      cause.trigger = reader(socket, at: draft.row.packet.time)
      cause.isDelayed = cause.trigger != nil
    }
    return cause
  }

  private func reader(_ socket: SocketRecord?, at time: Instant) -> CallID? {
    socket?.reads.running(at: time)?.call
  }

  /// The client's SYN.
  private func synCause(_ socket: SocketRecord, _ draft: PacketDraft) -> Cause {
    let time = draft.row.packet.time
    // A connect() that began before the recording sent its SYN before, and this one again.
    let first = socket.connects.first.flatMap { calls[$0.call]?.record.arguments.beganBefore }
    if first ?? (socket.isHeld && socket.connects.isEmpty) { return Cause(.unknown, .beforeTrace) }
    guard
      let act = socket.connecting(at: time) ?? socket.connects.last(by: time)
    else {
      if socket.isBlind { return Cause(.unknown, .blind) }
      return Cause(.unknown, socket.countsFromStart ? .noCallHasTheseBytes : .beforeTrace)
    }
    // A SYN leaves at once, and again after a second (RFC 6298): the first was not captured.
    let second: Int64 = 950_000_000
    if time - act.entered >= second, act.system.role == .connects, !socket.defersConnect {
      var cause = Cause(.retransmission, .timeout)
      cause.calls = [act.call]
      return cause
    }
    let isBare = draft.bytes?.isEmpty ?? true
    var cause = Cause(
      .call, act.system.role == .connects ? .connect : isBare ? .fastOpenWithoutData : .fastOpen)
    cause.calls = [act.call]
    cause.bytes = draft.bytes
    return cause
  }

  // MARK: what calls and exits send

  /// A cause that is a call, or the exit of a process; of a socket that another call held beyond its
  /// close(), with that call.
  func made(
    by act: SocketAct, _ reason: Cause.Reason, exit: Cause.Reason, at time: Instant? = nil
  ) -> Cause {
    if let process = act.exit, act.system.role != .executes {
      var cause = Cause(.exit, exit)
      cause.process = process
      return cause
    }
    var cause = Cause(.call, reason)
    if act.call.rawValue > 0 { cause.calls = [act.call] }
    cause.process = act.exit
    if let time, act.isHeld, act.returned.map({ $0 + slack < time }) ?? false {
      cause.trigger = act.heldBy
    }
    return cause
  }

  /// A cause that is one of several calls or exits that ran at once.
  ///
  /// Where all are exits, it is an exit of one of them: which, is not said.
  func ambiguous(_ acts: [SocketAct], _ reason: Cause.Reason, exit: Cause.Reason) -> Cause {
    let calls = Set(acts.map(\.call).filter { $0.rawValue > 0 }).sorted()
    let exits = acts.filter { $0.call.rawValue == 0 }
    if calls.isEmpty {
      let isOne = Set(exits.compactMap(\.exit?.id)).count == 1
      if isOne { return made(by: exits[0], reason, exit: exit) }
      return Cause(.exit, exit)
    }
    if calls.count == 1, exits.isEmpty { return made(by: acts[0], reason, exit: exit) }
    var cause = Cause(.ambiguous, exits.count > 1 ? .overlapOfExits : .overlap)
    cause.calls = calls
    cause.process = exits.count == 1 ? exits[0].exit : nil
    return cause
  }
}
