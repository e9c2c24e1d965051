import Calls
import Wire

extension Conversation {
  /// Moves the states of both ends by one segment (RFC 9293, section 3.3.2).
  ///
  /// On loopback a segment is sent and received at one time stamp, so both ends change with it.
  func changeStates(
    _ header: TCP, _ side: Side, _ end: End, _ peer: End, _ mark: PacketMark, _ answersSYN: Bool,
    _ draft: inout PacketDraft
  ) {
    let before = (client.state, server.state)
    shut(client, header.flags.contains(.fin) && side == .client, &draft)
    if client !== server { shut(server, header.flags.contains(.fin) && side == .server, &draft) }
    keep(header, side, end, mark, answersSYN, draft)
    if header.flags.contains(.rst) {
      if reset == nil { reset = (mark, side) }
      if end.state == .closeWait, peer.acknowledged < peer.top, let fin = peer.fin {
        // The socket was gone before the FIN came.
        unmetFIN = (fin.number, side)
      }
      client.state = .closed
      server.state = .closed
    } else {
      send(header, end, mark, side)
      if !isDeferred(header, draft, side) { receive(header, end, peer, mark) }
    }
    if client.state != before.0 { draft.row.clientState = client.state }
    if server.state != before.1 { draft.row.serverState = server.state }
  }

  /// Moves an end whose stream was ended by a call, while its FIN waits behind data or for its turn:
  /// its state changes with the call (RFC 9293, section 3.10.4), which another packet now shows.
  private func shut(_ end: End, _ isOwnFIN: Bool, _ draft: inout PacketDraft) {
    guard let call = end.shut, !isOwnFIN, end.fin == nil else { return }
    switch end.state {
    case .established, .synReceived: end.state = .finWait1
    case .closeWait: end.state = .lastAck
    default: return
    }
    end.shut = nil
    if let state = end.state {
      draft.shut.append((end === client ? .client : .server, call, state))
    }
  }

  /// Whether the server passes over a segment, since its handshake waits for data.
  private func isDeferred(_ header: TCP, _ draft: PacketDraft, _ side: Side) -> Bool {
    defersAccept && side == .client && server.state == .synReceived
      && (draft.bytes == nil || hasLostListener) && !header.flags.contains(.fin)
      && !header.flags.contains(.syn)
  }

  /// Remembers the packets of handshake and close.
  private func keep(
    _ header: TCP, _ side: Side, _ end: End, _ mark: PacketMark, _ answersSYN: Bool,
    _ draft: PacketDraft
  ) {
    if header.flags.contains(.syn), !header.flags.contains(.ack) { end.lastSYN = mark }
    switch draft.shape {
    case .syn: if syn == nil, !header.flags.contains(.ack) { syn = mark }
    case .synAck:
      if side == .server || client === server {
        synAck = mark
        answeredSYN = client.lastSYN?.number ?? 0
      } else {
        end.synAckOfClient = mark
      }
    default: break
    }
    // Data or a FIN may acknowledge the SYN,ACK as well as a bare ACK does.
    let isDone = defersAccept ? side == .client && !isDeferred(header, draft, side) : answersSYN
    if isDone, handshakeAck == nil, synAck != nil, !header.flags.contains(.syn),
      !header.flags.contains(.rst)
    {
      handshakeAck = mark
    }
  }

  /// The sender's side of a segment.
  private func send(_ header: TCP, _ end: End, _ mark: PacketMark, _ side: Side) {
    if header.flags.contains(.syn) {
      if header.flags.contains(.ack) {
        if end.state == nil || end.state == .synSent { end.state = .synReceived }
      } else if end.state == nil || end.state == .synReceived {
        // One that waits in SYN-RCVD sends no SYN without ACK: its connect() came first.
        end.state = .synSent
      }
    }
    let peer = self.end(side.opposite)
    if end.hasUnmetFIN, header.flags.contains(.ack), peer.acknowledged >= peer.top {
      end.hasUnmetFIN = false
      if end.state == .finWait1 {
        end.state = .closing
      } else if end.state == .closing {
        end.state = .timeWait
      }
    }
    guard header.flags.contains(.fin), end.fin == nil else { return }
    end.fin = mark
    if firstFIN == nil { firstFIN = side }
    if end.state == .established || end.state == .synReceived {
      end.state = .finWait1
    } else if end.state == .closeWait, peer.acknowledged < peer.top {
      // It does not acknowledge the other FIN: the two cross, and it left before that one came.
      end.state = .finWait1
      end.hasUnmetFIN = true
      unmetFIN = peer.fin.map { ($0.number, side) }
      finsCrossed = true
    } else if end.state == .closeWait {
      end.state = .lastAck
    }
  }

  /// The receiver's side: first the acknowledgement, then the FIN.
  private func receive(_ header: TCP, _ end: End, _ peer: End, _ mark: PacketMark) {
    let hasSYN = header.flags.contains(.syn)
    if hasSYN, !header.flags.contains(.ack) {
      if peer.state == nil || peer.state == .synSent { peer.state = .synReceived }
    } else if header.flags.contains(.ack), peer.acknowledged > 0 {
      let opening: [TCPState?] = [nil, .synReceived, .synSent]
      if opening.contains(peer.state) { peer.state = .established }
    }
    if header.flags.contains(.ack), peer.fin != nil, peer.acknowledged >= peer.top {
      peer.finAcknowledged = peer.finAcknowledged ?? mark
      switch peer.state {
      case .finWait1: peer.state = peer.hasUnmetFIN ? .closing : .finWait2
      case .closing where !peer.hasUnmetFIN: peer.state = .timeWait
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
