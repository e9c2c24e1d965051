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
  /// Keeps a datagram until somebody receives it.
  ///
  /// Where no traced socket is at its port, only as long as one may still be told of; else as many as
  /// a large buffer holds.
  mutating func keep(_ datagram: Datagram) {
    let port = datagram.destination.port
    var queue = datagrams.removeValue(forKey: port) ?? Deque()
    queue.append(datagram)
    if bound[PortKey(.udp, port)] == nil {
      queue.forget { $0.mark.time < datagram.mark.time + -Timeline.linger }
    }
    let most = 65_536
    if queue.count > most { queue.removeFirst(most / 2) }
    datagrams[port] = queue
  }

  /// The connection that a sending call's datagram belongs to, by what was just captured.
  func flow(of record: CallRecord, _ socket: SocketRecord) -> Conversation? {
    guard let destination = record.arguments.address?.endpoint ?? socket.peer,
      let local = socket.local, let queue = datagrams[destination.port]
    else { return socket.conversation }
    for index in queue.indices.reversed() {
      let candidate = queue[index]
      if candidate.mark.time + slack < record.entered { break }
      if candidate.source.port == local.port,
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
    guard let local = socket.local,
      let index = place(record, socket, local, length: length, from: sender, before: time),
      let datagram = datagrams[local.port]?[index],
      let taken = datagram.taken(length, room: record.arguments.count)
    else { return nil }
    if record.peeks { return datagram }
    if taken < datagram.left {
      datagrams[local.port]?[index].left -= taken
    } else {
      datagrams[local.port]?.remove(at: index)
    }
    // What came before it the only socket of the port never got, since its buffer was full; but
    // several threads that receive return in any order.
    if index > 0, socket.openCalls <= 0, bound[PortKey(.udp, local.port)] == [socket.id] {
      datagrams[local.port]?.removeFirst(index)
    }
    return datagram
  }

  /// Where the first datagram stands that a receiving call can have returned.
  private func place(
    _ record: CallRecord, _ socket: SocketRecord, _ local: Endpoint, length: Int,
    from sender: Endpoint?, before time: Instant
  ) -> Int? {
    guard let queue = datagrams[local.port] else { return nil }
    for index in queue.indices {
      let datagram = queue[index]
      if datagram.mark.time > time { return nil }
      if datagram.taken(length, room: record.arguments.count) != nil,
        local.reaches(datagram.destination), sender ?? datagram.source == datagram.source,
        socket.peer == nil || socket.peer == datagram.source
      {
        return index
      }
    }
    return nil
  }

  /// The size of the datagrams that a packet holds, where a call's segments left as one packet.
  func segment(of mark: PacketMark, from source: Endpoint, to destination: Endpoint) -> Int {
    for socket in (bound[PortKey(.udp, source.port)] ?? []).compactMap({ sockets[$0] }) {
      for index in socket.datagrams.running(at: mark.time) {
        let sent = socket.datagrams[index]
        if sent.segment > 0, sent.segment < mark.length, sent.length == mark.length,
          sent.reaches(destination)
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
