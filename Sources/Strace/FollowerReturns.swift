import Calls
import Wire

/// What calls have done when they return.
extension Follower {
  /// The socket that a call created, or duplicated a descriptor of.
  mutating func made(
    by call: StraceCall, _ entered: OpenCall, _ outcome: CallOutcome, _ process: FollowedProcess
  ) -> FollowedSocket? {
    let number = Int32(clamping: outcome.result)
    let flags = entered.arguments.flags ?? 0
    let closeOnExec = SocketFlag.closeOnExec
    switch call.call?.role {
    case .opens:
      let socket = sockets.make(
        TransportKind(entered.arguments.type ?? 0, entered.arguments.proto ?? 0))
      let isMarked = (entered.arguments.type ?? 0) & closeOnExec != 0
      process.descriptors.set(number, socket, closesOnExec: isMarked)
      if let note = call.resultNote { learn(socket, note) }
      return socket
    case .accepts:
      let socket = accepted(by: entered, outcome)
      process.descriptors.set(number, socket, closesOnExec: flags & closeOnExec != 0)
      if let note = call.resultNote { learn(socket, note) }
      return socket
    case .duplicates, .replaces:
      guard number != entered.arguments.descriptor,
        let socket = process.descriptors.sockets[entered.arguments.descriptor ?? -1]
      else { return nil }
      let isMarked =
        switch call.call?.shape {
        case .command: flags == DescriptorCommand.duplicateAndMark
        case .pairAndFlags: flags & closeOnExec != 0
        default: false
        }
      process.descriptors.set(number, socket, closesOnExec: isMarked)
      return socket
    default: return nil
    }
  }

  private mutating func accepted(by call: OpenCall, _ outcome: CallOutcome) -> FollowedSocket {
    let socket = sockets.make(call.socket?.facts.kind ?? .tcp)
    if case .internet(let peer)? = outcome.address, peer.port != 0 {
      socket.facts.peer = peer.unmapped
    }
    if let local = call.socket?.facts.local { socket.facts.local = local }
    socket.isBound = true
    return socket
  }

  /// The call's socket afterwards, where the call may have changed its ends.
  mutating func after(
    _ call: StraceCall, _ entered: OpenCall, _ outcome: CallOutcome
  ) -> FollowedSocket? {
    guard let socket = entered.socket, entered.arguments.closes.isEmpty else { return nil }
    guard case .internet(let end)? = entered.arguments.address else {
      if call.call?.role == .connects { socket.facts.peer = nil }
      return socket
    }
    let isConnecting = outcome.error == nil || outcome.error == .inProgress
    if call.call?.role == .connects { socket.isConnecting = outcome.error == .inProgress }
    if call.call?.role == .connects, isConnecting, !end.address.isUnspecified {
      socket.facts.peer = end.unmapped
    }
    if call.call?.role == .binds, outcome.error == nil {
      socket.isBound = true
      socket.facts.local = end.unmapped
    }
    return socket
  }

  /// getsockname and getpeername return the ends.
  mutating func learnNames(_ call: StraceCall, _ entered: OpenCall, _ outcome: CallOutcome) {
    guard let socket = entered.socket, case .internet(let end)? = outcome.address, end.port != 0
    else { return }
    var note = StraceSocketNote(socket.facts.kind)
    if call.call == .getpeername { socket.facts.peer = socket.facts.peer ?? end.unmapped }
    guard call.call == .getsockname else { return }
    note.local = end.unmapped
    note.peer = socket.facts.peer
    learn(socket, note)
  }

  /// The descriptors that a wait found ready.
  func readyDescriptors(
    _ call: StraceCall, _ entered: OpenCall, _ outcome: CallOutcome, _ process: FollowedProcess
  ) -> [Int32] {
    guard case .found(let data) = call.effect,
      let set = process.descriptors.epolls[entered.arguments.descriptor ?? -1]
    else { return outcome.ready }
    let found = Set(data.prefix(Int(clamping: max(0, outcome.result))))
    return set.filter { found.contains($0.value) }.keys.sorted()
  }

  /// A call that is not reported has made a descriptor nevertheless.
  mutating func settle(
    _ entered: OpenCall, _ call: StraceCall, _ outcome: CallOutcome, _ process: FollowedProcess
  ) {
    guard outcome.error == nil, call.call?.role == .opens else { return }
    process.descriptors.set(Int32(clamping: outcome.result), nil)
    process.descriptors.others.insert(Int32(clamping: outcome.result))
  }

  /// What calls do besides what is reported about them.
  mutating func follow(
    _ call: StraceCall, _ outcome: CallOutcome, _ process: FollowedProcess, _ time: Int64
  ) {
    switch call.effect {
    case .cloned(let isThread, _):
      let child = Int32(clamping: outcome.result)
      if seen.contains(child) {
        bear(child, at: time)
      } else if outcome.result > 0 {
        overlook(process, isThread: isThread)
      }
    case .executes(let path, let command): execute(call, path, command, process, time)
    case .names(let name) where call.thread == process.id:
      process.name = name
      if process.isTold { tell(.named(name), process, call.thread, at: time) }
    case .watches(let descriptor, let data):
      let instance = call.arguments.descriptor ?? -1
      process.descriptors.epolls[instance, default: [:]][descriptor] = data
    case .marks(let isMarked):
      guard let number = call.arguments.descriptor,
        process.descriptors.sockets[number] != nil
      else { return }
      if isMarked {
        process.descriptors.closeOnExec.insert(number)
      } else {
        process.descriptors.closeOnExec.remove(number)
      }
    case .passes(let descriptors) where call.call?.role == .reads: pass(descriptors, call, process)
    default: break
    }
  }

  /// A thread or process begins that the log does not show.
  private mutating func overlook(_ process: FollowedProcess, isThread: Bool) {
    process.hasUnseenThreads = process.hasUnseenThreads || isThread
    for socket in process.descriptors.sockets.values {
      if isThread { uncounted.insert(socket.facts.id) } else { socket.isElsewhere = true }
    }
  }

  /// Descriptors go to another process by SCM_RIGHTS (unix(7)): in flight they stay open, whoever
  /// closes them.
  mutating func send(_ descriptors: [Int32], _ call: StraceCall, _ process: FollowedProcess) {
    for descriptor in descriptors where passed.count < 4096 {
      let socket = socket(descriptor, call, process)
      socket?.references += 1
      passed.append(socket)
    }
  }

  /// Descriptors arrive in the order in which they were sent, as far as the log shows.
  private mutating func pass(
    _ descriptors: [Int32], _ call: StraceCall, _ process: FollowedProcess
  ) {
    let isMarked = (call.arguments.flags ?? 0) & MessageFlag.closeOnExec != 0
    for descriptor in descriptors {
      process.descriptors.set(descriptor, nil)
      var arrived = passed.first ?? nil
      if call.notes.contains(where: { $0.descriptor == descriptor }) {
        arrived = socket(descriptor, call, process)
      }
      process.descriptors.set(descriptor, arrived, closesOnExec: isMarked)
      guard let place = passed.firstIndex(where: { $0 === arrived }) else { continue }
      passed.remove(at: place)?.references -= 1
    }
  }
}

extension TransportKind {
  /// Reads type and protocol of a socket (ip(7)); type may include SOCK_NONBLOCK and SOCK_CLOEXEC.
  fileprivate init(_ type: Int32, _ proto: Int32) {
    switch (type & 0xF, proto) {
    case (1, 0), (1, 6): self = .tcp
    case (2, 0), (2, 17): self = .udp
    default: self = .other
    }
  }
}

extension StraceSocketNote {
  init(_ kind: TransportKind) { self.kind = kind }
}
