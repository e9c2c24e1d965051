import Calls
import Wire

extension Conversation {
  /// What a segment is, by what was seen before it.
  func shape(
    _ header: TCP, _ effect: SegmentEffect, _ mark: PacketMark, _ end: End, _ peer: End,
    grew: Bool, _ draft: inout PacketDraft
  ) -> PacketDraft.Shape {
    let positions = effect.positions
    if header.flags.contains(.rst) { return .reset }
    if effect.isAnswer {
      // The first answer to a SYN, even where its sender had sent a SYN of its own before.
      draft.reference = peer.lastSYN
      return .synAck
    }
    if effect.isByteProbe { return probeShape(peer) }
    if effect.isAgain {
      let before = segment(effect.carried, end)
      draft.reference = before?.first
      return .again(repetition(positions, mark, end, peer, before))
    }
    if mark.length > 0, effect.newTail.isEmpty, let way = refill(positions, mark, end, peer) {
      return .refill(way)
    }
    if header.flags.contains(.syn) { return .syn }
    if mark.length > 0 { return .data }
    if header.flags.contains(.fin) { return .fin }
    return acknowledgementShape(header, positions.lowerBound, end, peer, effect, grew, &draft)
  }

  private func probeShape(_ peer: End) -> PacketDraft.Shape {
    peer.window == 0 ? .zeroWindowProbe : .keepAlive
  }

  /// What a segment without data, SYN, FIN and RST is.
  private func acknowledgementShape(
    _ header: TCP, _ start: Int, _ end: End, _ peer: End, _ effect: SegmentEffect,
    _ grew: Bool, _ draft: inout PacketDraft
  ) -> PacketDraft.Shape {
    if effect.isNews {
      if effect.answersSYN, handshakeAck == nil { return .handshakeAck }
      return peer.settled.last.map { $0.hasFIN && $0.latest.number == draft.reference?.number }
        ?? false ? .ackFIN : .ackData
    }
    // Carries nothing new, lies one before the next byte, and nothing is on the way: a probe
    // (RFC 9293, section 3.8.4).
    if end.acknowledged > 0, end.acknowledged == end.top, start == end.top - 1 {
      return probeShape(peer)
    }
    if draft.isOvertaken { return .ackData }
    if let unanswered = end.unanswered {
      draft.reference = unanswered
      if unanswered.flags.contains(.syn), !unanswered.flags.contains(.ack) { return .challengeAck }
      if unanswered.length == 0, unanswered.flags == .ack { return .probeAck }
      return duplicate(end, &draft)
    }
    draft.reference = end.lastReceived
    if grew, !end.reportsGap {
      // The last segment that came in, and no probe.
      draft.reference = peer.settled.last?.latest ?? end.lastReceived
      return .windowUpdate
    }
    return duplicate(end, &draft)
  }

  /// An acknowledgement of what was acknowledged before; a block says for which segment it was sent.
  private func duplicate(_ end: End, _ draft: inout PacketDraft) -> PacketDraft.Shape {
    if let last = end.cameLast { draft.reference = last }
    end.duplicates += 1
    return .duplicateAck
  }
}

extension PacketDraft.Shape {
  /// Whether the packet only asks whether the peer is there, or has room.
  var isProbe: Bool { self == .keepAlive || self == .zeroWindowProbe }
}
