import Calls
import Wire

/// The urgent byte (tcp(7), MSG_OOB): its sender counts it like any other, its receiver reads it apart,
/// or with the others where SO_OOBINLINE is set. Only the newest is urgent.
extension Timeline {
  /// Takes a segment's urgent pointer: it stands behind the urgent byte, as Linux reads it
  /// (tcp_stdurg off, RFC 793 and not RFC 1122).
  func noteUrgent(_ header: TCP, _ draft: PacketDraft, _ conversation: Conversation, _ side: Side) {
    guard header.flags.contains(.urg), header.urgentPointer > 0,
      !header.flags.contains(.rst), let relative = draft.row.relativeSequence
    else { return }
    let reader = conversation.end(side.opposite)
    let byte = Int(relative) - 1 + Int(header.urgentPointer) - 1
    let socket = reader.socket.flatMap { sockets[$0] }
    guard byte >= socket?.read ?? 0, byte > reader.urgent ?? -1 else { return }
    // Reading stands before an older one that nobody took: it is passed over.
    if let socket, reader.urgent == socket.read, !socket.readsUrgentInline { socket.read += 1 }
    reader.urgent = byte
  }

  /// Passes over the urgent byte where reading goes on behind it.
  ///
  /// - Returns: the position of the first byte that the call can give back.
  func passUrgent(_ record: CallRecord, _ socket: SocketRecord, _ end: End) -> Int {
    guard end.urgent == socket.read, !socket.readsUrgentInline, record.call.shape != .splice else {
      return socket.read
    }
    return socket.read + 1
  }

  /// A call with MSG_OOB read the urgent byte; those around it stay where they are.
  mutating func readUrgent(_ record: CallRecord, _ socket: SocketRecord) -> SentSegment? {
    guard record.moved == 1, socket.countsFromStart, let conversation = socket.conversation,
      !conversation.facts.beganBefore, let side = socket.streamSide,
      let byte = conversation.end(side).urgent
    else { return nil }
    calls[record.id]?.bytes = byte..<(byte + 1)
    let unread = conversation.end(side).unread
    return End.index(of: (byte + 1)..<(byte + 2), in: unread).map { unread[$0] }
  }
}
