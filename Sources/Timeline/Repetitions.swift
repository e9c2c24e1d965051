import Wire

/// Segments that carry what was sent before, and why they are sent again.
extension Conversation {
  /// The first packet that carried what this one carries, where all or a part was sent before, and
  /// how often it was repeated.
  ///
  /// Bytes below the highest that no packet carried yet fill a gap: they are new.
  func segment(_ positions: Range<Int>, _ end: End) -> (PacketMark, Int)? {
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
  /// A time-out waits for 200 ms at least (TCP_RTO_MIN of Linux) and sends the first segment that is
  /// not acknowledged; a probe of the tail sends the last one (RFC 8985, section 7), as a rule
  /// sooner. Of one segment alone both are the same, and wait as long: then Linux probes first,
  /// once, where both ends know SACK and nothing is being repaired (tcp_schedule_loss_probe).
  /// Of other systems that is not known, and it is called a time-out, which is true of both.
  func repetition(
    _ positions: Range<Int>, _ mark: PacketMark, _ end: End, _ peer: End, _ before: PacketMark,
    _ repetitions: Int
  ) -> PacketDraft.Repetition {
    if positions.upperBound <= end.acknowledged { return .alreadyAcknowledged }
    if positions.lowerBound == 0, before.flags.contains(.syn) { return .timeout }
    defer { end.repair = end.top }
    let timeout: Int64 = 195_000_000
    let silence = mark.time - (end.lastReceived?.time ?? before.time)
    let isLoss = peer.duplicates >= 3 || peer.reportsGap || positions.lowerBound < end.recovery
    if isLoss, silence < timeout {
      end.recovery = max(end.recovery, end.top)
      return .fast
    }
    end.recovery = 0
    guard positions.upperBound >= end.top, repetitions == 0 else { return .timeout }
    let mayProbe =
      isLinux && end.permitsSACK && peer.permitsSACK && end.acknowledged >= end.repair && !isLoss
      && peer.duplicates == 0
    return mayProbe || mark.time - before.time < timeout ? .tail : .timeout
  }
}
