import Calls
import Wire

/// What came with the return of a call.
struct Returned {
  var socket: SocketFacts?
  var made: SocketFacts?
  var ready: [SocketID]
}

extension Timeline {
  /// Takes the return of a call.
  mutating func leave(
    _ id: CallID, _ outcome: CallOutcome, _ returned: Returned, _ event: CallEvent
  ) {
    let time = Instant(event.time)
    guard var record = calls[id]?.record else { return }
    if processes[event.process]?.openCalls[event.thread] == id {
      processes[event.process]?.openCalls[event.thread] = nil
    }
    record.outcome = outcome
    record.returned = time
    calls[id]?.record.outcome = outcome
    let entrySocket = record.socket.flatMap { sockets[$0] }
    if let state = calls[id] { endHolding(state, at: time) }
    if record.role == .connects { endConnect(record, at: time) }
    if let facts = returned.socket {
      record.socket = record.socket ?? facts.id
      record.kind = record.kind ?? facts.kind
      let socket = self.socket(facts, of: record.process, time)
      socket.last = time
      bind(socket, facts, at: time)
    }
    calls[id]?.record = record
    if let socket = record.socket.flatMap({ sockets[$0] }) {
      finish(record, on: socket, time)
      if let facts = returned.socket {
        calls[id]?.queueAfter = facts.queue
        if facts.queue != nil { calls[id]?.synQueue = socket.halfOpen }
        if !record.call.accepts { noteQueue(facts.queue, of: socket, at: time) }
        checkReturn(of: record, on: socket, facts)
        checkReads(after: record, on: socket, facts)
      }
    }
    finishClosing(record, event.thread)
    giveUp(record)
    if let made = returned.made { make(made, by: &record, at: time) }
    if record.call.accepts, outcome.error == nil, let entrySocket {
      leaveQueue(returned.socket?.queue, of: entrySocket, by: record)
    }
    calls[id]?.record = record
    let made = returned.made.flatMap { sockets[$0.id] }
    let own = record.role == .connects ? record.socket.flatMap { sockets[$0] } : made
    noteUnseen(record, own?.conversation)
    resolve(id, record, returned)
    calls[id]?.mistakes = remarks(on: record, record.socket.flatMap { sockets[$0] })
    drafts.append(Draft(time: time, content: .exit(id)))
  }

  /// Takes a socket that a call made, or made another descriptor of.
  private mutating func make(_ facts: SocketFacts, by record: inout CallRecord, at time: Instant) {
    let isNew = sockets[facts.id] == nil
    let socket = self.socket(facts, of: record.process, time)
    hold(facts.id, record.outcome.map { Int32(clamping: $0.result) }, in: record.process.id)
    socket.last = time
    if record.role == .opens {
      record.socket = facts.id
      record.kind = facts.kind
      socket.countsFromStart = true
    }
    if record.call.accepts, isNew || !socket.countsFromStart {
      socket.side = .server
      let listener = record.socket.flatMap { sockets[$0] }
      socket.keepAlive = socket.keepAlive ?? listener?.keepAlive
      processes[record.process.id]?.serves = true
      socket.countsFromStart = true
      socket.readsUrgentInline = listener?.readsUrgentInline ?? false
    }
    var names = facts
    if record.call.accepts, names.peer == nil { nameReset(&names, record) }
    bind(socket, names, at: time)
    if let conversation = socket.conversation, record.call.accepts {
      let listener = record.socket.flatMap { sockets[$0] }
      let wasKnown = listener?.arrivals.take(conversation, at: time) ?? true
      if let listener, !wasKnown, let mark = conversation.queued {
        // Of several listening sockets on one port, it is known only now that it came to this one.
        listener.acceptors.wake(by: mark)
      }
      listener?.accepted(conversation)
      for other in listeners(at: conversation.facts.server) where other !== listener {
        other.accepted(conversation)
        other.arrivals.forget(conversation)
      }
    }
  }

  /// Of a connection that was reset meanwhile a recorder may not know the peer: then accept() may
  /// have told it, or it is the only one in the queue that was reset. Threads that accept at once
  /// return in any order, so the first of several would be a guess.
  private func nameReset(_ names: inout SocketFacts, _ record: CallRecord) {
    names.peer = record.outcome?.address?.endpoint
    guard names.peer == nil, let listener = record.socket.flatMap({ sockets[$0] }) else { return }
    let reset = listener.completed.indices.filter { listener.completed[$0].isOver }
    guard reset.count == 1 else { return }
    let only = listener.completed[reset[0]]
    names.peer = only.facts.client
    names.local = names.local ?? only.facts.server
  }

  /// Closes what the call had open on its socket.
  private mutating func finish(_ record: CallRecord, on socket: SocketRecord, _ time: Instant) {
    let result = Int(record.outcome?.result ?? 0)
    socket.options.end(record.id, at: time)
    socket.reads.end(record.id, at: time)
    switch record.role {
    case .connects:
      claim(for: socket)
    case .writes:
      socket.connects.end(record.id, at: time)
      if socket.kind == .tcp {
        endWrite(record, on: socket, time)
      } else if socket.kind != .mptcp {
        endDatagrams(record, on: socket, time)
      }
    case .sets: endUncorking(record, on: socket, time)
    case .listens where result == 0: listens(socket)
    case .binds where result == 0:
      let port = record.arguments.address?.endpoint?.port ?? 0
      socket.wasBound = port != 0
      if socket.kind == .udp {
        register(socket)
        if port != 0 { take(.server, socket) }
      }
    default: break
    }
  }

  /// Lets go of what a close, dup2 or close_range closed.
  private mutating func finishClosing(_ record: CallRecord, _ thread: Int32) {
    guard record.mayClose else { return }
    let result = record.outcome?.result ?? 0
    let descriptors = closed(by: record.call, record.arguments, in: record.process.id)
    var ids = Set(descriptors.compactMap { processes[record.process.id]?.descriptors[$0] })
    if let id = record.socket { ids.insert(id) }
    ids.formUnion(record.arguments.closes.map(\.socket.id))
    // close() lets go of the descriptor even where it reports an error, but for a bad one.
    let isDone = result >= 0 || record.role == .closes && record.outcome?.error != .badDescriptor
    for id in ids {
      guard let socket = sockets[id],
        let index = socket.drops.lastIndex(where: { $0.call == record.id })
      else { continue }
      if isDone {
        socket.drops[index].returned = record.returned
        socket.drops[index].isHeld = !socket.drops[index].isShutdown && socket.openCalls > 0
      } else {
        socket.drops.remove(at: index)
      }
    }
    guard isDone else { return }
    processes[record.process.id]?.justClosed[thread, default: []] += ids.map {
      JustClosed(call: record.id, socket: $0)
    }
    for descriptor in descriptors { letGo(descriptor, in: record.process.id) }
    shut(ids, by: record)
    guard record.role != .shuts, let id = calls[record.id]?.closes ?? record.socket else {
      return
    }
    guard let socket = sockets[id] else { return }
    calls[record.id]?.isShared = socket.references > 0 || record.arguments.passed.contains(id)
    calls[record.id]?.remarks += remarks(of: record, afterClosing: socket)
  }

  /// Notes whose stream a call has ended.
  private func shut(_ ids: Set<SocketID>, by record: CallRecord) {
    let stops = record.role == .shuts && record.arguments.flags != 0
    for socket in ids.compactMap({ sockets[$0] }) {
      let isLast = socket.references <= 0 && socket.openCalls <= 0
      let closes = record.call.drops && record.role != .shuts && isLast
      if stops || closes && !record.arguments.passed.contains(socket.id) {
        shut(socket, by: record.id)
      }
    }
  }
}

extension SocketRecord {
  /// Notes that a connection was accepted.
  func accepted(_ conversation: Conversation) {
    guard let index = completed.indices.first(where: { completed[$0] === conversation }) else {
      return
    }
    completed.remove(at: index)
  }
}
