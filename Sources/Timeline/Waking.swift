import Calls
import Wire

extension Timeline {
  /// What let a waiting call return.
  func wake(
    _ record: CallRecord, _ socket: SocketRecord?, _ made: SocketID?, _ ready: [SocketID],
    _ readFrom: Int?
  ) -> CallRow.Wake {
    guard record.call.waits, let returned = record.returned else { return .notAWait }
    let packet: PacketMark?
    if record.call.polls {
      packet = ready.compactMap { arrival(at: $0, before: returned) }.max { $0.number < $1.number }
    } else if record.call.accepts {
      let accepted = made.flatMap { sockets[$0]?.conversation }
      packet = accepted.flatMap { $0.handshakeAck ?? $0.synAck }
    } else if record.call == .connect {
      guard socket?.kind == .tcp, let conversation = socket?.conversation else { return .notAWait }
      packet = answer(to: record, conversation)
    } else {
      packet = arrival(for: record, socket, readFrom)
    }
    guard let packet, packet.time <= returned else { return .notAWait }
    if packet.time < record.entered {
      return .didNotWait(packet: packet.number, since: record.entered - packet.time)
    }
    return .packet(packet.number, before: returned - packet.time)
  }

  /// The packet that ended a connect(): SYN,ACK, RST or an ICMP error.
  private func answer(to record: CallRecord, _ conversation: Conversation) -> PacketMark? {
    guard let error = record.outcome?.error else { return conversation.synAck }
    let inProgress = Errno(115)
    if error == inProgress { return nil }
    return conversation.reset?.mark ?? conversation.icmpError
  }

  /// The packet that holds the last byte of what a call received, the FIN, or the RST.
  private func arrival(
    for record: CallRecord, _ socket: SocketRecord?, _ readFrom: Int?
  ) -> PacketMark? {
    guard let socket, let outcome = record.outcome else { return nil }
    if socket.kind == .udp { return datagram(for: record, socket, outcome) }
    guard let conversation = socket.conversation, let side = socket.streamSide else { return nil }
    let end = conversation.end(side)
    let peer = conversation.end(side.opposite)
    if outcome.error != nil {
      let tryAgain = Errno(11)
      return outcome.error == tryAgain ? nil : conversation.reset?.mark ?? conversation.icmpError
    }
    if outcome.result == 0 { return peer.fin }
    guard let readFrom else { return nil }
    let position = readFrom + 1
    let segment = end.unread.first { $0.positions.contains(position) }
    end.unread.removeAll { $0.positions.upperBound <= position }
    return segment.map { PacketMark(number: $0.number, time: $0.time, length: 0) }
  }

  private func datagram(
    for record: CallRecord, _ socket: SocketRecord, _ outcome: CallOutcome
  ) -> PacketMark? {
    guard let local = socket.local else { return nil }
    let returned = record.returned ?? record.entered
    if outcome.error != nil {
      return socket.conversation?.icmpError
    }
    let sender = outcome.address?.endpoint
    for conversation in conversations
    where conversation.facts.kind == .udp {
      for side in [Side.server, .client] {
        let end = conversation.end(side)
        let isOurs =
          end.endpoint.port == local.port
          && (local.address.isUnspecified || local.address == end.endpoint.address)
        guard isOurs, sender == nil || conversation.end(side.opposite).endpoint == sender else {
          continue
        }
        // The queue is first in, first out.
        let index = end.receivedDatagrams.firstIndex {
          $0.time <= returned && (record.arguments.isTruncating || $0.length == outcome.result)
        }
        guard let index else { continue }
        let mark = end.receivedDatagrams[index]
        if !record.arguments.peeks { end.receivedDatagrams.removeSubrange(...index) }
        return mark
      }
    }
    return nil
  }

  /// The last packet that made a socket readable or writable before `time`.
  private func arrival(at id: SocketID, before time: Instant) -> PacketMark? {
    guard let socket = sockets[id] else { return nil }
    var marks: [PacketMark?] = []
    if socket.isListener {
      for conversation in conversations
      where conversation.facts.server.port == socket.local?.port && conversation.isFresh {
        marks.append(conversation.handshakeAck)
      }
    } else if socket.kind == .udp {
      marks = conversations.compactMap { conversation in
        [Side.client, .server].compactMap { side in
          let end = conversation.end(side)
          return end.endpoint.port == socket.local?.port ? end.lastReceived : nil
        }.last
      }
    } else if let conversation = socket.conversation, let side = socket.streamSide {
      let end = conversation.end(side)
      let last = end.unread.last { $0.time <= time }
      marks = [last.map { PacketMark(number: $0.number, time: $0.time, length: 0) }]
      marks.append(conversation.reset?.mark)
      if side == .client { marks.append(conversation.synAck) }
    }
    return marks.compactMap { $0 }.filter { $0.time <= time }.max { $0.number < $1.number }
  }
}

extension SocketRecord {
  /// The end of its stream that the socket is.
  var streamSide: Side? {
    guard let conversation else { return nil }
    if conversation.client.socket == id { return .client }
    if conversation.server.socket == id { return .server }
    return local.map { conversation.side(of: $0) }
  }
}

extension Conversation {
  /// Whether nobody has accepted it yet.
  var isFresh: Bool { server.socket == nil }
}

extension CallArguments {
  /// MSG_TRUNC, or a buffer that may be smaller than the datagram (recv(2)).
  var isTruncating: Bool { (flags ?? 0) & 0x20 != 0 }
}
