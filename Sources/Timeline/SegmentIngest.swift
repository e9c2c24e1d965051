import Calls
import Wire

extension Conversation {
  /// Takes a segment of one side: positions, acknowledgement, window, states; and what it is.
  func take(
    _ captured: CapturedPacket, _ header: TCP, from side: Side, keepsUnread: Bool
  ) -> PacketDraft {
    let end = self.end(side)
    let peer = self.end(side.opposite)
    let length = captured.packet.payloadLength
    let mark = PacketMark(
      number: captured.number, time: captured.time, length: length, flags: header.flags)
    learn(header, end, peer, side)
    var draft = PacketDraft(captured, .other)
    draft.row.sender = side
    draft.received = end.lastReceived
    draft.followsFlight = !end.flight.isEmpty
    draft.isAtOnce = end.isAtOnce(captured.time)
    end.sendsAtOnce = draft.isAtOnce
    draft.previousData = end.lastNews?.time
    draft.previousLength = end.lastNews?.length ?? 0
    draft.followsProbe = end.sentProbe
    draft.sent = max(0, end.top - 1)
    draft.edge = end.edgeAtData
    end.largest = max(end.largest, length)
    draft.largest = end.largest
    if length > 0, let edge = end.edge { end.edgeAtData = edge }
    draft.arrived = max(0, peer.top - 1 - (peer.fin == nil ? 0 : 1))

    let start = end.position(of: header.sequence)
    let hasSYN = header.flags.contains(.syn)
    let size = length + (hasSYN ? 1 : 0) + (header.flags.contains(.fin) ? 1 : 0)
    let positions = start..<(start + size)
    draft.row.relativeSequence = Int64(start)
    if length > 0 {
      let first = start + (hasSYN ? 1 : 0) - 1
      draft.bytes = first..<(first + length)
    }
    let grew = scaleWindow(header, end, peer, &draft)
    let wasAcknowledged = peer.acknowledged
    if header.flags.contains(.ack) { acknowledge(header, end, peer, &draft) }
    let news = peer.acknowledged > wasAcknowledged
    let answersSYN = news && wasAcknowledged == 0 && peer.sawSYN
    draft.shape = shape(
      header, positions, mark, end, peer, Acknowledged(news: news, isFirst: answersSYN, grew: grew),
      &draft)
    if length > 0 { draft.opener = end.open(upTo: positions.upperBound) }
    remember(positions, header, mark, end, peer, draft.shape, keepsUnread: keepsUnread)
    changeStates(header, side, end, peer, mark, answersSYN, &draft)
    end.lastSent = mark
    end.sentProbe = draft.shape.isProbe
    if !header.flags.contains(.rst) { end.unanswered = nil }
    peer.lastReceived = mark
    if header.flags.contains(.ack), !header.flags.contains(.rst), let window = end.window {
      peer.edge = max(peer.edge ?? 0, peer.acknowledged - 1 + window)
    }
    if size > 0 || draft.shape.isProbe { peer.unanswered = mark }
    return draft
  }

  /// Learns initial sequence numbers and the window scale.
  private func learn(_ header: TCP, _ end: End, _ peer: End, _ side: Side) {
    if header.flags.contains(.syn), !end.sawSYN {
      end.begin(at: header.sequence, windowScale: header.options.windowScale ?? 0)
      if side == .client {
        facts.clientISN = header.sequence
      } else {
        facts.serverISN = header.sequence
      }
      // A window is scaled where both SYNs carried the option (RFC 7323, section 2.2).
      end.scales = header.options.windowScale != nil
      end.permitsSACK = header.options.sackPermitted
      peer.largestSegment = header.options.maximumSegmentSize.map { Int($0) }
    } else if end.initial == nil, !header.flags.contains(.rst) {
      end.join(at: header.sequence)
    }
    if header.flags.contains(.ack), peer.initial == nil, !header.flags.contains(.rst) {
      peer.join(at: header.acknowledgement)
    }
  }

  /// The window in bytes; whether it is larger than the last one.
  private func scaleWindow(
    _ header: TCP, _ end: End, _ peer: End, _ draft: inout PacketDraft
  ) -> Bool {
    let isScaled = !header.flags.contains(.syn) && end.scales && peer.scales
    let window = Int(header.window) << (isScaled ? Int(min(14, end.windowScale ?? 0)) : 0)
    draft.row.window = window
    defer { end.window = window }
    return window > (end.window ?? Int.max)
  }

  /// Marks what the segment acknowledges, and names those packets.
  private func acknowledge(
    _ header: TCP, _ end: End, _ peer: End, _ draft: inout PacketDraft
  ) {
    guard peer.initial != nil else { return }
    let position = peer.position(of: header.acknowledgement)
    draft.row.relativeAcknowledgement = Int64(position)
    if position < peer.acknowledged {
      // Another one overtook it, on another processor or on the way: a number never goes back.
      draft.reference = peer.ending(at: position)?.latest
      draft.isOvertaken = draft.reference != nil
      return
    }
    noteBlocks(header, position, end, peer)
    guard position > peer.acknowledged, position <= peer.top else { return }
    peer.close()
    peer.acknowledged = position
    let packet = draft.row.packet
    let mark = PacketMark(
      number: packet.number, time: packet.time, length: packet.packet.payloadLength,
      flags: header.flags)
    peer.acknowledgements.append((mark, position, peer.top))
    peer.openers.append((mark, position))
    if peer.openers.count > 64 { peer.openers.removeFirst(32) }
    peer.acknowledgements.forget { $0.mark.time < mark.time + -End.memory }
    // The one that came last was answered: at the end, or in a hole before it.
    var last: SentSegment?
    while let segment = peer.flight.first, segment.positions.upperBound <= position {
      peer.flight.removeFirst()
      peer.settled.append(segment)
      draft.row.acknowledges.append(segment.latest.number)
      if last.map({ $0.latest.number <= segment.latest.number }) ?? true { last = segment }
    }
    if let last, last.repetitions == 0 { peer.measure(mark.time - last.first.time) }
    peer.settled.forget { $0.latest.time < mark.time + -End.memory }
    draft.reference = (last ?? peer.flight.first)?.latest
    // Something beyond a hole came after that.
    if end.reportsGap, let beyond = end.cameLast { draft.reference = beyond }
    end.duplicates = 0
  }

  /// Reads selective acknowledgements: a gap, or the report that something came twice (RFC 2883).
  private func noteBlocks(_ header: TCP, _ position: Int, _ end: End, _ peer: End) {
    let blocks = header.options.sackBlocks.map {
      let left = peer.position(of: $0.left)
      return left..<max(left, peer.position(of: $0.right))
    }
    end.reportsGap = blocks.contains { $0.lowerBound > position }
    end.cameLast = blocks.first.flatMap { peer.newest(in: $0, after: end.lastBlock) }
    end.lastBlock = blocks.first
    guard let first = blocks.first,
      first.upperBound <= position
        || blocks.dropFirst().first.map({
          $0.lowerBound <= first.lowerBound && first.upperBound <= $0.upperBound
        }) ?? false
    else { return }
    for queue in [peer.settled, peer.flight] {
      guard let index = End.index(of: first, in: queue), queue[index].repetitions > 0 else {
        continue
      }
      let latest = queue[index].latest
      spurious.note(latest.number, true, at: latest.time)
    }
  }

  /// Files a segment under what was sent and what waits to be read.
  private func remember(
    _ positions: Range<Int>, _ header: TCP, _ mark: PacketMark, _ end: End, _ peer: End,
    _ shape: PacketDraft.Shape, keepsUnread: Bool
  ) {
    guard !positions.isEmpty, !header.flags.contains(.rst), !shape.isProbe else { return }
    if positions.lowerBound < end.top { repeated(positions, mark, end, peer) }
    if case .again = shape, positions.upperBound <= end.top { return }
    if case .synAck = shape, positions.upperBound <= end.top { return }
    let isGap = positions.upperBound <= end.top
    let new = isGap ? positions : max(end.top, positions.lowerBound)..<positions.upperBound
    let segment = SentSegment(
      positions: new, first: mark, latest: mark, hasFIN: header.flags.contains(.fin))
    let limit = 65_536
    End.file(segment, in: &end.flight, limit: limit)
    let control = (header.flags.contains(.syn) ? 1 : 0) + (header.flags.contains(.fin) ? 1 : 0)
    end.bytes += max(0, new.count - control)
    if new.count > (header.flags.contains(.syn) ? 1 : 0) { end.lastNews = mark }
    end.top = max(end.top, positions.upperBound)
    if keepsUnread, !(header.flags.contains(.syn) && new.count == 1) {
      End.file(segment, in: &peer.unread, limit: peer.socket == nil ? 4096 : limit)
    }
  }

  /// Notes that segments were sent again.
  private func repeated(_ positions: Range<Int>, _ mark: PacketMark, _ end: End, _ peer: End) {
    let wasDelivered = positions.upperBound <= end.acknowledged
    func renew(_ queue: inout Deque<SentSegment>) {
      guard var index = End.index(of: positions, in: queue) else { return }
      while index < queue.count, queue[index].positions.overlaps(positions) {
        queue[index].latest = mark
        queue[index].repetitions += 1
        index += 1
      }
    }
    renew(&end.flight)
    if wasDelivered { renew(&end.settled) } else { renew(&peer.unread) }
  }
}
