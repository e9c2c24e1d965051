import Calls
import Wire

/// A datagram that arrived and that nobody has received yet.
struct Datagram {
  var mark: PacketMark
  var source: Endpoint
  var destination: Endpoint
  var conversation: Conversation
  /// Bytes that nobody has received.
  var left: Int
  /// Bytes of the datagrams that the packet holds, where it holds several (UDP_SEGMENT); else 0.
  var segment = 0

  /// Bytes that a call takes which gave back `length`, having room for `room`: one datagram, perhaps
  /// cut short, or all of the packet's (UDP_GRO). Nil where it cannot be this one.
  func taken(_ length: Int, room: Int?) -> Int? {
    if length == left { return left }
    let next = segment > 0 ? min(segment, left) : left
    return length == next || (next > length && length == room) ? next : nil
  }
}

/// Datagrams that calls receive.
extension Timeline {
  /// The connection that a sending call's datagram belongs to, by what was just captured.
  func flow(of record: CallRecord, _ socket: SocketRecord) -> Conversation? {
    guard let destination = record.arguments.address?.endpoint ?? socket.peer,
      let local = socket.local, let queue = datagrams[destination.port]
    else { return socket.conversation }
    for index in queue.indices.reversed().prefix(16) {
      let candidate = queue[index]
      if candidate.source.port == local.port, candidate.mark.time + slack >= record.entered,
        candidate.destination == destination || destination.address.isUnspecified
      {
        return candidate.conversation
      }
    }
    return socket.conversation
  }

  /// Takes the datagram that a receiving call returned: the first that fits, since the socket's
  /// queue is first in, first out.
  mutating func receive(
    _ record: CallRecord, _ socket: SocketRecord, length: Int, from sender: Endpoint?,
    before time: Instant
  ) -> Datagram? {
    guard let local = socket.local, let queue = datagrams[local.port] else { return nil }
    for index in queue.indices {
      let datagram = queue[index]
      if datagram.mark.time > time { return nil }
      guard let taken = datagram.taken(length, room: record.arguments.count),
        local.reaches(datagram.destination), sender ?? datagram.source == datagram.source,
        socket.peer == nil || socket.peer == datagram.source
      else { continue }
      if record.peeks { return datagram }
      if taken < datagram.left {
        datagrams[local.port]?[index].left -= taken
      } else {
        datagrams[local.port]?.remove(at: index)
      }
      return datagram
    }
    return nil
  }

  /// The size of the datagrams that a packet holds, where a call's segments left as one packet.
  func segment(of mark: PacketMark, from source: Endpoint, to destination: Endpoint) -> Int {
    for socket in (bound[PortKey(.udp, source.port)] ?? []).compactMap({ sockets[$0] }) {
      for index in socket.datagrams.indices.reversed().prefix(16) {
        let sent = socket.datagrams[index]
        if sent.segment > 0, sent.segment < mark.length, sent.length == mark.length,
          sent.isRunning(at: mark.time), sent.reaches(destination)
        {
          return sent.segment
        }
      }
    }
    return 0
  }

  /// The first datagram that waits at a socket.
  func waiting(_ socket: SocketRecord, before time: Instant) -> PacketMark? {
    guard let local = socket.local, let queue = datagrams[local.port] else { return nil }
    for index in queue.indices {
      let datagram = queue[index]
      if datagram.mark.time > time { return nil }
      if local.reaches(datagram.destination),
        socket.peer == nil || socket.peer == datagram.source
      {
        return datagram.mark
      }
    }
    return nil
  }
}

extension Endpoint {
  /// Whether what is sent to `destination` reaches a socket that is bound here.
  func reaches(_ destination: Endpoint) -> Bool {
    port == destination.port && (address.isUnspecified || address == destination.address)
  }
}
