import Calls
import Wire

/// What the acknowledgement and the window of a segment say.
struct Acknowledged {
  /// It acknowledges something that no segment before did.
  var news: Bool
  /// What it acknowledges first is the peer's SYN.
  var isFirst: Bool
  /// The window is larger than the last one.
  var grew: Bool
}

extension Conversation {
  /// What a segment is, by what was seen before it.
  func shape(
    _ header: TCP, _ positions: Range<Int>, _ mark: PacketMark, _ end: End, _ peer: End,
    _ acknowledged: Acknowledged, _ draft: inout PacketDraft
  ) -> PacketDraft.Shape {
    if header.flags.contains(.rst) { return .reset }
    let isSynAck = header.flags.isSuperset(of: [.syn, .ack])
    if isSynAck, synAck(of: end) == nil {
      // The first answer to a SYN, even where its sender had sent a SYN of its own before.
      draft.reference = peer.lastSYN
      return .synAck
    }
    if isByteProbe(positions, mark, end, header) { return probeShape(peer) }
    // Without SYN nothing stands at the first position.
    let low = header.flags.contains(.syn) ? 0 : 1
    let carried = max(low, positions.lowerBound)..<max(low, positions.upperBound)
    if !carried.isEmpty, let before = segment(carried, end) {
      retransmissions += 1
      draft.reference = before.first
      return .again(repetition(positions, mark, end, peer, before))
    }
    if mark.length > 0, let way = refill(positions, mark, end, peer) { return .refill(way) }
    if header.flags.contains(.syn) { return .syn }
    if mark.length > 0 { return .data }
    if header.flags.contains(.fin) { return .fin }
    return acknowledgementShape(header, positions.lowerBound, end, peer, acknowledged, &draft)
  }

  /// The SYN,ACK that an end has sent.
  private func synAck(of end: End) -> PacketMark? {
    end === server ? synAck : end.synAckOfClient
  }

  private func probeShape(_ peer: End) -> PacketDraft.Shape {
    peer.window == 0 ? .zeroWindowProbe : .keepAlive
  }

  /// Whether a segment is a probe with one byte that the peer had long acknowledged, as some
  /// systems send them (RFC 9293, section 3.8.4).
  private func isByteProbe(
    _ positions: Range<Int>, _ mark: PacketMark, _ end: End, _ header: TCP
  ) -> Bool {
    guard mark.length == 1, !header.flags.contains(.syn), !header.flags.contains(.fin),
      end.acknowledged == end.top, positions.upperBound == end.acknowledged
    else { return false }
    let last = max(end.lastSent?.time ?? mark.time, end.lastReceived?.time ?? mark.time)
    return mark.time - last >= 1_000_000_000
  }

  /// What a segment without data, SYN, FIN and RST is.
  private func acknowledgementShape(
    _ header: TCP, _ start: Int, _ end: End, _ peer: End, _ acknowledged: Acknowledged,
    _ draft: inout PacketDraft
  ) -> PacketDraft.Shape {
    if acknowledged.news {
      if acknowledged.isFirst, handshakeAck == nil { return .handshakeAck }
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
    if acknowledged.grew, !end.reportsGap {
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
