import Wire

/// Which connection a segment begins or belongs to, of those between the same two ends.
extension FlowRecord {
  /// A connection that begins with a packet.
  ///
  /// - Parameter serves: whether the packet's sender is the server, where that is known; else the
  ///   flags tell, or, in mid-stream, the port.
  init(opening header: FlowHeader, at time: Int64, serves: Bool? = nil) {
    let isFromServer = serves ?? FlowRecord.isFromServer(header)
    self.init(
      header.kind, client: isFromServer ? header.destination : header.source,
      server: isFromServer ? header.source : header.destination, at: time)
    guard header.kind == .tcp, !header.hasSYN, !header.hasRST else { return }
    course.bits.insert(.beganBefore)
    client.state = .established
    server.state = .established
  }

  /// Whether the sender of a first packet is the server: it sends the SYN-ACK; in mid-stream it is
  /// the end with the lower port.
  static func isFromServer(_ header: FlowHeader) -> Bool {
    guard header.kind == .tcp else { return false }
    return header.hasSYN ? header.hasACK : header.source.port < header.destination.port
  }

  /// Whether a segment is of a new connection with the ports of this one.
  ///
  /// After a long silence it is where its numbers do not go on.
  ///
  /// - Parameter asksOnce: whether the end that a SYN comes from is known to send none after a RST.
  func isReused(by header: FlowHeader, at time: Int64, asksOnce: Bool = false) -> Bool {
    guard course.mayEnd(before: header, at: time) else { return false }
    return header.hasSYN ? isReopened(by: header, at: time, asksOnce) : !continues(header)
  }

  /// Whether the numbers of a segment are near those that were seen.
  private func continues(_ header: FlowHeader) -> Bool {
    let isOfClient = header.source == client.endpoint
    let (end, peer) = isOfClient ? (client, server) : (server, client)
    let isNear =
      !end.bits.contains(.hasInitial)
      || abs(end.position(of: header.sequence.rawValue) - end.top) <= FlowRecord.reach
    if !isNear || !header.hasACK || !peer.bits.contains(.hasInitial) { return isNear }
    return abs(peer.position(of: header.acknowledgement.rawValue) - peer.top) <= FlowRecord.reach
  }

  /// Nanoseconds after a RST within which the same SYN may come again.
  private static let retry: Int64 = 30_000_000_000

  /// Bytes by which a stream may have gone on unseen.
  private static let reach = 1 << 26

  /// Whether a SYN, or a SYN-ACK, opens a new connection with the ports of this one.
  ///
  /// The same SYN again is the same connection, whether nobody answered, or somebody with a RST;
  /// not where the connection was made and is over (a capture that was played twice). A SYN or SYN-ACK
  /// that is captured late, behind what answers it, begins the stream that the others showed.
  private func isReopened(by header: FlowHeader, at time: Int64, _ asksOnce: Bool) -> Bool {
    let end = header.source == client.endpoint ? client : server
    let number = header.sequence.rawValue
    let wasMade = !course.bits.isDisjoint(with: [.hasHandshake, .hasFIN])
    if end.bits.contains(.sawSYN) {
      if end.initial == number {
        let asksAgain = !wasMade && !asksOnce && time - course.latest < FlowRecord.retry
        return isOver && !header.hasACK && !asksAgain
      }
      return header.hasACK ? end.acknowledged > 0 || isOver : true
    }
    if isOver { return true }
    guard end.bits.contains(.hasInitial) else { return course.bits.contains(.beganBefore) }
    let guess = end.initial
    if guess == number || guess == number &+ UInt32(truncatingIfNeeded: header.payloadLength) {
      return false
    }
    // What answered a SYN without answering it belonged to something older.
    return !(header.hasACK && course.bits.contains(.sawSYN))
  }

  /// Whether an end of an older connection of the same ports answers this one's SYN with a bare ACK:
  /// it is alive, and the SYN opened nothing (RFC 5961, section 4.2).
  func isChallenged(by header: FlowHeader, _ old: FlowRecord) -> Bool {
    header.flags == .ack && course.bits.contains(.sawSYN)
      && course.bits.isDisjoint(with: .sawAnswer) && header.source == server.endpoint
      && !old.isOver
  }

  /// Whether a SYN is this connection's own, or a SYN-ACK answers that.
  func isBegun(by header: FlowHeader) -> Bool {
    guard client.bits.contains(.sawSYN) else { return false }
    if !header.hasACK {
      return header.source == client.endpoint && header.sequence.rawValue == client.initial
    }
    return header.source == server.endpoint
      && header.acknowledgement.rawValue == client.initial &+ 1
  }
}

extension FlowCourse {
  /// Whether a segment may be of a new connection with the same ports: most cannot.
  @inline(__always)
  func mayEnd(before header: FlowHeader, at time: Int64) -> Bool {
    header.hasSYN || time - latest > Timeline.patience
  }
}
