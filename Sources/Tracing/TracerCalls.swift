import CPtrace
import Calls
import Glibc
import Wire

/// The calls: what is asked and reported at entry and return.
extension Tracer {
  /// Handles the entry of a call, and returns how its thread is resumed.
  func entered(
    _ thread: TracedThread, _ number: Int, _ registers: Registers, _ isNative: Bool,
    _ stopped: StoppedThread
  ) -> StoppedThread.Way {
    guard isNative, !thread.process.isPreparing else {
      if let call = architecture.call(number), call.role == .executes { thread.enteredExec = time }
      return .on
    }
    thread.handing = nil
    if goesOn(thread, number, registers) { return .toReturn }
    guard let beginning = continued(thread, number, registers, stopped) else { return .on }
    let (number, registers) = (beginning.number, beginning.registers)
    guard let call = architecture.call(number) else { return .on }
    if call.role == .clones { return clones(call, registers, thread, stopped) }
    if call.role == .filters { return installs(call, registers, thread, stopped) }
    guard !thread.isApart || call.role == .executes else { return .on }
    switch call.role {
    case .executes: return enteredExec(thread)
    case .rings: return enteredRing(call, thread)
    case .watches:
      watch(thread.process, registers, stopped)
      return .on
    case .parts, .fetches: return hand(call, registers, thread, stopped)
    case .opens, .binds, .listens, .accepts, .connects, .reads, .writes, .shuts, .closes,
      .closesRange, .replaces, .duplicates, .sets, .asks, .names, .polls, .clones, .filters, .other:
      break
    }
    // Most calls that move bytes work on files, and are skipped before anything is decoded.
    let mayDiscard = call.role == .reads && !book.inFlight.isEmpty
    guard !call.movesMemory || mayDiscard || !thread.process.isFile(registers) else {
      return hand(call, registers, thread, stopped)
    }
    let arguments = call.arguments(registers, payloadBytes: payloadBytes) { address, count in
      stopped.read(address, count)
    }
    var running = RunningCall(
      id: 0, call: call, number: number, registers: registers, stack: stopped.stack,
      arguments: arguments, entered: time)
    running.arguments.again = beginning.again
    guard let facts = subject(of: &running, thread.process, stopped) else {
      return hand(call, registers, thread, stopped)
    }
    checkName(thread.process)
    running.arguments.source = paths?.source(of: stopped, thread.process)
    // It may also hand on what it does not discard.
    if facts.socket == nil, call.role == .reads { _ = hand(call, registers, thread, stopped) }
    running.id = nextCall
    nextCall += 1
    if attaches { prepare(&running, facts.socket, thread.process) }
    emit(
      .entered(id: running.id, call: call, arguments: running.arguments, socket: facts.socket),
      process: thread.process.id, thread: thread.id)
    if call.wait != .never { running.turns = thread.turns }
    thread.call = running
    beginConnect(thread, running)
    return .toReturn
  }

  /// Lets an unreported call run on, to its return if it hands on descriptors.
  private func hand(
    _ call: SystemCall, _ registers: Registers, _ thread: TracedThread, _ stopped: StoppedThread
  ) -> StoppedThread.Way {
    thread.handing = handing(call, registers, thread, stopped)
    return thread.handing == nil ? .on : .toReturn
  }

  /// Whether this is a call that is restarted only because the tracer stopped its thread.
  private func goesOn(_ thread: TracedThread, _ number: Int, _ registers: Registers) -> Bool {
    guard let before = thread.heldBack else { return false }
    thread.heldBack = nil
    if number == architecture.restart || (number == before.number && registers == before.registers)
    {
      thread.call = before
      return true
    }
    giveUp(before, thread)
    return false
  }

  /// exec may close the sockets that are marked close-on-exec: until it is done, or has failed,
  /// none of them may be duplicated.
  private func enteredExec(_ thread: TracedThread) -> StoppedThread.Way {
    thread.enteredExec = time
    thread.execDrops = thread.process.sockets
    for id in thread.execDrops { book.beginClosing(id) }
    return thread.execDrops.isEmpty ? .on : .toReturn
  }

  /// exec is done, has failed, or its thread has exited.
  func leftExec(_ thread: TracedThread) {
    for id in thread.execDrops { book.endClosing(id) }
    thread.execDrops = []
  }

  // MARK: return

  /// Handles the return of a call.
  func returned(_ thread: TracedThread, _ result: Int64, _ stopped: StoppedThread) {
    leftExec(thread)
    installed(thread, result)
    hasCloned(thread, stopped)
    if let ring = thread.ringCall {
      thread.ringCall = nil
      return leftRing(ring, thread, result)
    }
    if let handing = thread.handing {
      thread.handing = nil
      handed(handing, result, thread, stopped)
    }
    guard let call = thread.call else { return }
    thread.call = nil
    if Tracer.restarts.contains(result), result != -515 {
      interrupt(call, thread, result)
      return
    }
    // The thread was asked to stop, and the call will be restarted.
    if attachment.isLeaving, result == Int64(-EINTR) { return }
    endDropping(call, thread.process)
    if isTrapped(call, result, thread) { return tellTrapped(call, thread) }
    let reader: MemoryReader = { stopped.read($0, $1) }
    var outcome = call.call.outcome(
      result: result, call.registers, payloadBytes: payloadBytes, memory: reader)
    var ready: [SocketID] = []
    if let turns = call.turns, let now = thread.turns { outcome.paused = now - turns != 1 }
    if call.discards { outcome.payload = [] }
    if call.call.isEpoll {
      let instance = thread.process.table.epolls[call.arguments.descriptor ?? -1]
      let found = EpollInterest.ready(
        call.registers, result: result, architecture: architecture, memory: reader
      ).compactMap { instance?.ready($0) }
      outcome.ready = found.map(\.descriptor)
      ready = found.compactMap(\.socket)
    } else {
      ready = outcome.ready.compactMap { socket($0, of: thread.process)?.id }
    }
    let made = result >= 0 ? made(by: call, outcome, thread.process) : nil
    let facts = after(call, outcome, thread.process)
    if outcome.error == Errno(EADDRINUSE) {
      outcome.holders = addressHolders(call, facts, thread.process)
    }
    count(call)
    emit(
      .returned(id: call.id, outcome: outcome, socket: facts, made: made, ready: ready),
      process: thread.process.id, thread: thread.id)
    if attaches, let made { accepted(made, by: call, outcome, thread) }
  }

  /// Who holds the address that a call was refused.
  private func addressHolders(
    _ call: RunningCall, _ facts: SocketFacts?, _ process: TracedProcess
  ) -> [AddressHolder] {
    let wanted: Endpoint? =
      switch (call.call.role, call.arguments.address) {
      case (.binds, .internet(let end)?): end
      case (.listens, _): facts?.local
      default: nil
      }
    guard let wanted else { return [] }
    return holders.find(wanted, call.kind, of: process.id)
  }

  /// Whether a filter of the program's own refused the call with a signal; the result register is
  /// then what it was at the entry.
  private func isTrapped(_ call: RunningCall, _ result: Int64, _ thread: TracedThread) -> Bool {
    let before =
      architecture == .amd64 ? Int64(call.number) : Int64(bitPattern: call.registers[0])
    return onward(thread) == .toReturn && result == before && tracer_is_trapped(thread.id) != 0
  }

  private func tellTrapped(_ call: RunningCall, _ thread: TracedThread) {
    var outcome = CallOutcome(result: Int64(-ENOSYS), error: Errno(ENOSYS))
    outcome.isTrapped = true
    emit(
      .returned(id: call.id, outcome: outcome, socket: nil, made: nil, ready: []),
      process: thread.process.id, thread: thread.id)
  }

  /// The socket that a call created, or duplicated a descriptor of.
  private func made(
    by call: RunningCall, _ outcome: CallOutcome, _ process: TracedProcess
  ) -> SocketFacts? {
    let number = Int32(clamping: outcome.result)
    switch call.call.role {
    case .opens, .accepts, .duplicates: break
    case .replaces: if number == call.arguments.descriptor { return nil }
    default: return nil
    }
    let kind =
      call.call.role == .opens
      ? TransportKind(type: call.arguments.type ?? 0, proto: call.arguments.proto ?? 0)
      : call.kind
    // A new socket has no ends yet.
    let names = call.call.role != .opens
    switch book.ask(process, number, names: names, stream: false, kind: kind) {
    case .socket(var facts):
      process.set(number, .socket(facts.id, facts.kind), &book)
      if call.call.accepts {
        facts = accepted(facts, by: call, outcome)
      }
      return facts
    case .refused: return madeUnseen(number, by: call, outcome, kind, process)
    case .other, .absent, .gone:
      process.set(number, nil, &book)
      return nil
    }
  }

  /// A connection that was already reset has lost its peer, and /proc no longer lists it: the
  /// address from accept(), and the one that the listening socket is bound to, take their place.
  private func accepted(
    _ facts: SocketFacts, by call: RunningCall, _ outcome: CallOutcome
  ) -> SocketFacts {
    var facts = facts
    if facts.peer == nil, case .internet(let peer)? = outcome.address { facts.peer = peer.unmapped }
    if facts.local == nil, let listening = call.socket.flatMap({ book.facts($0, call.kind).local }),
      !listening.address.isUnspecified
    {
      facts.local = listening
    }
    book.remember(facts)
    return facts
  }

  /// The call's socket afterwards, where the call may have changed its ends.
  private func after(
    _ call: RunningCall, _ outcome: CallOutcome, _ process: TracedProcess
  ) -> SocketFacts? {
    guard let id = call.socket, call.arguments.closes.isEmpty else { return nil }
    let known = book.facts(id, call.kind)
    let changes: Bool
    switch call.call.role {
    case .binds, .connects, .listens: changes = true
    // TCP Fast Open connects with the first bytes.
    case .writes: changes = known.local?.port ?? 0 == 0
    default: changes = false
    }
    let asksStream = call.call.role == .writes && !call.arguments.receives && outcome.result > 0
    guard !book.isClosing(id), let number = call.arguments.descriptor else { return known }
    guard changes else {
      if call.kind != .tcp { return known }
      if process.asksStreams { return current(known, number, process) }
      return asksStream || call.call.acceptsOrListens
        ? book.askStream(process, number, known) : known
    }
    guard
      case .socket(let facts) = book.ask(
        process, number, names: true, stream: asksStream || call.call.role == .listens),
      facts.id == id
    else { return known }
    return facts
  }
}

extension RunningCall {
  /// Whether the call discarded what it read: MSG_TRUNC on a stream (tcp(7)).
  fileprivate var discards: Bool {
    call.role == .reads && call.movesMessages && kind == .tcp
      && (arguments.flags ?? 0) & MessageFlag.truncate != 0
  }
}

extension SystemCall {
  /// Whether the accept queue of a listening socket is asked for at the call.
  var acceptsOrListens: Bool { accepts || role == .listens }
}
