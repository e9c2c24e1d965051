import Calls
import Wire

/// Datagrams that calls hand to the kernel.
extension Timeline {
  /// A sending call is entered.
  mutating func beginDatagrams(_ record: CallRecord, on socket: SocketRecord) {
    if record.isEmptyHanded { return }
    let arguments = record.arguments
    let lengths =
      arguments.messageLengths.isEmpty ? [record.offered] : arguments.messageLengths
    for (index, length) in lengths.enumerated() {
      let address =
        index < arguments.addresses.count ? arguments.addresses[index] : arguments.address
      if socket.corked.isEmpty {
        let own = index < arguments.segmentSizes.count ? arguments.segmentSizes[index] : 0
        socket.corkedDestination = address?.endpoint ?? socket.peer
        socket.corkedSegment = own > 0 ? own : socket.segmentSize
        // Of several messages the first one's bytes are told.
        socket.corkedOpening = index == 0 ? Array(arguments.payload.prefix(max(0, length))) : []
      }
      socket.corked.append(record.id)
      socket.corkedLength = min(socket.corkedLength + min(max(0, length), 1 << 20), 1 << 30)
      if socket.isCorked || record.hasMore { continue }
      release(record, on: socket, by: nil)
    }
  }

  /// Uncorking sends what waits as one datagram.
  mutating func releaseCorked(_ record: CallRecord, on socket: SocketRecord, by option: CallID) {
    if socket.corked.isEmpty { return }
    release(record, on: socket, by: option)
  }

  private func release(_ record: CallRecord, on socket: SocketRecord, by option: CallID?) {
    var datagram = SentDatagram(
      calls: socket.corked, destination: socket.corkedDestination, length: socket.corkedLength,
      entered: record.entered, left: socket.corkedLength)
    datagram.segment = socket.corkedSegment
    datagram.trigger = option
    datagram.opening = socket.corkedOpening
    socket.datagrams.append(datagram, by: record.id, keepingFrom: frontier)
    socket.corked = []
    socket.corkedLength = 0
  }

  /// The setsockopt() that uncorked a datagram returned.
  func endUncorking(_ record: CallRecord, on socket: SocketRecord, _ time: Instant) {
    for index in socket.datagrams.places(since: record.entered)
    where socket.datagrams[index].trigger == record.id {
      socket.datagrams[index].returned = time
    }
    socket.datagrams.end(record.id)
  }

  /// A sending call returned: those of its datagrams that it did not send are none.
  mutating func endDatagrams(_ record: CallRecord, on socket: SocketRecord, _ time: Instant) {
    socket.datagrams.end(record.id)
    guard let outcome = record.outcome else { return }
    if outcome.error != nil { return failDatagrams(record, on: socket) }
    if record.call.movesInKernel { shorten(record, on: socket) }
    let left = record.call.gives == .messages ? Int(clamping: outcome.result) : 1
    let own = datagrams(of: record, on: socket)
    for (place, index) in own.enumerated() where place < left {
      socket.datagrams[index].returned = time
    }
    for index in own.dropFirst(left).reversed() { socket.datagrams.remove(at: index) }
  }

  /// A sending call will not return: what it sends has left by now.
  func abandonDatagrams(_ record: CallRecord, on socket: SocketRecord) {
    socket.datagrams.end(record.id)
    for index in datagrams(of: record, on: socket) { socket.datagrams[index].returned = lastEvent }
  }

  /// The places of the datagrams that a call finished, in their order.
  private func datagrams(of record: CallRecord, on socket: SocketRecord) -> [Int] {
    socket.datagrams.places(since: record.entered).filter {
      socket.datagrams[$0].calls.last == record.id
    }
  }

  /// sendfile() and splice() may have had less to send than they were asked for.
  private func shorten(_ record: CallRecord, on socket: SocketRecord) {
    let missing = record.offered - record.moved
    guard missing > 0 else { return }
    if socket.corked.last == record.id {
      socket.corkedLength = max(0, socket.corkedLength - min(missing, 1 << 20))
      if record.moved == 0 { socket.corked.removeLast() }
    }
    for index in datagrams(of: record, on: socket).reversed() {
      let whole = max(0, socket.datagrams[index].length - min(record.offered, 1 << 20))
      socket.datagrams[index].length = whole + record.moved
      socket.datagrams[index].left = whole + record.moved
      if record.moved == 0, socket.datagrams[index].calls == [record.id] {
        socket.datagrams.remove(at: index)
      }
    }
  }

  /// A call that fails sends nothing; what calls before it had corked is thrown away with it, but
  /// where the kernel had refused the call before it looked at that.
  private func failDatagrams(_ record: CallRecord, on socket: SocketRecord) {
    let isLost = record.outcome?.error?.dropsCorked ?? false && record.offered <= 0xFFFF
    if socket.corked.last == record.id {
      socket.corked.removeAll { $0 == record.id }
      socket.corkedLength = max(0, socket.corkedLength - min(record.offered, 1 << 20))
    }
    for index in datagrams(of: record, on: socket).reversed() {
      let sent = socket.datagrams[index]
      socket.datagrams.remove(at: index)
      guard sent.calls.first != record.id else { continue }
      socket.corked = sent.calls.filter { $0 != record.id }
      socket.corkedLength = max(0, sent.length - min(record.offered, 1 << 20))
      socket.corkedDestination = sent.destination
      socket.corkedSegment = sent.segment
      socket.corkedOpening = sent.opening
    }
    guard isLost else { return }
    socket.corked = []
    socket.corkedLength = 0
  }
}

extension Errno {
  /// Whether a sending call that fails so has thrown away what was corked before it (the kernel's
  /// ip_append_data): EAGAIN, ENOMEM, EFAULT, EMSGSIZE, ENOBUFS.
  fileprivate var dropsCorked: Bool {
    [.tryAgain, .outOfMemory, .badAddress, .tooLong, .noBuffers].contains(self)
  }
}
