import Calls

/// Sockets on which a process acts without calls (io_uring): what the kernel tells of them instead.
extension Timeline {
  /// From now on a process sends and receives in ways that are not seen.
  mutating func makeBlind(_ process: Int32) {
    meet(process)
    processes[process]?.isBlind = true
    for id in (processes[process]?.descriptors ?? [:]).values { sockets[id]?.isBlind = true }
  }

  /// Whether a traced process could have had a socket of which no call told.
  func hidesSockets(at time: Instant) -> Bool {
    processes.values.contains { $0.isBlind && ($0.ended.map { time <= $0 } ?? true) }
  }

  /// Whether a traced process listens where nobody knows.
  var hidesListeners: Bool {
    sockets.values.contains { $0.isBlind && $0.isListener && $0.local == nil }
  }

  /// A process holds a socket, though no call told what became of it.
  mutating func learn(_ facts: SocketFacts, _ descriptor: Int32, _ event: CallEvent) {
    let time = Instant(event.time)
    meet(event.process)
    let isNew = sockets[facts.id] == nil
    let socket = self.socket(facts, of: processName(event.process), time)
    socket.use(at: time)
    hold(facts.id, descriptor, in: event.process)
    bind(socket, facts, at: time)
    if facts.queue != nil, !socket.isListener {
      socket.isListener = true
      take(.server, socket)
      register(socket)
    }
    guard socket.kind == .tcp else { return }
    if isNew { socket.countsFromStart = facts.streamOffset != nil }
    if socket.writing.isEmpty { checkBetweenCalls(socket, facts) }
    agreeOnReads(socket, facts)
  }

  /// A receiving call is entered: what others have read before is left out of its bytes.
  func checkReads(of socket: SocketRecord, _ facts: SocketFacts) {
    guard socket.kind == .tcp, socket.isBlind else { return }
    // A call that waits may be overtaken by a ring: its return tells.
    guard let offset = facts.readOffset else {
      socket.readsUnseen = true
      return
    }
    socket.read = Int(clamping: min(offset, UInt64(greatestCount)))
    socket.readsUnseen = false
  }

  /// A receiving call has returned: whether the bytes since its entry are its own.
  func checkReads(after record: CallRecord, on socket: SocketRecord, _ facts: SocketFacts) {
    guard record.call.role == .reads, socket.kind == .tcp, socket.isBlind, !socket.readsUnseen
    else { return }
    let count = record.peeks || record.outcome?.error != nil ? 0 : record.moved
    let expected = UInt64(clamping: socket.read + count)
    if facts.readOffset.map({ $0 != expected }) ?? true { socket.readsUnseen = true }
  }

  /// Goes on from where the kernel says that reads stand.
  func agreeOnReads(_ socket: SocketRecord, _ facts: SocketFacts?) {
    guard socket.isBlind, let offset = facts?.readOffset else { return }
    socket.read = Int(clamping: min(offset, UInt64(greatestCount)))
    guard let conversation = socket.conversation, let side = socket.streamSide else { return }
    let end = conversation.end(side)
    while let first = end.unread.first, first.positions.upperBound <= socket.read + 1 {
      end.unread.removeFirst()
    }
  }
}
