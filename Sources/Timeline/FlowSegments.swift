import Wire

/// What a segment did to its connection.
struct SegmentEffect {
  /// Positions in its sender's stream: SYN, data and FIN.
  var positions = 0..<0
  /// Those of them at which its sender's stream can hold something.
  var carried = 0..<0
  /// It acknowledges something that no segment before did.
  var isNews = false
  /// What it acknowledges first is the peer's SYN, which was seen.
  var answersSYN = false
  /// It is the first SYN-ACK of its sender, or one that starts over.
  var isAnswer = false
  /// It is a probe with one byte that the peer has long acknowledged.
  var isByteProbe = false
  /// Some of what it carries was sent before.
  var isAgain = false
  /// Positions beyond all that its sender had sent.
  var newTail = 0..<0
  /// Parts of its positions that no packet has carried before, where not all of it is new.
  var newPieces: [Range<Int>] = []
  /// It ends the handshake.
  var endsHandshake = false
  /// It is the first RST.
  var isFirstReset = false
  /// Its sender had not met the peer's FIN, which had come.
  var missesFIN = false
  /// It carries its sender's first FIN.
  var isFirstFIN = false

  /// All that no packet has carried before, in order.
  var newParts: [Range<Int>] { newTail.isEmpty ? newPieces : [newTail] }
}

/// What one segment does to a connection (RFC 9293, section 3.3.2 and 3.10).
///
/// On loopback a segment is sent and received at one time stamp, so both ends change with it.
extension FlowCourse {
  /// Takes a segment of one end.
  mutating func take(
    _ header: FlowHeader, _ end: inout FlowSide, _ peer: inout FlowSide, isClient: Bool,
    at time: Int64, _ waits: Deferral
  ) -> SegmentEffect {
    var effect = SegmentEffect()
    if isPlain(header, end, peer, waits) {
      let length = header.payloadLength
      end.noteWindow(header, peer)
      effect.positions = end.top..<(end.top + length)
      if length > 0 {
        effect.newTail = effect.positions
        _ = end.seen.take(effect.positions)
        end.payloadBytes &+= length
      }
      effect.isNews = peer.acknowledge(header.acknowledgement.rawValue)
      return effect
    }
    end.learn(header)
    if header.hasACK, !header.hasRST { peer.learn(acknowledged: header) }
    if !header.hasRST { end.noteWindow(header, peer) }
    let wasAcknowledged = peer.acknowledged
    if header.hasACK { effect.isNews = peer.acknowledge(header.acknowledgement.rawValue) }
    effect.answersSYN = effect.isNews && wasAcknowledged == 0 && peer.bits.contains(.sawSYN)
    count(header, &end, isClient, time - latest, &effect)
    let isLate = end.bits.contains(.hasFIN) && !header.hasFIN
    keep(header, peer, isClient, isLate, time, waits, &effect)
    if header.hasRST {
      effect.missesFIN =
        end.state == .closeWait && peer.bits.contains(.hasFIN) && !peer.isFINAcknowledged
      reset(&end, isClient, &effect)
      end.state = .closed
      peer.state = .closed
    } else {
      end.send(header, peer, &self, isClient, &effect)
      if waits != .passesOver { peer.receive(header) }
    }
    return effect
  }

  /// A socket that is connected to itself: its one end changes twice with each segment.
  mutating func takeOwn(
    _ header: FlowHeader, _ end: inout FlowSide, at time: Int64
  ) -> SegmentEffect {
    var effect = SegmentEffect()
    end.learn(header)
    if header.hasACK, !header.hasRST { end.learn(acknowledged: header) }
    if !header.hasRST { end.noteWindow(header, end) }
    let wasAcknowledged = end.acknowledged
    if header.hasACK { effect.isNews = end.acknowledge(header.acknowledgement.rawValue) }
    effect.answersSYN = effect.isNews && wasAcknowledged == 0 && end.bits.contains(.sawSYN)
    count(header, &end, true, time - latest, &effect)
    keep(header, end, true, false, time, .none, &effect)
    if header.hasRST {
      reset(&end, true, &effect)
      end.state = .closed
    } else {
      let peer = end
      end.send(header, peer, &self, true, &effect)
      end.receive(header)
    }
    return effect
  }

  /// Whether a segment is the next one of an open connection, data or acknowledgement: then most
  /// questions need not be asked.
  @inline(__always)
  private func isPlain(
    _ header: FlowHeader, _ end: FlowSide, _ peer: FlowSide, _ waits: Deferral
  ) -> Bool {
    header.hasACK && !header.hasSYN && !header.hasFIN && !header.hasRST && waits == .none
      && end.bits.isSuperset(of: [.hasInitial, .isTold]) && peer.bits.contains(.isTold)
      && !bits.isDisjoint(with: [.hasHandshake, .beganBefore]) && bits.isDisjoint(with: .hasFIN)
      && end.state == .established && peer.state == .established
      && header.sequence.rawValue == end.initial &+ UInt32(truncatingIfNeeded: end.top)
  }

  /// Counts the bytes of a segment and tells what is retransmitted.
  private func count(
    _ header: FlowHeader, _ end: inout FlowSide, _ isClient: Bool, _ silence: Int64,
    _ effect: inout SegmentEffect
  ) {
    let control = (header.hasSYN ? 1 : 0) + (header.hasFIN ? 1 : 0)
    let size = header.payloadLength + control
    let start =
      end.bits.contains(.hasInitial) ? end.position(of: header.sequence.rawValue) : 0
    effect.positions = start..<(start + size)
    effect.carried = effect.positions
    if header.hasRST || size == 0 { return }
    let answer: Bits = isClient ? .sawClientAnswer : .sawAnswer
    effect.isAnswer =
      header.hasSYN && header.hasACK && (!bits.contains(answer) || end.top == 0)
    // A probe with one byte that the peer has long acknowledged (RFC 9293, section 3.8.4).
    effect.isByteProbe =
      size == 1 && control == 0 && end.isSettled && start + 1 == end.top
      && silence >= 1_000_000_000
    if effect.isByteProbe { return }
    // Without SYN nothing stands at the first position of a stream whose SYN was seen.
    let low = header.hasSYN || !end.bits.contains(.sawSYN) ? start : max(1, start)
    let carried = min(low, start + size)..<(start + size)
    effect.carried = carried
    if carried.lowerBound >= end.top {
      effect.newTail = carried
    } else {
      effect.newPieces = end.seen.unseenParts(carried)
    }
    let new = effect.newPieces.reduce(effect.newTail.count) { $0 + $1.count }
    let isLate =
      !header.hasSYN && end.bits.contains(.isTold) && carried.upperBound <= end.acknowledged
    effect.isAgain = !effect.isAnswer && !carried.isEmpty && (new < carried.count || isLate)
    if effect.isAgain { end.retransmissions &+= 1 }
    _ = end.seen.take(carried)
    end.payloadBytes += new
    if control == 0 || new == 0 { return }
    let parts = effect.newParts
    if header.hasSYN, parts.contains(where: { $0.contains(start) }) { end.payloadBytes -= 1 }
    let last = start + size - 1
    if header.hasFIN, parts.contains(where: { $0.contains(last) }) { end.payloadBytes -= 1 }
  }

  /// Remembers handshake and close.
  private mutating func keep(
    _ header: FlowHeader, _ peer: FlowSide, _ isClient: Bool, _ isLate: Bool, _ time: Int64,
    _ waits: Deferral, _ effect: inout SegmentEffect
  ) {
    let hasSYN = header.hasSYN
    if hasSYN, !header.hasACK {
      if !bits.contains(.sawSYN) {
        bits.insert(.sawSYN)
        // A SYN that comes after the handshake begins none.
        if !bits.contains(.hasHandshake) { handshake = time }
      }
      // The same SYN once more, as some systems send it after a RST: it asks again.
      bits.remove([.isReset, .isResetByServer])
    }
    if effect.isAnswer {
      bits.insert(isClient ? .sawClientAnswer : .sawAnswer)
      if bits.contains(.isOwn) { bits.insert(.sawAnswer) }
    }
    if hasSYN || header.hasRST { return }
    let isDone =
      switch waits {
      case .none: effect.answersSYN
      case .passesOver: false
      case .takes: isClient
      }
    if isDone, !bits.contains(.hasHandshake), bits.contains(.sawAnswer) {
      // Data or a FIN may acknowledge the SYN-ACK as well as a bare ACK does.
      bits.insert(.hasHandshake)
      effect.endsHandshake = true
      handshake = bits.contains(.sawSYN) && time >= handshake ? time - handshake : -1
    }
    let isOfFirst =
      bits.contains(.hasFIN) && peer.bits.contains(.hasFIN)
      && bits.contains(.isFirstFINOfServer) == isClient
    guard effect.isNews, isOfFirst, peer.isFINAcknowledged, !isLate else { return }
    bits.insert(header.hasFIN ? .hasACKInFIN : .hasACKBeforeFIN)
  }

  private mutating func reset(
    _ end: inout FlowSide, _ isClient: Bool, _ effect: inout SegmentEffect
  ) {
    end.resets &+= 1
    guard !bits.contains(.isReset) else { return }
    effect.isFirstReset = true
    bits.insert(.isReset)
    if !isClient { bits.insert(.isResetByServer) }
  }
}

extension FlowSide {
  /// Learns its initial sequence number and the window scale from a segment that it sends.
  fileprivate mutating func learn(_ header: FlowHeader) {
    let number = header.sequence.rawValue
    guard header.hasSYN else {
      if !bits.contains(.hasInitial), !header.hasRST { join(at: number, isTold: false) }
      return
    }
    if bits.contains(.sawSYN) {
      // A server that keeps nothing of a SYN starts over with each (SYN cookies, proxies).
      guard header.hasACK, number != initial, acknowledged == 0 else { return }
    }
    // A SYN that comes after its answer, or after what followed it, is the one that was guessed.
    let isGuessed =
      !bits.contains(.sawSYN) && bits.contains(.hasInitial)
      && (initial == number
        || initial == number &+ UInt32(truncatingIfNeeded: header.payloadLength))
    if isGuessed {
      let shift = Int(Int32(bitPattern: initial &- number))
      if shift == 0 { bits.insert(.sawSYN) } else { begin(at: number) }
    } else {
      begin(at: number)
    }
    windowScale = header.windowScale ?? 0
    if header.windowScale != nil { bits.insert(.scales) } else { bits.remove(.scales) }
    if header.hasACK { bits.insert(.answered) }
  }

  /// Learns it from what the peer acknowledges.
  fileprivate mutating func learn(acknowledged header: FlowHeader) {
    guard !bits.contains(.hasInitial) else { return }
    join(at: header.acknowledgement.rawValue, isTold: true)
  }

  /// Takes the peer's acknowledgement of what this end sent; whether it is news.
  @inline(__always)
  fileprivate mutating func acknowledge(_ number: UInt32) -> Bool {
    guard bits.contains(.hasInitial) else { return false }
    let position = position(of: number)
    guard position >= acknowledged, position <= top else { return false }
    if position > 0 { bits.insert(.isTold) }
    guard position > acknowledged else { return false }
    acknowledged = position
    return true
  }

  /// The window that a segment offers, in bytes; nil where it is not known how it is scaled.
  ///
  /// Windows are scaled where both SYNs carried the option (RFC 7323, section 2.2): so not where one
  /// is known that had none. A SYN-ACK has it only where the SYN had it.
  @inline(__always)
  func bytes(ofWindow window: UInt16, hasSYN: Bool, _ peer: FlowSide) -> Int? {
    if hasSYN || window == 0 { return Int(window) }
    let knows = bits.contains(.sawSYN)
    if knows && !bits.contains(.scales)
      || peer.bits.contains(.sawSYN) && !peer.bits.contains(.scales)
    {
      return Int(window)
    }
    guard knows, peer.bits.contains(.sawSYN) || bits.contains(.answered) else { return nil }
    return Int(window) << Int(min(14, windowScale))
  }

  @inline(__always)
  fileprivate mutating func noteWindow(_ header: FlowHeader, _ peer: FlowSide) {
    if let bytes = bytes(ofWindow: header.window, hasSYN: header.hasSYN, peer) {
      smallestWindow = min(smallestWindow, UInt32(bytes))
    }
  }

  /// The sender's side of a segment.
  fileprivate mutating func send(
    _ header: FlowHeader, _ peer: FlowSide, _ course: inout FlowCourse, _ isClient: Bool,
    _ effect: inout SegmentEffect
  ) {
    if header.hasSYN {
      // After a RST the same SYN may ask again.
      let begins = state == .closed && course.bits.isDisjoint(with: [.hasHandshake, .isReset])
      if header.hasACK {
        if state == nil || state == .synSent || begins { state = .synReceived }
      } else if state == nil || state == .synReceived || begins {
        // One that waits in SYN-RCVD sends no SYN without ACK: its connect() came first.
        state = .synSent
      }
    }
    if bits.contains(.hasUnmetFIN), header.hasACK, peer.isFINAcknowledged {
      bits.remove(.hasUnmetFIN)
      if state == .finWait1 {
        state = .closing
      } else if state == .closing {
        state = .timeWait
      }
    }
    guard header.hasFIN, !bits.contains(.hasFIN) else { return }
    bits.insert(.hasFIN)
    finEnd = effect.positions.upperBound
    effect.isFirstFIN = true
    if !course.bits.contains(.hasFIN) {
      course.bits.insert(.hasFIN)
      if !isClient { course.bits.insert(.isFirstFINOfServer) }
    }
    if state == .established || state == .synReceived {
      state = .finWait1
    } else if state == .closeWait, !peer.isFINAcknowledged {
      // It does not acknowledge the other FIN: the two cross, and it left before that one came.
      state = .finWait1
      bits.insert(.hasUnmetFIN)
      course.bits.insert(.finsCrossed)
      effect.missesFIN = true
    } else if state == .closeWait {
      state = .lastAck
    }
  }

  /// The receiver's side: first the acknowledgement, then the FIN.
  ///
  /// A SYN makes no state: a server that never answered has none, and its SYN-ACK tells of SYN-RCVD.
  fileprivate mutating func receive(_ header: FlowHeader) {
    if header.hasSYN, !header.hasACK {
      if state == .synSent { state = .synReceived }
    } else if header.hasACK, acknowledged > 0,
      state == nil || state == .synReceived || state == .synSent
    {
      state = .established
    }
    if header.hasACK, isFINAcknowledged {
      switch state {
      case .finWait1: state = bits.contains(.hasUnmetFIN) ? .closing : .finWait2
      case .closing where !bits.contains(.hasUnmetFIN): state = .timeWait
      case .lastAck: state = .closed
      default: break
      }
    }
    guard header.hasFIN else { return }
    switch state {
    case .established, .synReceived: state = .closeWait
    case .finWait1: state = .closing
    case .finWait2: state = .timeWait
    default: break
    }
  }
}
