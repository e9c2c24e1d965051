import Calls
import Wire

extension Timeline {
  /// Takes what a recorder of calls saw.
  mutating func ingest(_ event: CallEvent) {
    let time = Instant(event.time)
    defer {
      switch event.what {
      case .exiting, .exited, .letGo: break
      default: processes[event.process]?.heard = time
      }
    }
    switch event.what {
    case .named(let name):
      meet(event.process)
      processes[event.process]?.name.name = name
    case .entered(let id, let call, let arguments, let socket):
      enter(CallID(id), call, arguments, socket, event)
    case .returned(let id, let outcome, let socket, let made, let ready):
      leave(CallID(id), outcome, Returned(socket: socket, made: made, ready: ready), event)
    case .started, .executed, .exiting, .exited, .letGo, .sharing, .parted, .holding:
      ingestLife(event)
    case .ending(let signal):
      processes[event.process]?.ending = signal
    case .signalled(let signal):
      let isOurs = processes[event.process]?.ending == signal
      let name = processName(event.process)
      add(.signal(signal, name, side(of: event.process), isOurs: isOurs), at: time)
    case .holds(let descriptor, let facts):
      learn(facts, descriptor, event)
    case .held(let held): ingest(held, event)
    case .blind(let words):
      makeBlind(event.process)
      add(.blind(words, processName(event.process), side(of: event.process)), at: time)
    }
  }

  /// Takes a line that a program printed.
  mutating func ingest(_ line: PrintedLine) {
    let name = processName(line.process)
    add(.output(line.text, name, side(of: line.process)), at: line.time)
  }

  mutating func add(_ content: Row.Content, at time: Instant) {
    drafts.append(Draft(time: time, content: .row(content)))
  }

  // MARK: entry

  private mutating func enter(
    _ id: CallID, _ call: SystemCall, _ arguments: CallArguments, _ facts: SocketFacts?,
    _ event: CallEvent
  ) {
    let time = Instant(event.time)
    meet(event.process)
    var record = CallRecord(
      id: id, call: call, arguments: arguments, process: processName(event.process),
      thread: event.thread, entered: time)
    if let old = processes[event.process]?.openCalls.updateValue(id, forKey: event.thread) {
      abandon(old)
    }
    follow(event.thread, of: event.process, at: time)
    if let facts {
      record.socket = facts.id
      record.kind = facts.kind
    }
    calls[id] = CallState(record)
    drafts.append(Draft(time: time, content: .enter(id)))
    if let facts {
      let socket = self.socket(facts, of: record.process, time)
      socket.use(at: time)
      socket.openCalls += 1
      if facts.state == KernelState.listen, !socket.isListener { listens(socket) }
      // Of dup2() a recorder tells the socket that its new descriptor closes.
      let isTarget = arguments.closes.contains {
        $0.socket.id == facts.id && $0.descriptor == arguments.other
      }
      if call.worksOnItsDescriptor, !isTarget {
        hold(facts.id, arguments.descriptor, in: event.process)
      }
      bind(socket, facts, at: time)
      noteQueue(facts.queue, of: socket, at: time)
      calls[id]?.queueBefore = facts.queue
      begin(record, on: socket, facts)
      if call.accepts { socket.acceptors.enter(id, at: time) }
    }
    // A recorder may know of descriptors that no call has shown yet. Where the call works on no
    // socket, these are no descriptors: a local socket may take along what waits in it (SCM_RIGHTS).
    for closed in arguments.closes where call.drops && (call.role != .closes || facts != nil) {
      _ = self.socket(closed.socket, of: record.process, time)
      hold(closed.socket.id, closed.descriptor, in: event.process)
    }
    if record.mayClose { beginClosing(record, facts) }
    if call.holdsWhatItWatches { beginWatching(record) }
    calls[id]?.conversation = record.socket.flatMap { sockets[$0]?.conversation }
    if call.role == .connects { calls[id]?.conversation = nil }
  }

  /// A call that will not return: its thread died, or did something else.
  mutating func abandon(_ id: CallID) {
    guard let state = calls[id], !state.isAbandoned else { return }
    calls[id]?.isAbandoned = true
    if state.hasRow { calls[id] = nil }
    endHolding(state, at: lastEvent)
    guard let socket = state.record.socket.flatMap({ sockets[$0] }) else { return }
    socket.connects.end(id, at: lastEvent)
    socket.options.end(id, at: lastEvent)
    socket.reads.end(id, at: lastEvent)
    socket.acceptors.forget(id)
    guard state.record.role == .writes else { return }
    if socket.kind == .tcp {
      abandonWrite(id, on: socket)
    } else {
      abandonDatagrams(state.record, on: socket)
    }
  }

  /// The record of a socket that a process holds.
  mutating func socket(
    _ facts: SocketFacts, of process: ProcessName, _ time: Instant
  ) -> SocketRecord {
    let socket: SocketRecord
    if let known = sockets[facts.id] {
      socket = known
      // The name may have changed by exec since.
      if socket.process.id == process.id { socket.process = process }
    } else {
      socket = SocketRecord(facts, process: process, at: time)
      sockets[facts.id] = socket
      if facts.kind != .tcp, facts.kind != .udp { others.insert(facts.id) }
    }
    return socket
  }

  /// Notes what a call may do from its entry on.
  private mutating func begin(
    _ record: CallRecord, on socket: SocketRecord, _ facts: SocketFacts
  ) {
    let act = SocketAct(call: record.id, system: record.call, entered: record.entered)
    switch record.role {
    case .connects:
      socket.connects.begin(act, keepingFrom: frontier)
      addPending(socket, record)
    case .sets: beginSetting(record, act, on: socket)
    case .writes:
      if record.isFastOpen || socket.defersConnect && socket.conversation?.syn == nil {
        socket.connects.begin(act, keepingFrom: frontier)
        addPending(socket, record)
      }
      if socket.kind == .tcp {
        if record.hasMore { socket.holdsBack = true }
        beginWrite(record, on: socket, facts)
      } else if socket.kind != .mptcp {
        beginDatagrams(record, on: socket)
      }
    case .reads:
      checkReads(of: socket, facts)
      if !record.readsErrors { socket.reads.begin(act, keepingFrom: frontier) }
    case .opens, .binds, .listens, .accepts, .shuts, .closes, .closesRange, .replaces, .duplicates,
      .asks, .names, .polls, .watches, .executes, .rings, .clones, .filters, .parts, .fetches,
      .other:
      break
    }
  }

  private mutating func beginSetting(
    _ record: CallRecord, _ act: SocketAct, on socket: SocketRecord
  ) {
    guard let option = record.arguments.option else { return }
    let value = record.arguments.value
    if option == .linger {
      let seconds = value != 0 ? record.arguments.lingerSeconds ?? 0 : -1
      socket.lingersZero = seconds == 0
      socket.lingerSeconds = max(0, seconds)
    }
    if option == .cork, value != 0 { socket.holdsBack = true }
    if option == .pacingRate { socket.pacingRate = Int64(UInt32(bitPattern: value ?? 0)) }
    if option == .lowWater { socket.lowWater = max(1, Int(value ?? 1)) }
    if option == .keepAlive { socket.keepAlive = value != 0 ? record.id : nil }
    if option == .deferAccept { socket.defersAccept = value != 0 }
    if option == .repair { socket.isRepaired = value == 1 }
    if option == .fastOpenConnect { socket.defersConnect = value != 0 }
    if option.changesGroups { noteGroup(act, of: socket) }
    if option.pushes(value) { socket.options.begin(act, keepingFrom: frontier) }
    if option == .urgentInline { socket.readsUrgentInline = value != 0 }
    if option == .datagramSegment { socket.segmentSize = Int(max(0, value ?? 0)) }
    if option == .datagramCork {
      socket.isCorked = value != 0
      if !socket.isCorked { releaseCorked(record, on: socket, by: record.id) }
    }
  }

  /// Notes the sockets that a close, dup2, close_range or shutdown may end.
  private mutating func beginClosing(_ record: CallRecord, _ facts: SocketFacts?) {
    var act = SocketAct(call: record.id, system: record.call, entered: record.entered)
    act.how = record.role == .shuts ? record.arguments.flags ?? 2 : 2
    var ids: Set<SocketID> = []
    if record.role == .shuts || record.role == .closes, let facts { ids.insert(facts.id) }
    for descriptor in closed(by: record.call, record.arguments, in: record.process.id) {
      if let id = processes[record.process.id]?.descriptors[descriptor] { ids.insert(id) }
    }
    // One local socket may take several along that wait in it.
    ids.formUnion(record.arguments.closes.map(\.socket.id))
    for id in ids {
      guard let socket = sockets[id] else { continue }
      let isDescriptor = record.call.drops && (record.role != .closes || facts != nil)
      act.isPassed = record.arguments.passed.contains(id)
      if id != facts?.id, isDescriptor { socket.use(at: record.entered) }
      socket.drop(act, keepingFrom: frontier)
    }
    if record.socket == nil || record.role == .replaces, ids.count == 1 {
      calls[record.id]?.closes = ids.first
    }
  }
}
