import Calls
import Wire

extension Conversation {
  /// Takes a segment of one side: positions, acknowledgement, window, states; and what it is.
  func take(_ captured: CapturedPacket, _ header: TCP, from side: Side) -> PacketDraft {
    let end = self.end(side)
    let peer = self.end(side.opposite)
    let length = captured.packet.payloadLength
    let mark = PacketMark(
      number: captured.number, time: captured.time, length: length, flags: header.flags)
    learn(header, end, peer, side)
    var draft = PacketDraft(captured, .other)
    draft.row.sender = side
    draft.received = end.lastReceived
    draft.arrived = max(0, peer.top - 1)

    let start = end.position(of: header.sequence)
    let size =
      length + (header.flags.contains(.syn) ? 1 : 0) + (header.flags.contains(.fin) ? 1 : 0)
    let positions = start..<(start + size)
    draft.row.relativeSequence = Int64(start)
    if length > 0 {
      let first = start + (header.flags.contains(.syn) ? 1 : 0) - 1
      draft.bytes = first..<(first + length)
    }
    let grew = scaleWindow(header, end, &draft)
    let wasAcknowledged = peer.acknowledged
    if header.flags.contains(.ack) { acknowledge(header, end, peer, mark, &draft) }
    let news = peer.acknowledged > wasAcknowledged
    draft.shape = shape(header, positions, length, end, peer, news: news, grew: grew, &draft)
    remember(positions, header, mark, end, peer, draft.shape)
    changeStates(header, side, end, peer, mark, &draft)
    end.lastSent = mark
    if !(header.flags.contains(.rst)) { end.unanswered = nil }
    peer.lastReceived = mark
    if size > 0 || draft.shape.isProbe { peer.unanswered = mark }
    return draft
  }

  /// Learns initial sequence numbers and the window scale.
  private func learn(_ header: TCP, _ end: End, _ peer: End, _ side: Side) {
    if header.flags.contains(.syn), !end.sawSYN {
      end.initial = header.sequence
      end.sawSYN = true
      end.windowScale = header.options.windowScale ?? 0
      note(header.sequence, of: side)
    } else if end.initial == nil, !header.flags.contains(.rst) {
      end.initial = header.sequence + -1
      end.top = 1
      end.acknowledged = 1
    }
    if header.flags.contains(.ack), peer.initial == nil, !header.flags.contains(.rst) {
      peer.initial = header.acknowledgement + -1
      peer.top = 1
      peer.acknowledged = 1
    }
  }

  private func note(_ initial: SequenceNumber, of side: Side) {
    if side == .client { facts.clientISN = initial } else { facts.serverISN = initial }
  }

  /// The window in bytes; whether it is larger than the last one.
  private func scaleWindow(_ header: TCP, _ end: End, _ draft: inout PacketDraft) -> Bool {
    let peer = end === client ? server : client
    let isScaled =
      !header.flags.contains(.syn) && end.windowScale != nil && peer.windowScale != nil
    let window = Int(header.window) << (isScaled ? Int(min(14, end.windowScale ?? 0)) : 0)
    draft.row.window = window
    defer { end.window = window }
    return window > (end.window ?? Int.max)
  }

  /// Marks what the segment acknowledges, and names those packets.
  private func acknowledge(
    _ header: TCP, _ end: End, _ peer: End, _ mark: PacketMark, _ draft: inout PacketDraft
  ) {
    guard peer.initial != nil else { return }
    let position = peer.position(of: header.acknowledgement)
    draft.row.relativeAcknowledgement = Int64(position)
    guard position > peer.acknowledged, position <= peer.top else { return }
    peer.acknowledged = position
    let done = peer.flight.prefix { $0.positions.upperBound <= position }
    draft.row.acknowledges = done.map(\.number)
    if let last = done.last {
      draft.reference = PacketMark(number: last.number, time: last.time, length: 0)
      peer.settled = (peer.settled + done).suffix(16)
      peer.flight.removeFirst(done.count)
    } else if let partly = peer.flight.first {
      draft.reference = PacketMark(number: partly.number, time: partly.time, length: 0)
    }
    end.duplicates = 0
  }

  /// What a segment is, by what was seen before it.
  private func shape(
    _ header: TCP, _ positions: Range<Int>, _ length: Int, _ end: End, _ peer: End,
    news: Bool, grew: Bool, _ draft: inout PacketDraft
  ) -> PacketDraft.Shape {
    if header.flags.contains(.rst) { return .reset }
    if !positions.isEmpty, let before = repeated(positions, end) {
      draft.reference = before
      if length == 1, before.number == 0 { return keepAliveOrProbe(peer) }
      retransmissions += 1
      return .again(wasFast: peer.duplicates >= 3 || !header.options.sackBlocks.isEmpty)
    }
    if header.flags.contains(.syn) {
      draft.reference = header.flags.contains(.ack) ? syn : nil
      return header.flags.contains(.ack) ? .synAck : .syn
    }
    if length > 0 { return .data }
    if header.flags.contains(.fin) { return .fin }
    return acknowledgementShape(header, positions.lowerBound, end, peer, news, grew, &draft)
  }

  private func keepAliveOrProbe(_ peer: End) -> PacketDraft.Shape {
    peer.window == 0 ? .zeroWindowProbe : .keepAlive
  }

  /// The first packet that carried what this one carries, where all or a part was sent before.
  ///
  /// Bytes below the highest that no packet carried yet fill a gap: they are new.
  private func repeated(_ positions: Range<Int>, _ end: End) -> PacketMark? {
    guard positions.lowerBound < end.top else { return nil }
    if let segment = end.segment(with: positions) {
      return PacketMark(number: segment.number, time: segment.time, length: positions.count)
    }
    guard positions.upperBound <= end.acknowledged else { return nil }
    return PacketMark(number: 0, time: Instant(0), length: positions.count)
  }

  /// What a segment without data, SYN, FIN and RST is.
  private func acknowledgementShape(
    _ header: TCP, _ start: Int, _ end: End, _ peer: End, _ news: Bool, _ grew: Bool,
    _ draft: inout PacketDraft
  ) -> PacketDraft.Shape {
    if news {
      guard let reference = draft.reference else { return .ackData }
      if reference.number == synAck?.number, handshakeAck == nil { return .handshakeAck }
      if reference.number == peer.fin?.number { return .ackFIN }
      return .ackData
    }
    // Carries nothing new and lies one before the next byte: a probe (RFC 9293, section 3.8.4).
    if end.lastSent != nil, end.top > 1, start == end.top - 1 || start == end.acknowledged - 1 {
      return keepAliveOrProbe(peer)
    }
    if let unanswered = end.unanswered {
      draft.reference = unanswered
      return unanswered.length == 0 && unanswered.flags == .ack ? .probeAck : .duplicateAck
    }
    if grew {
      draft.reference = end.lastReceived
      return .windowUpdate
    }
    end.duplicates += 1
    draft.reference = end.lastReceived
    return .duplicateAck
  }

  /// Files a segment under what was sent and what waits to be read.
  private func remember(
    _ positions: Range<Int>, _ header: TCP, _ mark: PacketMark, _ end: End, _ peer: End,
    _ shape: PacketDraft.Shape
  ) {
    guard !positions.isEmpty, !header.flags.contains(.rst) else { return }
    if case .again = shape, positions.upperBound <= end.top { return }
    if shape.isProbe { return }
    let isGap = positions.upperBound <= end.top
    let new = isGap ? positions : max(end.top, positions.lowerBound)..<positions.upperBound
    let segment = SentSegment(
      positions: new, number: mark.number, time: mark.time,
      hasFIN: header.flags.contains(.fin))
    end.flight.append(segment)
    let control = (header.flags.contains(.syn) ? 1 : 0) + (header.flags.contains(.fin) ? 1 : 0)
    end.bytes += max(0, new.count - control)
    if end.flight.count > 65_536 { end.flight.removeFirst(32_768) }
    peer.unread.append(segment)
    if peer.unread.count > 65_536 { peer.unread.removeFirst(32_768) }
    end.top = max(end.top, positions.upperBound)
  }
}

extension End {
  /// The packet that first carried these positions, if it is remembered.
  func segment(with positions: Range<Int>) -> SentSegment? {
    flight.first { $0.positions.overlaps(positions) }
      ?? settled.last { $0.positions.overlaps(positions) }
  }
}

extension PacketDraft.Shape {
  /// Whether the packet only asks whether the peer is there, or has room.
  var isProbe: Bool {
    switch self {
    case .keepAlive, .zeroWindowProbe: true
    default: false
    }
  }
}
