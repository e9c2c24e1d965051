import Calls
import Glibc
import Wire

/// Sockets that a process gets without a socket call of its own: inherited, passed, fetched,
/// shared.
extension Tracer {
  // MARK: entry

  /// Handles the entry of an unreported call that changes who holds what; nil where it does not.
  func handing(
    _ call: SystemCall, _ registers: Registers, _ thread: TracedThread, _ stopped: StoppedThread
  ) -> Handing? {
    let process = thread.process
    let first = Int32(truncatingIfNeeded: registers[0])
    switch call.role {
    case .duplicates, .replaces:
      return process.table.epolls[first].map { .duplicates($0) }
    case .writes:
      let count = Int(UInt32(truncatingIfNeeded: registers[2]))
      let passed = PassedDescriptors.read(call, registers, messages: count) {
        stopped.read($0, $1)
      }
      let sockets = passed.compactMap { socket($0, of: process)?.id }
      // Before the call runs: another process may have them before it returns.
      for id in sockets { book.launch(id) }
      return sockets.isEmpty ? nil : .sends(sockets)
    case .reads:
      let hasRoom = PassedDescriptors.hasRoom(call, registers) { stopped.read($0, $1) }
      return hasRoom ? .receives(call, registers) : nil
    case .fetches: return .fetches
    case .parts:
      let files: UInt64 = 0x400  // CLONE_FILES
      return registers[0] & files != 0 ? .parts : nil
    default: return nil
    }
  }

  // MARK: return

  /// Handles the return of such a call.
  func handed(
    _ handing: Handing, _ result: Int64, _ thread: TracedThread, _ stopped: StoppedThread
  ) {
    let process = thread.process
    switch handing {
    case .duplicates(let instance):
      if result >= 0 { process.table.set(Int32(clamping: result), instance) }
    case .sends(let sockets):
      if result < 0 { for id in sockets { book.land(id) } }
    case .receives(let call, let registers):
      guard result >= 0 else { return }
      let count = call.gives == .messages ? Int(clamping: result) : 1
      let got = PassedDescriptors.read(call, registers, messages: count) { stopped.read($0, $1) }
      hold(got, process, fresh: true)
      guard !PassedDescriptors.isPeek(call, registers) else { return }
      for number in got {
        if case .socket(let id, _) = process.known(number) { book.land(id) }
      }
    case .fetches:
      if result >= 0 { hold([Int32(clamping: result)], process, fresh: true) }
    case .parts:
      if result >= 0 { part(process, by: thread) }
    }
  }

  /// Finds out what descriptors refer to, and reports those that are sockets.
  ///
  /// - Parameter fresh: whether the process just got them, so that what was known about them is
  ///   void.
  func hold(_ numbers: [Int32], _ process: TracedProcess, fresh: Bool = false) {
    var held: [HeldDescriptor] = []
    for number in numbers {
      if fresh { process.set(number, nil, &book) }
      guard process.known(number) == nil else { continue }
      // Reported with its state: a socket may be listening without a call having been seen.
      if let facts = socket(number, of: process) { held.append(HeldDescriptor(number, facts)) }
    }
    guard !held.isEmpty else { return }
    emit(.holding(held), process: process.id, thread: process.id)
  }

  /// Looks for sockets that a process has from the start.
  func holdInherited(_ process: TracedProcess) {
    hold(ProcessFiles.sockets(in: process.folder + "/fd"), process)
  }

  /// Finds out afresh what the descriptors of a process refer to, after calls that were not seen.
  func relearn(_ process: TracedProcess) {
    for number in Array(process.descriptors.keys) { process.set(number, nil, &book) }
    holdInherited(process)
  }

  /// A process has its own descriptors from now on.
  func part(_ process: TracedProcess, by thread: TracedThread) {
    if process.liveThreads > 1 {
      // Only one thread's descriptors can be asked about: threads with different ones are left
      // alone.
      for other in threads.values where other.process === process {
        if (other.id == thread.id) != (thread.id == process.asked) { setApart(other) }
      }
      return
    }
    guard process.sharesTable else { return }
    process.part(&book)
    emit(.parted, process: process.id, thread: thread.id)
  }

  /// A thread has its own descriptors, separate from its process's.
  func setApart(_ thread: TracedThread) {
    guard !thread.isApart else { return }
    thread.isApart = true
    emit(
      .blind("a thread that has descriptors of its own: they are not followed"),
      process: thread.process.id, thread: thread.id)
  }

  // MARK: messages in flight

  /// What closing something other than an Internet socket may also close: sockets that only
  /// messages hold, which are gone with the local socket where they are queued.
  func stranded(_ number: Int32, _ process: TracedProcess) -> [HeldDescriptor] {
    let sockets = book.stranded
    guard !sockets.isEmpty,
      ProcessFiles.link("\(process.folder)/fd/\(number)")?.hasPrefix("socket:[") ?? false
    else { return [] }
    return sockets.map { HeldDescriptor(number, book.facts($0)) }
  }

  /// The sockets that are closed with the local sockets of a process that is about to exit.
  func strandedAtExit(_ process: TracedProcess) -> [SocketID] {
    let sockets = book.stranded
    guard !sockets.isEmpty, !ProcessFiles.sockets(in: process.folder + "/fd").isEmpty else {
      return []
    }
    return sockets
  }

  // MARK: how a process is asked

  /// The thread through which a process was asked is about to exit, and others run on.
  func askByAnother(_ process: TracedProcess) {
    let others = threads.values.filter { $0.process === process && !$0.isExiting && !$0.isApart }
    guard let other = others.min(by: { $0.id < $1.id }) else { return }
    // Before Linux 6.9 a thread has no handle: then /proc is read.
    process.ask(by: other.id)
  }

  /// There is a new descriptor that the kernel does not show: what it refers to is followed by its
  /// number alone.
  func madeUnseen(
    _ number: Int32, by call: RunningCall, _ outcome: CallOutcome, _ kind: TransportKind,
    _ process: TracedProcess
  ) -> SocketFacts? {
    tellHidden(process)
    let facts: SocketFacts
    switch call.call.role {
    case .duplicates, .replaces:
      guard let id = call.socket else { return nil }
      facts = book.facts(id, kind)
    default:
      var new = book.new(kind)
      if let listener = call.socket { new.local = book.facts(listener, kind).local }
      if case .internet(let peer)? = outcome.address { new.peer = peer.unmapped }
      book.remember(new)
      facts = new
    }
    process.set(number, .socket(facts.id, facts.kind), &book)
    return facts
  }

  /// Reports, once per program, that its descriptors cannot be seen.
  func tellHidden(_ process: TracedProcess) {
    guard !process.isHidden else { return }
    process.isHidden = true
    emit(
      .blind("its memory and descriptors cannot be read: its sockets have no addresses here"),
      process: process.id, thread: process.asked)
  }
}
