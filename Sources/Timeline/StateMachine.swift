import Calls
import Wire

extension Conversation {
  /// Moves the states of both ends by one segment (RFC 9293, section 3.3.2).
  ///
  /// On loopback a segment is sent and received at one time stamp, so both ends change with it.
  func changeStates(
    _ header: TCP, _ side: Side, _ end: End, _ peer: End, _ mark: PacketMark,
    _ draft: inout PacketDraft
  ) {
    let before = (client.state, server.state)
    keep(header, side, mark, draft)
    if header.flags.contains(.rst) {
      if reset == nil { reset = (mark, side) }
      client.state = .closed
      server.state = .closed
    } else {
      send(header, end, mark, side)
      receive(header, end, peer)
    }
    if client.state != before.0 { draft.row.clientState = client.state }
    if server.state != before.1 { draft.row.serverState = server.state }
    draft.row.makesSocket = draft.row.serverState == .synReceived && before.1 == nil
    if case .syn = draft.shape, facts.kernelChosePort { draft.row.showsChosenPort = true }
  }

  /// Remembers the packets of handshake and close.
  private func keep(_ header: TCP, _ side: Side, _ mark: PacketMark, _ draft: PacketDraft) {
    switch draft.shape {
    case .syn: if syn == nil { syn = mark }
    case .synAck: if synAck == nil { synAck = mark }
    case .handshakeAck: if handshakeAck == nil { handshakeAck = mark }
    case .ackFIN: if firstFIN == side.opposite, loneFINAck == nil { loneFINAck = mark }
    case .data, .fin:
      // Data or a FIN may acknowledge the SYN,ACK as well as a bare ACK does.
      if handshakeAck == nil, let synAck, draft.row.acknowledges.contains(synAck.number) {
        handshakeAck = mark
      }
    default: break
    }
  }

  /// The sender's side of a segment.
  private func send(_ header: TCP, _ end: End, _ mark: PacketMark, _ side: Side) {
    if header.flags.contains(.syn), end.state == nil || end.state == .listen {
      end.state = header.flags.contains(.ack) ? .synReceived : .synSent
    }
    guard header.flags.contains(.fin), end.fin == nil else { return }
    end.fin = mark
    end.finPosition = end.top
    if firstFIN == nil { firstFIN = side }
    let peer = self.end(side.opposite)
    if end.state == .established || end.state == .synReceived {
      end.state = .finWait1
    } else if end.state == .closeWait, peer.acknowledged < peer.top {
      // It does not acknowledge the other FIN: the two cross.
      end.state = .closing
      finsCrossed = true
    } else if end.state == .closeWait {
      end.state = .lastAck
    }
  }

  /// The receiver's side: first the acknowledgement, then the FIN.
  private func receive(_ header: TCP, _ end: End, _ peer: End) {
    if header.flags.contains(.syn) {
      if !header.flags.contains(.ack) {
        if peer.state == nil || peer.state == .synSent { peer.state = .synReceived }
      } else if peer.state == .synSent {
        peer.state = .established
      }
    } else if header.flags.contains(.ack), peer.acknowledged > 0 {
      if peer.state == .synReceived { peer.state = .established }
      if peer.state == nil { peer.state = .established }
    }
    if header.flags.contains(.ack), peer.fin != nil, peer.acknowledged >= peer.top {
      switch peer.state {
      case .finWait1: peer.state = .finWait2
      case .closing: peer.state = .timeWait
      case .lastAck: peer.state = .closed
      default: break
      }
    }
    guard header.flags.contains(.fin) else { return }
    switch peer.state {
    case .established, .synReceived: peer.state = .closeWait
    case .finWait1: peer.state = .closing
    case .finWait2: peer.state = .timeWait
    default: break
    }
  }
}
