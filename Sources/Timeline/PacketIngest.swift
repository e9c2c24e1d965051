import Calls
import Wire

extension Timeline {
  /// Takes a packet: finds its connection, and what the headers tell of it.
  mutating func ingest(_ whole: CapturedPacket) {
    let captured = held(whole)
    let packet = captured.packet
    var draft: PacketDraft
    var conversation: Conversation?
    switch packet.transport {
    case .tcp(let header):
      guard let (source, destination) = ends(of: packet) else {
        draft = PacketDraft(captured, .undecoded)
        break
      }
      let found = self.conversation(
        for: header, source, destination, at: captured.time, inside: packet.tunnels)
      conversation = found
      let hadHandshake = found.handshakeAck != nil
      if found.defersAccept, !hadHandshake, found.server.socket == nil {
        found.hasLostListener = holder(of: found.facts.server, kind: .tcp)?.isLetGo ?? true
      }
      if header.flags.contains(.syn), found.syn == nil {
        found.defersAccept = holder(of: found.facts.server, kind: .tcp)?.defersAccept ?? false
      }
      let side = found.side(of: source)
      draft = found.take(captured, header, from: side, keepsUnread: hasCalls)
      noteShut(&draft)
      noteUrgent(header, draft, found, side)
      attend(found, &draft, hadHandshake: hadHandshake)
      if found.facts.beganBefore { anchor(found, by: draft) }
    case .udp(let header):
      guard let (source, destination) = ends(of: packet) else {
        draft = PacketDraft(captured, .undecoded)
        break
      }
      (draft, conversation) = take(captured, header, from: source, to: destination)
    case .icmp(let message):
      (draft, conversation) = take(captured, message)
    default:
      draft = PacketDraft(captured, packet.stop == nil ? .other : .undecoded)
      if let known = followFirst(&draft) {
        known.last = captured.time
        drafts.append(Draft(time: captured.time, content: .packet(draft), conversation: known))
        return
      }
    }
    noteFirst(&draft, conversation)
    if let conversation {
      conversation.packets += 1
      conversation.hasPackets = true
      conversation.tally(draft.row, isAgain: draft.shape.isAgain)
      conversation.last = captured.time
    }
    drafts.append(
      Draft(time: captured.time, content: .packet(draft), conversation: conversation))
  }

  /// The packet as its sender's socket has it: where a traced one sent, or will read, the datagram around
  /// a tunnel, that datagram; else the innermost packet.
  private func held(_ captured: CapturedPacket) -> CapturedPacket {
    guard hasCalls, !captured.packet.tunnels.isEmpty else { return captured }
    for index in captured.packet.tunnels.indices {
      guard let outer = captured.packet.datagram(around: index),
        let (source, destination) = ends(of: outer),
        holder(of: source, kind: .udp) != nil || holder(of: destination, kind: .udp) != nil
      else { continue }
      var captured = captured
      captured.packet = outer
      return captured
    }
    return captured
  }

  private func ends(of packet: Packet) -> (Endpoint, Endpoint)? {
    guard let source = packet.source, let destination = packet.destination else { return nil }
    return (source.unmapped, destination.unmapped)
  }

  /// The connection of a segment: the open one between its ends, or a new one.
  private mutating func conversation(
    for header: TCP, _ source: Endpoint, _ destination: Endpoint, at time: Instant,
    inside tunnels: [Tunnel]
  ) -> Conversation {
    let key = FlowKey(.tcp, source, destination, tunnel: tunnels.identity)
    let isSYN = header.flags.contains(.syn)
    let isFirst = isSYN && !header.flags.contains(.ack)
    if let known = flows[key], !(isFirst && known.isReused(by: header, from: source)) {
      return challenged(known, by: header, source) ?? known
    }
    if isSYN {
      let isAnswer = header.flags.contains(.ack)
      return open(
        .tcp, client: isAnswer ? destination : source, server: isAnswer ? source : destination,
        at: time, inside: tunnels)
    }
    // In mid-stream: the end whose port a traced socket listens on is the server, else the lower.
    let listens = holder(of: source, kind: .tcp)?.isListener ?? false
    let isListened = holder(of: destination, kind: .tcp)?.isListener ?? false
    let isServer = listens || (!isListened && source.port < destination.port)
    let found = open(
      .tcp, client: isServer ? destination : source, server: isServer ? source : destination,
      at: time, inside: tunnels)
    if header.flags.contains(.rst) { return found }
    found.facts.beganBefore = true
    found.client.state = .established
    found.server.state = .established
    return found
  }

  /// The older connection of the same ports, where its end answers a SYN with a bare ACK: it is
  /// alive, and the SYN opened nothing (RFC 5961, section 4.2).
  private mutating func challenged(
    _ known: Conversation, by header: TCP, _ source: Endpoint
  ) -> Conversation? {
    guard header.flags == .ack, known.synAck == nil, let syn = known.syn,
      known.side(of: source) == .server, let old = known.previous, !old.isOver, !old.isForgotten
    else { return nil }
    flows[
      FlowKey(
        .tcp, known.facts.client, known.facts.server, tunnel: known.facts.tunnels.identity)] = old
    old.end(old.side(of: source)).unanswered = syn
    return old
  }

  // MARK: UDP

  /// Takes a datagram.
  private mutating func take(
    _ captured: CapturedPacket, _ header: UDP, from source: Endpoint, to destination: Endpoint
  ) -> (PacketDraft, Conversation) {
    let tunnels = captured.packet.tunnels
    let conversation =
      flows[FlowKey(.udp, source, destination, tunnel: tunnels.identity)]
      ?? open(.udp, client: source, server: destination, at: captured.time, inside: tunnels)
    let side = conversation.side(of: source)
    var draft = PacketDraft(captured, .datagram)
    draft.row.sender = side
    // In the first fragment the header tells the whole length.
    let length = max(captured.packet.payloadLength, Int(header.length) - UDP.headerSize)
    let mark = PacketMark(number: captured.number, time: captured.time, length: length)
    let end = conversation.end(side)
    draft.received = end.lastReceived
    end.bytes += length
    end.lastSent = mark
    end.sentDatagrams.append(mark)
    end.sentDatagrams.forget { $0.time < mark.time + -End.memory }
    conversation.end(side.opposite).lastReceived = mark
    if hasCalls {
      let datagram = Datagram(
        mark: mark, source: source, destination: destination, conversation: conversation,
        left: length, segment: segment(of: mark, from: source, to: destination))
      keep(datagram)
    }
    return (draft, conversation)
  }

  // MARK: ICMP

  /// Takes an ICMP message: an error belongs to the connection of the packet it quotes.
  private func take(
    _ captured: CapturedPacket, _ message: ICMP
  ) -> (PacketDraft, Conversation?) {
    guard message.isError, let quoted = message.quoted else {
      let isReply = message.isVersion6 ? message.type == 129 : message.type == 0
      return (PacketDraft(captured, isReply ? .echoReply : .other), nil)
    }
    let kind: TransportKind = quoted.proto == 17 ? .udp : .tcp
    let source = quoted.source.unmapped
    let key = FlowKey(
      kind, source, quoted.destination.unmapped, tunnel: captured.packet.tunnels.identity)
    guard [6, 17].contains(quoted.proto), let conversation = flows[key] else {
      return (PacketDraft(captured, .icmpError), nil)
    }
    let side = conversation.side(of: source)
    var draft = PacketDraft(captured, .icmpError)
    draft.row.sender = side.opposite
    let end = conversation.end(side)
    draft.reference = quotedDatagram(quoted, end) ?? end.lastSent
    let mark = PacketMark(number: captured.number, time: captured.time, length: 0)
    conversation.icmpError = mark
    conversation.pendingError = conversation.pendingError ?? mark
    return (draft, conversation)
  }

  /// The datagram that an error quotes, by its length.
  private func quotedDatagram(_ quoted: QuotedPacket, _ end: End) -> PacketMark? {
    guard let length = quoted.datagramLength.map({ Int($0) - UDP.headerSize }) else { return nil }
    let index = end.sentDatagrams.indices.reversed().first {
      end.sentDatagrams[$0].length == length
    }
    return index.map { end.sentDatagrams[$0] }
  }
}

extension UDP {
  /// Bytes of the header (RFC 768).
  static let headerSize = 8
}

extension PacketDraft {
  init(_ captured: CapturedPacket, _ shape: Shape) {
    row = PacketRow(packet: captured, cause: Cause(.unknown, .undecoded), sender: nil)
    self.shape = shape
  }
}

extension Conversation {
  /// Whether a SYN opens a new connection with the ports of this one.
  func isReused(by header: TCP, from source: Endpoint) -> Bool {
    if isOver || isMadeUnseen && !hasPackets { return true }
    let end = self.end(side(of: source))
    if let initial = end.initial, end.sawSYN { return initial != header.sequence }
    if facts.beganBefore { return true }
    // Known from calls alone, or a simultaneous open; else it was joined in mid-stream.
    return end.top > 0
  }
}
