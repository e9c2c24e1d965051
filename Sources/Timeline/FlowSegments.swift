import Wire

/// What one segment does to a connection (compare `Conversation.take` and `changeStates`).
extension FlowRecord {
  /// Takes a segment of one side.
  mutating func take(_ header: FlowHeader, fromClient: Bool, at time: Int64) {
    if client.endpoint == server.endpoint {
      // A socket that is connected to itself: its one end would be changed from two sides.
      takeOwn(header)
    } else if fromClient {
      course.take(header, from: &client, to: &server, isClient: true, at: time)
    } else {
      course.take(header, from: &server, to: &client, isClient: false, at: time)
    }
  }

  /// The little that is followed of a connection whose ends are one.
  private mutating func takeOwn(_ header: FlowHeader) {
    if header.hasRST {
      client.resets &+= 1
      course.bits.insert(.isReset)
    }
    if !client.bits.contains(.hasInitial) { client.join(at: header.sequence.rawValue) }
    let control = UInt32(header.hasSYN || header.hasFIN ? 1 : 0)
    let new = client.extend(
      from: header.sequence.rawValue,
      count: UInt32(truncatingIfNeeded: header.payloadLength) &+ control)
    client.payloadBytes += max(0, Int(new) - Int(control))
    if header.hasFIN { course.bits.insert(.hasFIN) }
  }
}

extension FlowCourse {
  fileprivate mutating func take(
    _ header: FlowHeader, from end: inout FlowSide, to peer: inout FlowSide, isClient: Bool,
    at time: Int64
  ) {
    if isPlain(header, end, peer) {
      end.noteWindow(header, peer)
      _ = peer.acknowledge(header.acknowledgement.rawValue)
      end.top &+= UInt32(truncatingIfNeeded: header.payloadLength)
      end.payloadBytes &+= header.payloadLength
      return
    }
    learn(header, &end, &peer)
    if !header.hasRST { end.noteWindow(header, peer) }
    var acknowledged = Acknowledgement()
    if header.hasACK { acknowledged = peer.acknowledge(header.acknowledgement.rawValue) }
    let isAnswer = count(header, &end, isClient, silence: time - last)
    let isLate = end.bits.contains(.hasFIN) && !header.hasFIN
    keep(header, peer, acknowledged, isClient, isAnswer, isLate, time)
    guard header.hasRST else {
      end.send(header, peer, &bits, isClient)
      peer.receive(header)
      return
    }
    end.resets &+= 1
    if !bits.contains(.isReset) {
      bits.insert(.isReset)
      if !isClient { bits.insert(.isResetByServer) }
    }
    end.state = .closed
    peer.state = .closed
  }

  /// Whether a segment is the next one of an open connection, data or acknowledgement: then most
  /// questions need not be asked.
  @inline(__always)
  private func isPlain(_ header: FlowHeader, _ end: FlowSide, _ peer: FlowSide) -> Bool {
    header.hasACK && !header.hasSYN && !header.hasFIN && !header.hasRST
      && header.sequence.rawValue == end.top
      && bits.isSuperset(of: [.sawSYN, .hasHandshake]) && bits.isDisjoint(with: .hasFIN)
      && end.state == .established && peer.state == .established
  }

  /// Learns initial sequence numbers and the window scale.
  private func learn(
    _ header: FlowHeader, _ end: inout FlowSide, _ peer: inout FlowSide
  ) {
    let isReset = header.hasRST
    if header.hasSYN, !end.bits.contains(.sawSYN) {
      end.begin(at: header.sequence.rawValue, windowScale: header.windowScale)
    } else if !end.bits.contains(.hasInitial), !isReset {
      end.join(at: header.sequence.rawValue)
    }
    if header.hasACK, !peer.bits.contains(.hasInitial), !isReset {
      peer.join(at: header.acknowledgement.rawValue)
    }
  }

  /// Counts the bytes of a segment and tells what is sent again.
  ///
  /// - Returns: whether it is the end's first SYN,ACK.
  private func count(
    _ header: FlowHeader, _ end: inout FlowSide, _ isClient: Bool, silence: Int64
  ) -> Bool {
    if header.hasRST { return false }
    let hasSYN = header.hasSYN
    let answer: Bits = isClient ? .sawClientAnswer : .sawAnswer
    let isAnswer = hasSYN && header.hasACK && !bits.contains(answer)
    let control = (hasSYN ? 1 : 0) + (header.hasFIN ? 1 : 0)
    let size = UInt32(truncatingIfNeeded: header.payloadLength + control)
    let start = header.sequence.rawValue
    if size == 0 { return false }
    // A probe with one byte that the peer has long acknowledged (RFC 9293, section 3.8.4).
    let isProbe =
      size == 1 && control == 0 && end.isSettled && start &+ 1 == end.top
      && silence >= 1_000_000_000
    if isProbe { return false }
    if !isAnswer, Int32(bitPattern: start &- end.top) < 0,
      !end.fillsGap(from: start, to: start &+ size)
    {
      end.retransmissions &+= 1
    }
    end.payloadBytes += max(0, Int(end.extend(from: start, count: size)) - control)
    return isAnswer
  }

  /// Remembers the packets of handshake and close.
  private mutating func keep(
    _ header: FlowHeader, _ peer: FlowSide, _ acknowledged: Acknowledgement, _ isClient: Bool,
    _ isAnswer: Bool, _ isLate: Bool, _ time: Int64
  ) {
    let hasSYN = header.hasSYN
    if hasSYN, !header.hasACK, !bits.contains(.sawSYN) {
      bits.insert(.sawSYN)
      // A SYN that comes after the handshake begins none.
      if !bits.contains(.hasHandshake) { handshake = time }
    }
    if isAnswer { bits.insert(isClient ? .sawClientAnswer : .sawAnswer) }
    if hasSYN || header.hasRST { return }
    if acknowledged.isFirst, !bits.contains(.hasHandshake) {
      // Data or a FIN may acknowledge the SYN,ACK as well as a bare ACK does.
      guard bits.contains(.sawAnswer) else { return }
      bits.insert(.hasHandshake)
      handshake = bits.contains(.sawSYN) ? time - handshake : -1
      return
    }
    let isOfFirst =
      bits.contains(.hasFIN) && peer.bits.contains(.hasFIN)
      && bits.contains(.isFirstFINOfServer) == isClient
    guard acknowledged.isNews, isOfFirst, peer.isSettled, !isLate else { return }
    bits.insert(header.hasFIN ? .hasACKInFIN : .hasACKBeforeFIN)
  }
}

/// What an acknowledgement number says.
private struct Acknowledgement {
  /// It acknowledges something that none before did.
  var isNews = false
  /// What it acknowledges first is a SYN that was seen.
  var isFirst = false
}

extension FlowSide {
  /// Takes the peer's acknowledgement of what this end sent.
  @inline(__always)
  fileprivate mutating func acknowledge(_ number: UInt32) -> Acknowledgement {
    guard bits.contains(.hasInitial), Int32(bitPattern: number &- acknowledged) > 0,
      Int32(bitPattern: number &- top) <= 0
    else { return Acknowledgement() }
    acknowledged = number
    let isFirst = !bits.contains(.isAcknowledged)
    bits.insert(.isAcknowledged)
    return Acknowledgement(isNews: true, isFirst: isFirst && bits.contains(.sawSYN))
  }

  /// Notes the window that a segment offers, in bytes: scaled where both SYNs carried the option
  /// (RFC 7323, section 2.2), and not known where one of them was not seen.
  @inline(__always)
  fileprivate mutating func noteWindow(_ header: FlowHeader, _ peer: FlowSide) {
    var shift: UInt32 = 0
    if !header.hasSYN {
      guard bits.contains(.sawSYN), peer.bits.contains(.sawSYN) else { return }
      let isScaled = bits.contains(.scales) && peer.bits.contains(.scales)
      shift = isScaled ? UInt32(min(14, windowScale)) : 0
    }
    smallestWindow = min(smallestWindow, UInt32(header.window) << shift)
  }

  /// The sender's side of a segment (RFC 9293, section 3.3.2).
  fileprivate mutating func send(
    _ header: FlowHeader, _ peer: FlowSide, _ shared: inout FlowCourse.Bits, _ isClient: Bool
  ) {
    if header.hasSYN {
      if header.hasACK {
        if state == nil || state == .synSent { state = .synReceived }
      } else if state == nil || state == .synReceived {
        state = .synSent
      }
    }
    if bits.contains(.hasUnmetFIN), header.hasACK, peer.isSettled {
      bits.remove(.hasUnmetFIN)
      if state == .finWait1 {
        state = .closing
      } else if state == .closing {
        state = .timeWait
      }
    }
    guard header.hasFIN, !bits.contains(.hasFIN) else { return }
    bits.insert(.hasFIN)
    if !shared.contains(.hasFIN) {
      shared.insert(.hasFIN)
      if !isClient { shared.insert(.isFirstFINOfServer) }
    }
    if state == .established || state == .synReceived {
      state = .finWait1
    } else if state == .closeWait, !peer.isSettled {
      // It does not acknowledge the other FIN: the two cross, and it left before that one came.
      state = .finWait1
      bits.insert(.hasUnmetFIN)
      shared.insert(.finsCrossed)
    } else if state == .closeWait {
      state = .lastAck
    }
  }

  /// The receiver's side: first the acknowledgement, then the FIN.
  fileprivate mutating func receive(_ header: FlowHeader) {
    if header.hasSYN, !header.hasACK {
      if state == nil || state == .synSent { state = .synReceived }
    } else if header.hasACK, bits.contains(.isAcknowledged),
      state == nil || state == .synReceived || state == .synSent
    {
      state = .established
    }
    if header.hasACK, bits.contains(.hasFIN), isSettled {
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
