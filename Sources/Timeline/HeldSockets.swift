import Calls
import Wire

/// Sockets that a program had open before it was traced: whose they are, and where their streams
/// stand.
///
/// The kernel tells how many bytes were sent and written, but not the sequence number that goes with
/// them. Where nothing is on the way and nothing waits, the next new segment begins just there: it
/// anchors the count. Where bytes are on the way, what was captured up to that moment does, if it had
/// data in it. Else the bytes stay unknown until the socket falls quiet.
extension Timeline {
  /// Takes a socket that was open before.
  mutating func ingest(_ held: HeldSocket, _ event: CallEvent) {
    let time = Instant(event.time)
    meet(event.process)
    let facts = held.socket
    let isNew = sockets[facts.id] == nil
    let isFirst = sockets[facts.id].map { !$0.isHeld } ?? true
    let socket =
      sockets[facts.id] ?? SocketRecord(facts, process: processName(event.process), at: time)
    sockets[facts.id] = socket
    socket.last = time
    hold(facts.id, held.descriptor, in: event.process)
    if isFirst {
      socket.heldSince = time
      learn(socket, facts, at: time)
      if isNew { socket.conversation?.heldSince = time }
    }
    anchor(socket, held, isFirst: isFirst)
  }

  /// Takes over what the kernel says of a socket's ends and state.
  private mutating func learn(_ socket: SocketRecord, _ facts: SocketFacts, at time: Instant) {
    if facts.kind == .tcp, facts.state.flatMap({ TCPState(kernel: $0) }) == .listen {
      socket.isListener = true
      take(.server, socket)
      register(socket)
      return
    }
    bind(socket, facts, at: time)
    if facts.kind == .udp, facts.peer == nil, facts.local?.port ?? 0 != 0 { take(.server, socket) }
    guard facts.kind == .tcp, let conversation = socket.conversation,
      let side = socket.streamSide
    else { return }
    conversation.join(side, facts.state)
  }

  /// Notes which bytes of the stream come next.
  private func anchor(_ socket: SocketRecord, _ held: HeldSocket, isFirst: Bool) {
    guard socket.kind == .tcp, let conversation = socket.conversation,
      let side = socket.streamSide, held.socket.state != 10
    else { return }
    let end = conversation.end(side)
    let peer = conversation.end(side.opposite)
    if isFirst, let unread = held.unread {
      let arrived = max(0, peer.top - 1 - (peer.fin == nil ? 0 : 1))
      socket.read = arrived - min(max(0, unread), greatestCount)
      socket.knowsRead = true
    }
    let isSYNSent = held.socket.state == 2
    guard let written = held.socket.streamOffset, let sent = held.sent, sent <= written, !isSYNSent,
      !end.isAnchored, socket.writing.isEmpty
    else { return }
    let next = end.sawSYN ? Int(clamping: sent) : max(0, end.top - 1)
    socket.base = Int(clamping: sent) - next
    socket.written = min(Int(clamping: written) - socket.base, greatestCount)
    socket.verified = socket.written
    if isFirst { socket.heldBytes = socket.written }
    socket.countsFromStart = true
    if end.sawSYN { return }
    if held.isQuiet {
      end.awaited = next
    } else if end.lastNews != nil {
      end.isAnchored = true
    }
  }

  /// The first new segment of an end whose bytes are known by number, not by place: they go together.
  func anchor(_ conversation: Conversation, by draft: PacketDraft) {
    guard let side = draft.row.sender, let awaited = conversation.end(side).awaited,
      !draft.shape.isProbe, let header = draft.row.packet.packet.tcp,
      !header.flags.contains(.rst), draft.bytes != nil || header.flags.contains(.fin),
      let position = draft.row.relativeSequence
    else { return }
    let end = conversation.end(side)
    end.awaited = nil
    end.isAnchored = true
    let shift = Int(position) - 1 - awaited
    if shift != 0, let socket = end.socket.flatMap({ sockets[$0] }) { socket.shift(by: shift) }
  }
}

extension SocketRecord {
  /// Counts the stream's bytes from another one.
  fileprivate func shift(by shift: Int) {
    base -= shift
    written += shift
    heldBytes += shift
    verified += shift
    for index in spans.indices {
      let bytes = spans[index].bytes
      spans[index].bytes = (bytes.lowerBound + shift)..<(bytes.upperBound + shift)
    }
  }
}

extension Conversation {
  /// Takes over the state of an end, where no packet has told it.
  fileprivate func join(_ side: Side, _ number: UInt8?) {
    let end = self.end(side)
    let peer = self.end(side.opposite)
    if end.sawSYN || peer.sawSYN { return }
    facts.beganBefore = true
    guard end.fin == nil, peer.fin == nil, let state = number.flatMap({ TCPState(kernel: $0) })
    else { return }
    end.state = state
    guard peer.socket == nil || client === server else { return }
    switch state {
    case .closeWait: peer.state = .finWait2
    case .finWait2: peer.state = .closeWait
    case .established, .finWait1: peer.state = .established
    default: break
    }
  }
}

extension TCPState {
  /// Reads a number of TCP_INFO (include/net/tcp_states.h).
  fileprivate init?(kernel number: UInt8) {
    let states: [TCPState] = [
      .established, .synSent, .synReceived, .finWait1, .finWait2, .timeWait, .closed, .closeWait,
      .lastAck, .listen, .closing, .synReceived,
    ]
    guard 1...states.count ~= Int(number) else { return nil }
    self = states[Int(number) - 1]
  }
}
