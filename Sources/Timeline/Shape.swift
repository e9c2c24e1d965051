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
    if !positions.isEmpty, let (before, repetitions) = segment(positions, end) {
      retransmissions += 1
      draft.reference = before
      return .again(repetition(positions, mark, end, peer, before, repetitions))
    }
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

  /// The first packet that carried what this one carries, where all or a part was sent before, and
  /// how often it was repeated.
  ///
  /// Bytes below the highest that no packet carried yet fill a gap: they are new.
  private func segment(_ positions: Range<Int>, _ end: End) -> (PacketMark, Int)? {
    guard positions.lowerBound < end.top else { return nil }
    for queue in [end.flight, end.settled] {
      if let index = End.index(of: positions, in: queue) {
        return (queue[index].first, queue[index].repetitions)
      }
    }
    guard positions.upperBound <= end.acknowledged else { return nil }
    return (PacketMark(number: 0, time: Instant(0), length: positions.count), 0)
  }

  /// In which way a segment is sent again.
  ///
  /// A timeout waits for 200 ms at least (TCP_RTO_MIN of Linux), and a probe of the tail comes
  /// sooner unless one segment alone is on the way; then both wait as long, and it is called a
  /// timeout, which is true of both: no acknowledgement came in time.
  private func repetition(
    _ positions: Range<Int>, _ mark: PacketMark, _ end: End, _ peer: End, _ before: PacketMark,
    _ repetitions: Int
  ) -> PacketDraft.Repetition {
    if positions.upperBound <= end.acknowledged { return .alreadyAcknowledged }
    if positions.lowerBound == 0, before.flags.contains(.syn) { return .timeout }
    let timeout: Int64 = 195_000_000
    let silence = mark.time - (end.lastReceived?.time ?? before.time)
    let isLoss = peer.duplicates >= 3 || peer.reportsGap || positions.lowerBound < end.recovery
    if isLoss, silence < timeout {
      end.recovery = max(end.recovery, end.top)
      return .fast
    }
    end.recovery = 0
    let isTail = positions.upperBound >= end.top && repetitions == 0
    return isTail && mark.time - before.time < timeout ? .tail : .timeout
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
    if let unanswered = end.unanswered {
      draft.reference = unanswered
      if unanswered.flags.contains(.syn), !unanswered.flags.contains(.ack) { return .challengeAck }
      if unanswered.length == 0, unanswered.flags == .ack { return .probeAck }
      end.duplicates += 1
      return .duplicateAck
    }
    draft.reference = end.lastReceived
    if acknowledged.grew { return .windowUpdate }
    end.duplicates += 1
    return .duplicateAck
  }
}

extension PacketDraft.Shape {
  /// Whether the packet only asks whether the peer is there, or has room.
  var isProbe: Bool { self == .keepAlive || self == .zeroWindowProbe }
}
