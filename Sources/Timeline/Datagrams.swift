import Calls
import Wire

/// A datagram that arrived and that nobody has received yet.
struct Datagram {
  var mark: PacketMark
  var source: Endpoint
  var destination: Endpoint
  var conversation: Conversation
}

/// Datagrams that calls hand to the kernel, and those they receive.
extension Timeline {
  /// A sending call is entered.
  mutating func beginDatagrams(_ record: CallRecord, on socket: SocketRecord) {
    let arguments = record.arguments
    let lengths =
      arguments.messageLengths.isEmpty ? [record.offered] : arguments.messageLengths
    for (index, length) in lengths.enumerated() {
      let address =
        index < arguments.addresses.count ? arguments.addresses[index] : arguments.address
      let destination = address?.endpoint ?? socket.peer
      socket.corked.append(record.id)
      socket.corkedLength = min(socket.corkedLength + min(max(0, length), 1 << 20), 1 << 30)
      if socket.isCorked || arguments.hasMore { continue }
      release(record, destination, on: socket, by: nil)
    }
  }

  /// Uncorking sends what waits as one datagram.
  mutating func releaseCorked(_ record: CallRecord, on socket: SocketRecord, by option: CallID) {
    if socket.corked.isEmpty { return }
    release(record, socket.peer, on: socket, by: option)
  }

  private func release(
    _ record: CallRecord, _ destination: Endpoint?, on socket: SocketRecord, by option: CallID?
  ) {
    var datagram = SentDatagram(
      calls: socket.corked, destination: destination, length: socket.corkedLength,
      entered: record.entered)
    datagram.trigger = option
    socket.datagrams.append(datagram)
    socket.corked = []
    socket.corkedLength = 0
    if socket.datagrams.count > 4096 { socket.datagrams.removeFirst(2048) }
  }

  /// A sending call returned: those of its datagrams that it did not send are none.
  mutating func endDatagrams(_ record: CallRecord, on socket: SocketRecord, _ time: Instant) {
    var left = 1
    if let outcome = record.outcome, outcome.error != nil {
      left = 0
    } else if record.call == .sendmmsg {
      left = Int(clamping: record.outcome?.result ?? 0)
    }
    var index = socket.datagrams.count - 1
    var own: [Int] = []
    while index >= 0, socket.datagrams[index].entered >= record.entered {
      if socket.datagrams[index].calls.last == record.id { own.append(index) }
      index -= 1
    }
    for (place, index) in own.reversed().enumerated() where place < left {
      socket.datagrams[index].returned = time
    }
    for index in own.prefix(max(0, own.count - left)) { socket.datagrams.remove(at: index) }
    if left == 0, socket.corked.last == record.id {
      socket.corked.removeLast()
      socket.corkedLength = max(0, socket.corkedLength - record.offered)
    }
  }

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
    let wanted = record.arguments.count
    for index in queue.indices {
      let datagram = queue[index]
      if datagram.mark.time > time { return nil }
      let fits =
        datagram.mark.length == length
        || (datagram.mark.length > length && length == wanted)
      guard fits, local.reaches(datagram.destination), sender ?? datagram.source == datagram.source,
        socket.peer == nil || socket.peer == datagram.source
      else { continue }
      if !record.arguments.peeks { datagrams[local.port]?.remove(at: index) }
      return datagram
    }
    return nil
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
