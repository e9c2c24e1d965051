import Calls
import Wire

extension Conversation {
  /// Takes a segment of one side: positions, acknowledgement, window, states; and what it is.
  func take(
    _ captured: CapturedPacket, _ header: TCP, _ flow: FlowHeader, from side: Side,
    keepsUnread: Bool
  ) -> PacketDraft {
    let end = self.end(side)
    let peer = self.end(side.opposite)
    let length = captured.packet.payloadLength
    let mark = PacketMark(
      number: captured.number, time: captured.time, stamp: captured.stamp, length: length,
      flags: header.flags)
    var draft = PacketDraft(captured, .other)
    draft.row.sender = side
    draft.received = end.lastReceived
    draft.followsFlight = !end.flight.isEmpty
    draft.isAtOnce = end.isAtOnce(captured.time)
    end.sendsAtOnce = draft.isAtOnce
    draft.previousData = end.lastNews?.time
    draft.previousLength = end.lastNews?.length ?? 0
    draft.followsProbe = end.sentProbe
    draft.edge = end.edgeAtData
    draft.acknowledged = end.acknowledged
    end.largest = max(end.largest, length)
    draft.largest = end.largest
    if length > 0, let edge = end.edge { end.edgeAtData = edge }
    draft.arrived = max(0, peer.top - 1 - (peer.fin == nil ? 0 : 1))

    let hasSYN = header.flags.contains(.syn)
    let hasFIN = header.flags.contains(.fin)
    let states = (client.state, server.state)
    shut(client, hasFIN && side == .client, &draft)
    if client !== server { shut(server, hasFIN && side == .server, &draft) }
    let known = (end.sawSYN ? end.initial : nil, end.top)
    let wasAcknowledged = peer.acknowledged
    let effect = add(
      flow, captured, from: side, waits: deferral(header, length, side))
    let begins = hasSYN && end.sawSYN && end.initial != known.0
    draft.sent = begins ? 0 : max(0, known.1 - 1)
    if begins { begin(header, end, peer, side) }
    draft.row.relativeSequence = Int64(effect.positions.lowerBound)
    if length > 0 {
      let first = effect.positions.lowerBound + (hasSYN ? 1 : 0) - 1
      draft.bytes = first..<(first + length)
    }
    let grew = noteWindow(header, end, peer, &draft)
    if header.flags.contains(.ack) {
      if effect.isNews { peer.close(acknowledged: wasAcknowledged) }
      acknowledge(header, end, peer, effect, &draft)
    }
    draft.shape = shape(header, effect, mark, end, peer, grew: grew, &draft)
    if length > 0 { draft.opener = end.open(upTo: effect.positions.upperBound) }
    remember(effect, header, mark, end, peer, draft.shape, keepsUnread: keepsUnread)
    noteStates(header, side, end, peer, mark, effect, draft)
    if client.state != states.0 { draft.row.clientState = client.state }
    if server.state != states.1 { draft.row.serverState = server.state }
    end.lastSent = mark
    end.sentProbe = draft.shape.isProbe
    if !header.flags.contains(.rst) { end.unanswered = nil }
    peer.lastReceived = mark
    if header.flags.contains(.ack), !header.flags.contains(.rst), let window = end.window {
      peer.edge = max(peer.edge ?? 0, peer.acknowledged - 1 + window)
    }
    if !effect.positions.isEmpty || draft.shape.isProbe { peer.unanswered = mark }
    return draft
  }

  /// What a server that waits for the first data makes of a segment.
  private func deferral(_ header: TCP, _ length: Int, _ side: Side) -> FlowCourse.Deferral {
    guard defersAccept else { return .none }
    let passesOver =
      side == .client && server.state == .synReceived && (length == 0 || hasLostListener)
      && !header.flags.contains(.fin) && !header.flags.contains(.syn)
    return passesOver ? .passesOver : .takes
  }

  /// Learns what a SYN tells that its record does not keep.
  private func begin(_ header: TCP, _ end: End, _ peer: End, _ side: Side) {
    end.forgetSegments()
    if side == .client {
      facts.clientISN = header.sequence
    } else {
      facts.serverISN = header.sequence
    }
    end.permitsSACK = header.options.sackPermitted
    peer.largestSegment = header.options.maximumSegmentSize.map { Int($0) }
  }

  /// The window in bytes, or as it stands in the header where its scale is not known; whether it is
  /// larger than the last one.
  private func noteWindow(
    _ header: TCP, _ end: End, _ peer: End, _ draft: inout PacketDraft
  ) -> Bool {
    let hasSYN = header.flags.contains(.syn)
    let window =
      end.flow.bytes(ofWindow: header.window, hasSYN: hasSYN, peer.flow) ?? Int(header.window)
    draft.row.window = window
    defer { end.window = window }
    return window > (end.window ?? Int.max)
  }

  /// Marks what the segment acknowledges, and names those packets.
  private func acknowledge(
    _ header: TCP, _ end: End, _ peer: End, _ effect: SegmentEffect, _ draft: inout PacketDraft
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
    guard effect.isNews else { return }
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
      draft.row.acknowledged.append(segment.latest.number)
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
    _ effect: SegmentEffect, _ header: TCP, _ mark: PacketMark, _ end: End, _ peer: End,
    _ shape: PacketDraft.Shape, keepsUnread: Bool
  ) {
    let positions = effect.positions
    guard !positions.isEmpty, !header.flags.contains(.rst), !shape.isProbe else { return }
    if effect.isAgain { repeated(positions, mark, end, peer) }
    let hasSYN = header.flags.contains(.syn)
    for part in effect.newParts {
      let hasFIN = header.flags.contains(.fin) && part.upperBound == positions.upperBound
      let segment = SentSegment(positions: part, first: mark, latest: mark, hasFIN: hasFIN)
      let limit = 65_536
      End.file(segment, in: &end.flight, limit: limit)
      let isSYN = hasSYN && part == positions.lowerBound..<(positions.lowerBound + 1)
      if isSYN { continue }
      end.lastNews = mark
      if keepsUnread {
        End.file(segment, in: &peer.unread, limit: peer.socket == nil ? 4096 : limit)
      }
    }
  }

  /// Notes that segments were retransmitted.
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
