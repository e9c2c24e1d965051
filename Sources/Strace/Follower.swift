import Calls
import Wire

/// Follows the threads, processes and descriptors of a log, and reports what happened to sockets:
/// the events that a tracer would have reported, in the order of the log.
struct Follower {
  var events: [FollowedEvent] = []
  var sockets = FollowedSockets()
  /// The functions that made each call, innermost first, by the call's number.
  private(set) var frames: [Int: [StraceFrame]] = [:]
  /// For each socket, the event that let go of its last descriptor.
  private(set) var lastDrops: [SocketID: Int] = [:]
  /// Sockets whose bytes the log does not fully show: others may write to them unseen.
  var uncounted: Set<SocketID> = []
  /// The threads that the log shows.
  let seen: Set<Int32>
  let calls: [StraceCall]
  var processes: [Int32: FollowedProcess] = [:]
  var threads: [Int32: FollowedProcess] = [:]
  var births: FollowedBirths
  let names: [Int32: String]
  private var nextCall = 1
  private var open: [Int: OpenCall] = [:]
  private var interrupted: [Int32: (index: Int, call: OpenCall)] = [:]
  /// Whether calls worked on sockets that the log shows nothing else about.
  var hasUnknownSockets = false
  /// Descriptors in flight (SCM_RIGHTS).
  var passed: [FollowedSocket?] = []

  /// A call that was entered and is in progress.
  struct OpenCall {
    var id: Int
    var socket: FollowedSocket?
    var arguments: CallArguments
    /// The sockets of descriptors that it closes.
    var dropped: [FollowedSocket] = []
    /// Whether the call is reported; what it does to descriptors is followed in any case.
    var isTold: Bool
  }

  /// Follows the acts of logs, in time order.
  init(_ acts: [StraceAct], _ calls: [StraceCall], names: [Int32: String]) {
    self.calls = calls
    self.names = names
    seen = Set(acts.map(\.thread))
    births = FollowedBirths(acts, calls)
    for act in acts {
      follow(act)
      threads[act.thread]?.latest = act.time
    }
  }

  private mutating func follow(_ act: StraceAct) {
    switch act.what {
    case .entered(let index): enter(index, act.time)
    case .returned(let index): leave(index, act.time)
    case .exited(let status, let signal): end(act.thread, status, signal, act.time)
    case .signal(let signal, let isStop):
      let told: Set<Int32> = [1, 2, 3, 4, 6, 7, 8, 11, 13, 15]
      guard let process = threads[act.thread], process.isTold,
        isStop ? act.thread == process.id : told.contains(signal)
      else { return }
      tell(.signalled(signal), process, act.thread, at: act.time)
    }
  }

  mutating func tell(
    _ what: CallEvent.What, _ process: FollowedProcess, _ thread: Int32, at time: Int64,
    until latest: Int64? = nil, duration: Int64? = nil
  ) {
    events.append(
      FollowedEvent(
        earliest: time, latest: max(time, latest ?? time), process: process.id, thread: thread,
        what: what, duration: duration))
  }

  /// Reports a process that already existed.
  mutating func introduce(_ process: FollowedProcess, _ thread: Int32, at time: Int64) {
    guard !process.isTold else { return }
    process.isTold = true
    tell(.started(parent: 0, name: process.name), process, thread, at: time)
  }

  // MARK: entry

  private mutating func enter(_ index: Int, _ time: Int64) {
    let call = calls[index]
    let process = process(of: call.thread, at: time)
    if resume(index, call, process, time) { return }
    for note in call.notes where note.socket == nil {
      process.descriptors.set(note.descriptor, nil)
    }
    if case .exits(let all) = call.effect {
      if all || process.threads.count <= 1 { leaveSockets(process, call.thread, at: time) }
      return
    }
    if case .kills(let target) = call.effect { processes[target]?.latest = time }
    if case .passes(let descriptors) = call.effect, call.call?.role == .writes {
      send(descriptors, call, process)
    }
    guard let kind = call.call else { return }
    if kind == .ioUringSetup, process.isTold {
      let words = "io_uring: what it sends and receives is not seen"
      return tell(.blind(words), process, call.thread, at: time)
    }
    guard var entered = subject(of: call, kind, process) else { return }
    if let socket = entered.socket {
      if kind.role == .writes, socket.isElsewhere { uncounted.insert(socket.facts.id) }
    }
    if entered.dropped.contains(where: \.isElsewhere) { entered.isTold = false }
    open[index] = entered
    if !entered.isTold { return }
    introduce(process, call.thread, at: time)
    entered.id = nextCall
    nextCall += 1
    open[index] = entered
    if !call.frames.isEmpty { frames[entered.id] = call.frames }
    if kind.role == .connects, let socket = entered.socket, !socket.isConnecting {
      socket.forgetEnds()
    }
    tell(
      .entered(
        id: entered.id, call: kind, arguments: entered.arguments, socket: entered.socket?.facts),
      process, call.thread, at: time)
    for closed in entered.dropped where closed.references == 0 {
      lastDrops[closed.facts.id] = events.count - 1
    }
  }

  /// A call that a signal interrupted is restarted, or has returned EINTR.
  private mutating func resume(
    _ index: Int, _ call: StraceCall, _ process: FollowedProcess, _ time: Int64
  ) -> Bool {
    guard let (before, entered) = interrupted.removeValue(forKey: call.thread) else { return false }
    let old = calls[before]
    var isSame = call.name == old.name && call.arguments.descriptor == old.arguments.descriptor
    isSame = isSame && call.arguments.watched == old.arguments.watched
    if case .restarts = call.effect { isSame = true }
    if isSame {
      open[index] = entered
      return true
    }
    giveUp(entered, process, call.thread, at: time)
    return false
  }

  private mutating func giveUp(
    _ call: OpenCall, _ process: FollowedProcess, _ thread: Int32, at time: Int64
  ) {
    guard call.isTold else { return }
    let outcome = CallOutcome(result: -4, error: .interrupted)
    tell(
      .returned(id: call.id, outcome: outcome, socket: nil, made: nil, ready: []), process, thread,
      at: time)
  }

  // MARK: return

  private mutating func leave(_ index: Int, _ time: Int64) {
    let call = calls[index]
    guard let process = threads[call.thread] else { return }
    let entered = open.removeValue(forKey: index)
    if call.isInterrupted, let entered {
      interrupted[call.thread] = (index, entered)
      return
    }
    guard let outcome = call.outcome else { return }
    if outcome.error == nil { follow(call, outcome, process, time) }
    guard let entered else { return }
    guard entered.isTold else { return settle(entered, call, outcome, process) }
    let made = outcome.error == nil ? made(by: call, entered, outcome, process) : nil
    if process.hasUnseenThreads, let made { uncounted.insert(made.facts.id) }
    let facts = after(call, entered, outcome)
    let ready = readyDescriptors(call, entered, outcome, process)
    var told = outcome
    told.ready = ready
    tell(
      .returned(
        id: entered.id, outcome: told, socket: facts?.facts, made: made?.facts,
        ready: ready.compactMap { process.descriptors.sockets[$0]?.facts.id }),
      process, call.thread, at: call.resumed ?? time,
      until: call.resumed ?? call.limit.map { max($0 - 1, time) }, duration: call.duration)
    for socket in [facts, made] {
      if let socket, sockets.lacksEnds(socket) { socket.awaiting.append(events.count - 1) }
    }
    learnNames(call, entered, outcome)
  }

  /// A thread is gone.
  private mutating func end(_ thread: Int32, _ status: Int32?, _ signal: Int32?, _ time: Int64) {
    guard let process = threads.removeValue(forKey: thread) else { return }
    if let (_, call) = interrupted.removeValue(forKey: thread), signal == nil {
      giveUp(call, process, thread, at: time)
    }
    process.threads.remove(thread)
    guard process.threads.isEmpty else { return }
    let before = events.count
    // A killed process exited when the signal came: after the last thing that the log shows of it.
    leaveSockets(process, thread, at: signal == nil ? time : min(process.latest, time))
    if signal != nil, events.count > before { events[before].isLoose = true }
    if process.isTold { tell(.exited(status: status, signal: signal), process, thread, at: time) }
    process.descriptors.owners -= 1
    if process.descriptors.owners == 0 { process.descriptors.forgetAll() }
    processes[process.id] = nil
  }

  private mutating func leaveSockets(
    _ process: FollowedProcess, _ thread: Int32, at time: Int64
  ) {
    guard !process.isExiting else { return }
    process.isExiting = true
    let isElsewhere = process.descriptors.sockets.values.contains(where: \.isElsewhere)
    guard process.isTold, !isElsewhere else { return }
    let shared = process.descriptors.owners > 1
    let held = shared ? [] : process.descriptors.sockets.values.map(\.facts.id)
    let holds = Set(held).sorted { $0.rawValue < $1.rawValue }
    tell(.exiting(holds: holds), process, thread, at: time)
    guard !shared else { return }
    let own = Dictionary(grouping: process.descriptors.sockets.values) { $0.facts.id }
    for (id, descriptors) in own where descriptors[0].references == descriptors.count {
      lastDrops[id] = events.count - 1
    }
  }

  /// Fills in the ends of a socket in events that reported it before they were known.
  mutating func learn(_ socket: FollowedSocket, _ note: StraceSocketNote) {
    sockets.learn(socket, note)
    guard !socket.awaiting.isEmpty, !sockets.lacksEnds(socket) else { return }
    for index in socket.awaiting { events[index].name(socket.facts) }
    socket.awaiting = []
  }
}

extension FollowedEvent {
  /// Forgets that a socket was created here, so that its bytes are not assumed to be counted from
  /// the first one.
  mutating func forgetBeginning(of sockets: Set<SocketID>, orAll: Bool) {
    guard case .returned(let id, let outcome, let socket, let made?, let ready) = what,
      made.kind == .tcp, orAll || sockets.contains(made.id)
    else { return }
    what = .returned(id: id, outcome: outcome, socket: socket, made: nil, ready: ready)
  }

  /// Changes what is said about sockets.
  mutating func mapFacts(_ change: (SocketFacts) -> SocketFacts) {
    switch what {
    case .entered(let id, let call, let arguments, let socket):
      guard let socket else { return }
      what = .entered(id: id, call: call, arguments: arguments, socket: change(socket))
    case .returned(let id, let outcome, let socket, let made, let ready):
      if socket == nil, made == nil { return }
      what = .returned(
        id: id, outcome: outcome, socket: socket.map(change), made: made.map(change), ready: ready)
    default: break
    }
  }

  /// Fills in the ends of a socket.
  mutating func name(_ facts: SocketFacts) {
    guard case .returned(let id, let outcome, var socket, var made, let ready) = what else {
      return
    }
    func named(_ old: SocketFacts?) -> SocketFacts? {
      guard var old, old.id == facts.id else { return old }
      if old.local.map({ $0.port == 0 || $0.address.isUnspecified }) ?? true {
        old.local = facts.local
      }
      old.peer = old.peer ?? facts.peer
      return old
    }
    socket = named(socket)
    made = named(made)
    what = .returned(id: id, outcome: outcome, socket: socket, made: made, ready: ready)
  }
}
