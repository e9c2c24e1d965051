import Calls
import Wire

/// The packets that made the states of a connection what they are; the states themselves are those of
/// its record (`FlowSegments`).
extension Conversation {
  /// Remembers the packets of handshake, close and reset.
  func noteStates(
    _ header: TCP, _ side: Side, _ end: End, _ peer: End, _ mark: PacketMark,
    _ effect: SegmentEffect, _ draft: PacketDraft
  ) {
    noteHandshake(header, side, end, mark, effect, draft)
    if effect.isFirstReset { reset = (mark, side) }
    if effect.missesFIN, let fin = peer.fin {
      // The FINs cross, or the socket was gone before the FIN came.
      unmetFIN = (fin.number, side)
    }
    if effect.isFirstFIN { end.fin = mark }
    let isAnswer = header.flags.contains(.ack) && !header.flags.contains(.rst)
    if isAnswer, peer.flow.isFINAcknowledged { peer.finAcknowledged = peer.finAcknowledged ?? mark }
  }

  /// Moves an end whose stream was ended by a call, while its FIN waits behind data or for its turn:
  /// its state changes with the call (RFC 9293, section 3.10.4), which another packet now shows.
  func shut(_ end: End, _ isOwnFIN: Bool, _ draft: inout PacketDraft) {
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

  private func noteHandshake(
    _ header: TCP, _ side: Side, _ end: End, _ mark: PacketMark, _ effect: SegmentEffect,
    _ draft: PacketDraft
  ) {
    if header.flags.contains(.syn), !header.flags.contains(.ack) {
      end.lastSYN = mark
      syn = syn ?? mark
      // The same SYN once more, behind a RST: it asks again.
      reset = nil
    }
    if draft.shape == .synAck {
      if side == .server || client === server {
        synAck = mark
        answeredSYN = client.lastSYN?.number ?? 0
      } else {
        end.synAckOfClient = mark
      }
    }
    // Data or a FIN may acknowledge the SYN-ACK as well as a bare ACK does.
    if effect.endsHandshake, handshakeAck == nil { handshakeAck = mark }
  }
}
