import Calls
import Wire

/// Connections of the same four numbers that are open at once: each in a network namespace of its own,
/// since within one the kernel allows no two.
///
/// Packets are captured in one of them as a rule. Of the others the calls alone are known.
extension Timeline {
  /// The connection of a socket whose place at the newest connection of its numbers another socket
  /// holds that is open too; nil where nobody does.
  mutating func twin(
    of known: Conversation, for socket: SocketRecord, _ local: Endpoint, at time: Instant
  ) -> Conversation? {
    guard socket.kind == .tcp, !known.isOver else { return nil }
    let side = known.side(of: local)
    guard let holder = known.end(side).socket.flatMap({ sockets[$0] }), holder !== socket,
      holder.conversation === known, !holder.isLetGo, holder.id.isOfTheSameKind(as: socket.id)
    else { return nil }
    if let waiting = known.twins.first(where: { $0.end(side).socket == nil && !$0.isOver }) {
      return waiting
    }
    let twin = open(
      known.facts.kind, client: known.facts.client, server: known.facts.server, at: time)
    twin.previous = nil
    flows[FlowKey(known.facts.kind, known.facts.client, known.facts.server)] = known
    known.twins.append(twin)
    return twin
  }

  /// A connect() or accept() has given a connection of which no packet was seen: what is captured
  /// later with a SYN is not it.
  func noteUnseen(_ record: CallRecord, _ conversation: Conversation?) {
    guard record.outcome?.error == nil, record.role == .connects || record.call.accepts,
      let conversation, conversation.facts.kind == .tcp, !conversation.hasPackets,
      conversation.client.socket.flatMap({ sockets[$0] })?.defersConnect != true
    else { return }
    conversation.isMadeUnseen = true
  }
}

extension SocketID {
  /// Whether two identities come from the same source: a cookie of the kernel, or what stands in for
  /// it, which has the highest bit set.
  fileprivate func isOfTheSameKind(as other: SocketID) -> Bool {
    (rawValue ^ other.rawValue) >> 63 == 0
  }
}
