import Calls
import Wire

extension Timeline {
  /// Takes a packet: finds its connection, and what the headers tell of it.
  mutating func ingest(_ whole: CapturedPacket) {
    if hasCalls, !whole.packet.tunnels.isEmpty {
      take(held(whole))
    } else {
      take(whole)
    }
  }

  private mutating func take(_ captured: CapturedPacket) {
    let flow = FlowHeader(captured.packet)
    let tunnel = flow.isInTunnel ? flow.tunnels.identity : 0
    let ends = ends(of: captured.packet)
    if takeCopy(captured, flow, ends, tunnel) { return }
    var draft: PacketDraft
    var conversation: Conversation?
    switch captured.packet.transport {
    case .tcp(let header):
      guard let (source, destination) = ends else {
        draft = PacketDraft(captured, .undecoded)
        break
      }
      let found = self.conversation(for: flow, source, destination, captured, tunnel)
      conversation = found
      let hadHandshake = found.handshakeAck != nil
      if found.defersAccept, !hadHandshake, found.server.socket == nil {
        found.hasLostListener = holder(of: found.facts.server, kind: .tcp)?.isLetGo ?? true
      }
      if header.flags.contains(.syn), found.syn == nil {
        found.defersAccept = holder(of: found.facts.server, kind: .tcp)?.defersAccept ?? false
      }
      let side = found.side(of: source)
      draft = found.take(captured, header, flow, from: side, keepsUnread: hasCalls)
      noteShut(&draft)
      noteUrgent(header, draft, found, side)
      attend(found, &draft, hadHandshake: hadHandshake)
      if found.facts.beganBefore { anchor(found, by: draft) }
    case .udp(let header):
      guard let (source, destination) = ends else {
        draft = PacketDraft(captured, .undecoded)
        break
      }
      (draft, conversation) = take(captured, header, flow, from: source, to: destination, tunnel)
    case .icmp(let message):
      (draft, conversation) = take(captured, message)
    default:
      draft = PacketDraft(captured, captured.packet.stop == nil ? .other : .undecoded)
      if let known = followFirst(&draft) {
        wake(known)
        known.last = captured.time
        drafts.append(Draft(time: captured.time, content: .packet(draft), conversation: known))
        return
      }
    }
    noteFirst(&draft, conversation)
    if let conversation {
      wake(conversation)
      conversation.hasPackets = true
      conversation.last = captured.time
    }
    drafts.append(
      Draft(time: captured.time, content: .packet(draft), conversation: conversation))
  }

  /// The packet as its sender's socket has it: where a traced one sent, or will read, the datagram around
  /// a tunnel, that datagram; else the innermost packet.
  private func held(_ captured: CapturedPacket) -> CapturedPacket {
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

  /// Takes a packet that was captured before: it changes nothing and counts for nothing.
  private mutating func takeCopy(
    _ captured: CapturedPacket, _ header: FlowHeader, _ ends: (source: Endpoint, Endpoint)?,
    _ tunnel: UInt64
  ) -> Bool {
    guard header.kind != .other, let (source, destination) = ends else { return false }
    let place = PacketCopies.place(interface: captured.interface, file: captured.file)
    let first = copies.original(
      of: header, interface: place, number: captured.number, at: captured.stamp.nanoseconds)
    guard let first else { return false }
    let kind: TransportKind = header.kind == .tcp ? .tcp : .udp
    guard let conversation = flows[FlowKey(kind, source, destination, tunnel: tunnel)] else {
      return false
    }
    wake(conversation)
    conversation.last = captured.time
    var draft = PacketDraft(captured, .copy)
    let side = conversation.side(of: source)
    draft.row.sender = side
    draft.reference = PacketMark(
      number: first, time: captured.time, length: captured.packet.payloadLength)
    if let segment = captured.packet.tcp {
      let (end, peer) = (conversation.end(side), conversation.end(side.opposite))
      draft.row.relativeSequence = Int64(end.position(of: segment.sequence))
      if segment.flags.contains(.ack), peer.initial != nil {
        draft.row.relativeAcknowledgement = Int64(peer.position(of: segment.acknowledgement))
      }
      draft.row.window =
        end.flow.bytes(
          ofWindow: segment.window, hasSYN: segment.flags.contains(.syn), peer.flow)
        ?? Int(segment.window)
    }
    drafts.append(Draft(time: captured.time, content: .packet(draft), conversation: conversation))
    return true
  }

  private func ends(of packet: Packet) -> (Endpoint, Endpoint)? {
    guard let source = packet.source, let destination = packet.destination else { return nil }
    return (source.unmapped, destination.unmapped)
  }

  /// The connection of a segment: the open one between its ends, or a new one.
  private mutating func conversation(
    for header: FlowHeader, _ source: Endpoint, _ destination: Endpoint,
    _ captured: CapturedPacket, _ tunnel: UInt64
  ) -> Conversation {
    let (time, stamp) = (captured.time, captured.stamp)
    let key = FlowKey(.tcp, source, destination, tunnel: tunnel)
    if let known = flows[key] {
      if let other = successor(of: known, by: header) {
        flows[key] = other
        return other
      }
      // Linux takes a RST for an answer.
      let asksOnce = known.end(known.side(of: source)).socket != nil
      let isOther =
        known.isMadeUnseen && !known.hasPackets
        || known.course.mayEnd(before: header, at: stamp.nanoseconds)
          && known.record.isReused(by: header, at: stamp.nanoseconds, asksOnce: asksOnce)
      if !isOther { return known }
    }
    // In mid-stream: the end whose port a traced socket listens on is the server, else the lower.
    var serves: Bool?
    if !header.hasSYN {
      if holder(of: source, kind: .tcp)?.isListener ?? false {
        serves = true
      } else if holder(of: destination, kind: .tcp)?.isListener ?? false {
        serves = false
      }
    }
    let isServer = serves ?? FlowRecord.isFromServer(header)
    let found = open(
      .tcp, client: isServer ? destination : source, server: isServer ? source : destination,
      at: time, inside: captured.packet.tunnels)
    let record = FlowRecord(opening: header, at: time.nanoseconds, serves: isServer)
    found.course.bits.formUnion(record.course.bits)
    found.facts.beganBefore = found.course.bits.contains(.beganBefore)
    found.client.state = record.client.state
    found.server.state = record.server.state
    return found
  }

  /// The connection of the same ports that a segment belongs to, where it is not the newest one (compare
  /// `FlowTable`).
  private func successor(of known: Conversation, by header: FlowHeader) -> Conversation? {
    if header.flags == .ack, let old = known.previous, !old.isForgotten {
      guard known.record.isChallenged(by: header, old.record) else { return nil }
      old.end(old.side(of: header.source.endpoint)).unanswered = known.syn
      old.challenger = known
      return old
    }
    if header.hasSYN, let other = known.challenger, other.record.isBegun(by: header) {
      return other
    }
    return nil
  }

  // MARK: UDP

  /// Takes a datagram.
  private mutating func take(
    _ captured: CapturedPacket, _ header: UDP, _ flow: FlowHeader, from source: Endpoint,
    to destination: Endpoint, _ tunnel: UInt64
  ) -> (PacketDraft, Conversation) {
    let conversation =
      flows[FlowKey(.udp, source, destination, tunnel: tunnel)]
      ?? open(
        .udp, client: source, server: destination, at: captured.time,
        inside: captured.packet.tunnels)
    let side = conversation.side(of: source)
    var draft = PacketDraft(captured, .datagram)
    draft.row.sender = side
    // In the first fragment the header tells the whole length.
    let length = max(captured.packet.payloadLength, Int(header.length) - UDP.headerSize)
    let mark = PacketMark(number: captured.number, time: captured.time, length: length)
    let end = conversation.end(side)
    draft.received = end.lastReceived
    _ = conversation.add(flow, captured, from: side)
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
