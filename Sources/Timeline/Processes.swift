import Calls
import Wire

/// Processes begin, run other programs, and end.
extension Timeline {
  /// A process's name, as far as it is known.
  func processName(_ id: Int32) -> ProcessName {
    processes[id]?.name ?? ProcessName(id: id, name: "?")
  }

  /// The lane of a process: as told from the start, or that of its sockets.
  func side(of process: Int32) -> Side {
    if let hint = hints[process] { return hint }
    return processes[process]?.serves ?? false ? .server : .client
  }

  /// Notes that a process is there, whose beginning was perhaps not seen.
  mutating func meet(_ id: Int32) {
    if processes[id].map({ $0.ended == nil }) ?? false { return }
    processes[id] = ProcessRecord(ProcessName(id: id, name: "?"))
  }

  mutating func ingestLife(_ event: CallEvent) {
    let time = Instant(event.time)
    switch event.what {
    case .started(let parent, let name):
      letGoOfAll(in: event.process)
      for id in (processes[event.process]?.openCalls ?? [:]).values { abandon(id) }
      processes[event.process] = ProcessRecord(ProcessName(id: event.process, name: name))
      inherit(from: parent, event.process)
      if let hint = hints[parent], hints[event.process] == nil { hints[event.process] = hint }
    case .executed(let name, _, let closed, let entered):
      meet(event.process)
      processes[event.process]?.name.name = name
      processes[event.process]?.isBlind = false
      var act = SocketAct(
        call: executing(event) ?? CallID(0), system: .execve, entered: Instant(entered))
      act.returned = time
      act.exit = processName(event.process)
      for id in closed {
        drop(id, act)
        letGo(id, in: event.process)
      }
    case .sharing(let other): share(with: other, event.process)
    case .parted: part(event.process)
    case .holding(let held): take(held, in: event.process, at: time)
    case .exiting(let holds):
      var act = SocketAct(call: CallID(0), system: .close, entered: time)
      act.exit = processName(event.process)
      act.heard = processes[event.process]?.heard
      let table = processes[event.process]?.table
      let isShared = (table?.sharers ?? 1) > 1
      let known = isShared ? [] : Array((table?.sockets ?? [:]).values)
      let all = Set(known).union(holds)
      // Sockets without a descriptor may only be taken along (SCM_RIGHTS): they are not used.
      for id in all { drop(id, act, isHeld: known.contains(id)) }
      processes[event.process]?.exiting = Array(all)
      letGoOfAll(in: event.process)
    case .letGo: endTrace(of: event.process, at: time)
    case .exited(let status, let signal):
      end(event.process, status, signal, at: time)
    default: break
    }
  }

  private mutating func end(
    _ process: Int32, _ status: Int32?, _ signal: Int32?, at time: Instant
  ) {
    meet(process)
    letGoOfAll(in: process)
    for id in processes[process]?.exiting ?? [] {
      guard let socket = sockets[id] else { continue }
      for index in socket.drops.indices where socket.drops[index].exit?.id == process {
        socket.drops[index].returned = socket.drops[index].returned ?? time
      }
    }
    processes[process]?.ended = time
    for id in (processes[process]?.openCalls ?? [:]).values { abandon(id) }
    if signal != nil || processes[process]?.hadSocket ?? false {
      let isOurs = signal != nil && processes[process]?.ending == signal
      let name = processName(process)
      add(
        .exit(status: status, signal: signal, name, side(of: process), isOurs: isOurs), at: time)
    }
  }

  /// The execve() or execveat() that the process is in, where it was recorded as a call.
  private func executing(_ event: CallEvent) -> CallID? {
    guard let id = processes[event.process]?.openCalls[event.thread],
      let call = calls[id]?.record.call, call.role == .executes
    else { return nil }
    return id
  }

  private mutating func drop(_ id: SocketID, _ act: SocketAct, isHeld: Bool = true) {
    guard let socket = sockets[id] else { return }
    if isHeld { socket.use(at: act.entered) }
    socket.drop(act, keepingFrom: frontier)
  }
}
