import Wire

/// Segments that carry what was sent before, and why they are retransmitted.
extension Conversation {
  /// The segment of which all or a part is carried again, as far as it is remembered.
  func segment(_ positions: Range<Int>, _ end: End) -> SentSegment? {
    for queue in [end.flight, end.settled] {
      if let index = End.index(of: positions, in: queue) { return queue[index] }
    }
    return nil
  }

  /// In which way a segment is retransmitted.
  ///
  /// A timeout waits for 200 ms at least (TCP_RTO_MIN of Linux) and sends the first segment that is
  /// not acknowledged; a probe of the tail sends the last one (RFC 8985, section 7), as a rule
  /// sooner. Of one segment alone both are the same, and wait as long: then Linux probes first,
  /// once, where both ends know SACK and nothing is being repaired (tcp_schedule_loss_probe).
  /// Of other systems that is not known, and it is called a timeout, which is true of both. What
  /// comes too soon for either has no reason that can be seen.
  func repetition(
    _ positions: Range<Int>, _ mark: PacketMark, _ end: End, _ peer: End, _ known: SentSegment?
  ) -> PacketDraft.Repetition {
    let forgotten = PacketMark(number: 0, time: Instant(0), length: positions.count)
    let before =
      known ?? SentSegment(positions: positions, first: forgotten, latest: forgotten, hasFIN: false)
    if positions.upperBound <= end.acknowledged { return .alreadyAcknowledged }
    let waited = mark.time - end.lastProgress(since: before.latest.time)
    let canTimeOut = waited >= end.leastTimeout(isLinux: isLinux)
    if positions.lowerBound == 0, before.first.flags.contains(.syn) {
      return canTimeOut ? .timeout : .unexplained
    }
    defer { end.repair = end.top }
    let silence = mark.time - (end.lastReceived?.time ?? before.first.time)
    let isLoss = peer.duplicates >= 3 || peer.reportsGap || positions.lowerBound < end.recovery
    if isLoss, silence < Conversation.linuxTimeout {
      end.recovery = max(end.recovery, end.top)
      return .fast
    }
    end.recovery = 0
    let isTail = positions.upperBound >= end.top && before.repetitions == 0
    let mayProbe =
      isTail && !isLoss && knowSACK && end.acknowledged >= end.repair && peer.duplicates == 0
      && waited >= end.leastProbe
    if canTimeOut, !(mayProbe && isLinux && end.permitsSACK && peer.permitsSACK) {
      end.lost = end.top
      return .timeout
    }
    if mayProbe { return .tail }
    return positions.lowerBound < end.lost ? .timeout : .unexplained
  }

  /// In which way a segment is retransmitted of which no packet was captured, where the peer has
  /// reported a hole there: after three duplicate acknowledgements (RFC 5681, section 3.2), or after
  /// a silence. Nil where it may just have come late.
  func refill(
    _ positions: Range<Int>, _ mark: PacketMark, _ end: End, _ peer: End
  ) -> PacketDraft.Repetition? {
    guard end.acknowledged > 0, positions.lowerBound >= end.acknowledged,
      positions.upperBound <= end.top
    else { return nil }
    let isFirst = positions.lowerBound == end.acknowledged
    if isFirst && peer.duplicates >= 3 || positions.lowerBound < end.recovery {
      end.recovery = max(end.recovery, end.top)
      return .fast
    }
    let waited = mark.time - end.lastProgress(since: end.lastNews?.time ?? mark.time)
    return isFirst && waited >= Conversation.linuxTimeout ? .timeout : nil
  }

  /// Nanoseconds that Linux waits for an acknowledgement at least (TCP_RTO_MIN), less what its timer
  /// may come early.
  static let linuxTimeout: Int64 = 195_000_000

  /// Whether both ends may know SACK: it is not known that one does not.
  private var knowSACK: Bool {
    [client, server].allSatisfy { $0.permitsSACK || !$0.sawSYN }
  }
}

extension End {
  /// When its timers began to run for something that it sent at `time`: then, or when an
  /// acknowledgement brought news.
  func lastProgress(since time: Instant) -> Instant {
    max(time, acknowledgements.last?.mark.time ?? time)
  }

  /// Nanoseconds after which it can have a timeout: not before an answer can be there, and by the
  /// least of the systems that are common, the 30 ms of FreeBSD (RFC 6298 has one second).
  func leastTimeout(isLinux: Bool) -> Int64 {
    max(isLinux ? Conversation.linuxTimeout : 30_000_000, roundTrip ?? 0)
  }

  /// Nanoseconds after which it can probe the tail: two round trips and two milliseconds of Linux's
  /// timer; of one segment alone, the longest time that its acknowledgement may be delayed
  /// (RFC 8985, section 7.2).
  var leastProbe: Int64 {
    let isAlone = flight.count == 1 && flight[0].positions.count <= largestSegment ?? 1_460
    return 2 * (roundTrip ?? 0) + (isAlone ? Conversation.linuxTimeout : 2_000_000)
  }
}
