import Calls
import Wire

extension Timeline {
  /// Takes a packet: finds its connection, and what the headers tell of it.
  mutating func ingest(_ captured: CapturedPacket) {
    let packet = captured.packet
    var draft: PacketDraft
    var conversation: Conversation?
    switch packet.transport {
    case .tcp(let header):
      guard let (source, destination) = ends(of: packet) else {
        draft = PacketDraft(captured, .undecoded)
        break
      }
      let found = self.conversation(for: header, source, destination, at: captured.time)
      conversation = found
      draft = found.take(captured, header, from: found.side(of: source))
    case .udp:
      guard let (source, destination) = ends(of: packet) else {
        draft = PacketDraft(captured, .undecoded)
        break
      }
      let key = FlowKey(.udp, source, destination)
      let found =
        flows[key]
        ?? open(.udp, client: source, server: destination, at: captured.time)
      conversation = found
      draft = found.takeDatagram(captured, from: found.side(of: source))
    case .icmp(let message):
      (draft, conversation) = take(captured, message)
    default:
      draft = PacketDraft(captured, packet.stop == nil ? .other : .undecoded)
    }
    if let conversation {
      conversation.packets += 1
      conversation.hasPackets = true
      conversation.last = captured.time
    }
    drafts.append(
      Draft(time: captured.time, content: .packet(draft), conversation: conversation))
  }

  private func ends(of packet: Packet) -> (Endpoint, Endpoint)? {
    guard let source = packet.source, let destination = packet.destination else { return nil }
    return (source.unmapped, destination.unmapped)
  }

  /// The connection of a segment: the open one between its ends, or a new one.
  private mutating func conversation(
    for header: TCP, _ source: Endpoint, _ destination: Endpoint, at time: Instant
  ) -> Conversation {
    let key = FlowKey(.tcp, source, destination)
    let isSYN = header.flags.contains(.syn)
    let isFirst = isSYN && !header.flags.contains(.ack)
    if let known = flows[key], !(isFirst && known.isReused(by: header, from: source)) {
      return known
    }
    if isSYN {
      let isAnswer = header.flags.contains(.ack)
      return open(
        .tcp, client: isAnswer ? destination : source, server: isAnswer ? source : destination,
        at: time)
    }
    // In mid-stream: the end whose port a traced socket listens on is the server, else the lower.
    let listens = holder(of: source, kind: .tcp)?.isListener ?? false
    let isListened = holder(of: destination, kind: .tcp)?.isListener ?? false
    let isServer = listens || (!isListened && source.port < destination.port)
    let found = open(
      .tcp, client: isServer ? destination : source, server: isServer ? source : destination,
      at: time)
    found.facts.beganBefore = true
    found.client.state = .established
    found.server.state = .established
    return found
  }

  /// Takes an ICMP message: an error belongs to the connection of the packet it quotes.
  private mutating func take(
    _ captured: CapturedPacket, _ message: ICMP
  ) -> (PacketDraft, Conversation?) {
    guard message.isError, let quoted = message.quoted else {
      let isReply = message.isVersion6 ? message.type == 129 : message.type == 0
      return (PacketDraft(captured, isReply ? .echoReply : .other), nil)
    }
    let kind: TransportKind = quoted.proto == 17 ? .udp : .tcp
    let source = quoted.source.unmapped
    let key = FlowKey(kind, source, quoted.destination.unmapped)
    guard [6, 17].contains(quoted.proto), let conversation = flows[key] else {
      return (PacketDraft(captured, .icmpError), nil)
    }
    let side = conversation.side(of: source)
    var draft = PacketDraft(captured, .icmpError)
    draft.row.sender = side.opposite
    let length = quoted.datagramLength.map { Int($0) - UDP.headerSize }
    let end = conversation.end(side)
    draft.reference = end.sentDatagrams.last { $0.length == length } ?? end.lastSent
    let mark = PacketMark(number: captured.number, time: captured.time, length: 0)
    conversation.icmpError = mark
    return (draft, conversation)
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
    let end = self.end(side(of: source))
    if let initial = end.initial, end.sawSYN { return initial != header.sequence }
    if facts.beganBefore { return true }
    // A connection known from calls alone, or a simultaneous open.
    return isOver || end.top > 0
  }

  /// Takes a datagram of one side.
  func takeDatagram(_ captured: CapturedPacket, from side: Side) -> PacketDraft {
    var draft = PacketDraft(captured, .datagram)
    draft.row.sender = side
    let length = captured.packet.payloadLength
    let mark = PacketMark(number: captured.number, time: captured.time, length: length)
    let end = self.end(side)
    draft.received = end.lastReceived
    end.bytes += length
    end.lastSent = mark
    end.sentDatagrams = end.sentDatagrams.suffix(63) + [mark]
    let peer = self.end(side.opposite)
    peer.lastReceived = mark
    peer.receivedDatagrams.append(mark)
    if peer.receivedDatagrams.count > 1024 { peer.receivedDatagrams.removeFirst(512) }
    return draft
  }
}
