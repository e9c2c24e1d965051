import Calls
import Wire

/// Which socket a call works on, and what it does to a process's descriptors.
extension Tracer {
  /// What a call works on. `nil` itself: nothing that is recorded.
  struct Subject {
    var socket: SocketFacts?
  }

  /// Finds the socket that a call works on; nil where it concerns none.
  func subject(
    of running: inout RunningCall, _ process: TracedProcess, _ stopped: StoppedThread
  ) -> Subject? {
    switch running.call.role {
    case .opens: return Subject(socket: nil)
    case .polls where running.call.isEpoll: return epollSubject(&running, process)
    case .polls:
      let isOurs = running.arguments.watched.contains { socket($0, of: process) != nil }
      return isOurs ? Subject(socket: nil) : nil
    case .replaces: return duplicateSubject(&running, process)
    case .closesRange: return rangeSubject(&running, process, stopped)
    case .writes where running.call.shape == .splice: return turned(&running, process)
    case .binds, .listens, .accepts, .connects, .reads, .writes, .shuts, .closes, .duplicates,
      .sets, .asks, .names, .watches, .executes, .rings, .clones, .filters, .parts, .fetches,
      .other:
      break
    }
    guard let number = running.arguments.descriptor,
      var facts = socket(number, of: process)
    else {
      if running.call.role == .writes, running.call.movesMemoryOfFiles {
        tell(running, process, stopped)
      }
      guard let number = running.arguments.descriptor else { return nil }
      if running.call.role == .closes { return closeSubject(&running, number, process) }
      return running.call.role == .reads ? takingSubject(&running, number, process) : nil
    }
    running.socket = facts.id
    running.kind = facts.kind
    if running.call.role == .closes {
      drop([number], process, &running)
    } else if facts.kind == .tcp, process.asksStreams {
      facts = current(facts, number, process)
    } else if facts.kind == .tcp, running.call.role == .writes || running.call.acceptsOrListens {
      facts = book.askStream(process, number, facts)
    }
    return Subject(socket: facts)
  }

  /// close() of something other than an Internet socket; it may close such sockets too.
  private func closeSubject(
    _ running: inout RunningCall, _ number: Int32, _ process: TracedProcess
  ) -> Subject? {
    let taken = stranded(number, process)
    process.set(number, nil, &book)
    guard !taken.isEmpty else { return nil }
    running.arguments.closes = taken
    for held in taken { book.beginClosing(held.socket.id) }
    return Subject(socket: nil)
  }

  /// A call that reads from a local socket: the descriptors in a message are closed if it has no
  /// space for them (unix(7)), and with them the sockets that nothing else holds.
  private func takingSubject(
    _ running: inout RunningCall, _ number: Int32, _ process: TracedProcess
  ) -> Subject? {
    let taken =
      (running.arguments.flags ?? 0) & MessageFlag.peek != 0 ? [] : stranded(number, process)
    guard !taken.isEmpty else { return nil }
    running.arguments.closes = taken
    for held in taken { book.beginClosing(held.socket.id) }
    return Subject(socket: nil)
  }

  /// A call is about to close descriptors. What they refer to is forgotten at once: as soon as the
  /// call has run, another thread may get the same numbers.
  private func drop(
    _ numbers: [Int32], _ process: TracedProcess, _ running: inout RunningCall
  ) {
    for number in numbers {
      guard let facts = socket(number, of: process) else { continue }
      running.arguments.closes.append(HeldDescriptor(number, facts))
      if book.inFlight[facts.id] != nil { running.arguments.passed.append(facts.id) }
      book.beginClosing(facts.id)
      process.closing[number] = facts
    }
    for number in numbers { process.set(number, nil, &book) }
  }

  /// A call that closes descriptors has run, or will not.
  func endDropping(_ running: RunningCall, _ process: TracedProcess) {
    for closed in running.arguments.closes {
      book.endClosing(closed.socket.id)
      process.closing[closed.descriptor] = nil
    }
    if running.socket == nil, running.call.role == .closes || running.call.role == .reads {
      book.missed(running.arguments.closes.map(\.socket.id))
    }
  }

  /// The Internet socket that a descriptor refers to.
  func socket(_ number: Int32, of process: TracedProcess) -> SocketFacts? {
    switch process.known(number) {
    case .socket(let id, let kind): return book.facts(id, kind)
    case .other, .printer: return nil
    case nil: break
    }
    // Another thread is just closing it: a duplicate would keep it open.
    if let facts = process.closing[number] { return facts }
    guard number >= 0 else { return nil }
    switch book.ask(process, number, names: true, stream: true) {
    case .socket(let facts):
      process.set(number, .socket(facts.id, facts.kind), &book)
      return facts
    case .other:
      process.set(number, plain(number, of: process), &book)
      return nil
    case .refused:
      tellHidden(process)
      return nil
    case .absent, .gone: return nil
    }
  }

  /// What a descriptor refers to that is not an Internet socket.
  private func plain(_ number: Int32, of process: TracedProcess) -> DescriptorTable.Descriptor {
    let prefix = "pipe:["
    guard !printers.isEmpty,
      let link = ProcessFiles.link("\(process.folder)/fd/\(number)"), link.hasPrefix(prefix),
      let inode = UInt64(link.dropFirst(prefix.count).dropLast()), printers.contains(inode)
    else { return .other }
    return .printer
  }

  private func epollSubject(_ running: inout RunningCall, _ process: TracedProcess) -> Subject? {
    let instance = running.arguments.descriptor ?? -1
    running.arguments.watched = process.table.epolls[instance]?.watched ?? []
    running.arguments.wakesOne = process.table.epolls[instance]?.hasExclusive
    return running.arguments.watched.isEmpty ? nil : Subject(socket: nil)
  }

  /// dup2 and dup3: the socket of the call is the one that the new descriptor referred to, if any,
  /// since it is closed; the duplicated one is reported at the return.
  private func duplicateSubject(_ running: inout RunningCall, _ process: TracedProcess) -> Subject?
  {
    let old = running.arguments.descriptor ?? -1
    let new = running.arguments.other ?? -1
    let source = socket(old, of: process)
    let dropped = old == new ? nil : socket(new, of: process)
    if source == nil, dropped == nil {
      if old != new, new >= 0 { process.set(new, nil, &book) }
      return nil
    }
    if let dropped {
      running.socket = dropped.id
      running.kind = dropped.kind
      drop([new], process, &running)
    }
    return Subject(socket: dropped)
  }

  private func rangeSubject(
    _ running: inout RunningCall, _ process: TracedProcess, _ stopped: StoppedThread
  ) -> Subject? {
    let flags = running.arguments.flags ?? 0
    if flags & RangeFlag.unshare != 0,
      process.sharesTable || process.liveThreads > 1
    {
      part(process, by: thread(stopped.id))
      if thread(stopped.id).isApart { return nil }
    }
    guard flags & RangeFlag.onlyMark == 0 else { return nil }
    let first = running.arguments.descriptor ?? 0
    let last = running.arguments.other ?? -1
    guard first <= last else { return nil }
    let numbers = process.descriptors.keys.filter { (first...last).contains($0) }.sorted()
    let one = numbers.lazy.compactMap { self.socket($0, of: process) }.first
    drop(numbers, process, &running)
    guard let one else { return nil }
    running.socket = one.id
    running.kind = one.kind
    return Subject(socket: one)
  }

  /// splice and tee: the socket is the destination of the bytes, or else their source.
  private func turned(_ running: inout RunningCall, _ process: TracedProcess) -> Subject? {
    let target = running.arguments.descriptor ?? -1
    let source = running.arguments.other ?? -1
    if let facts = socket(target, of: process) {
      running.socket = facts.id
      running.kind = facts.kind
      let isStream = facts.kind == .tcp
      return Subject(socket: isStream ? book.askStream(process, target, facts) : facts)
    }
    guard let facts = socket(source, of: process) else { return nil }
    running.arguments.descriptor = source
    running.arguments.other = target
    running.arguments.receives = true
    running.socket = facts.id
    running.kind = facts.kind
    return Subject(socket: facts)
  }

  /// epoll_ctl: remembers what the instance returns for a descriptor.
  func watch(_ process: TracedProcess, _ registers: Registers, _ stopped: StoppedThread) {
    let interest = EpollInterest(registers, architecture: architecture) { stopped.read($0, $1) }
    guard let interest else { return }
    let instance = Int32(truncatingIfNeeded: registers[0])
    let descriptor = Int32(truncatingIfNeeded: registers[2])
    guard let facts = socket(descriptor, of: process) else { return }
    process.table.epoll(instance).watch(descriptor, facts.id, interest)
  }

  // MARK: printing

  /// Reports the lines that a program prints.
  private func tell(_ running: RunningCall, _ process: TracedProcess, _ stopped: StoppedThread) {
    let longest = 4096
    guard let number = running.arguments.descriptor, case .printer = process.known(number) else {
      return
    }
    let whole = running.call.arguments(running.registers, payloadBytes: longest) {
      stopped.read($0, $1)
    }
    for byte in whole.payload {
      if byte != 0x0A { process.line.append(byte) }
      if byte == 0x0A || process.line.count >= longest { tellLine(of: process) }
    }
  }

  /// Reports what a process has printed since its last line.
  func tellLine(of process: TracedProcess) {
    report(.printed(time: time, process: process.id, process.line))
    process.line = []
  }
}
