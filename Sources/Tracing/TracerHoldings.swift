import Calls
import Glibc

/// Sockets that come to a process by no socket call of its own: inherited, passed, fetched, shared.
extension Tracer {
  // MARK: entry

  /// Handles the entry of a call that is not told but changes who holds what; nil where it does not.
  func handing(
    _ call: SystemCall, _ registers: Registers, _ thread: TracedThread, _ stopped: StoppedThread
  ) -> Handing? {
    let process = thread.process
    let first = Int32(truncatingIfNeeded: registers[0])
    switch call {
    case .dup, .fcntl, .dup2, .dup3:
      return process.table.epolls[first].map { .duplicates($0) }
    case .sendmsg, .sendmmsg:
      let count = Int(UInt32(truncatingIfNeeded: registers[2]))
      let passed = PassedDescriptors.read(call, registers, messages: count) {
        stopped.read($0, $1)
      }
      let sockets = passed.compactMap { socket($0, of: process)?.id }
      // Before the call: another process may have them before it returns.
      for id in sockets { book.launch(id) }
      return sockets.isEmpty ? nil : .sends(sockets)
    case .recvmsg, .recvmmsg:
      let hasRoom = PassedDescriptors.hasRoom(call, registers) { stopped.read($0, $1) }
      return hasRoom ? .receives(call, registers) : nil
    case .pidfdGetfd: return .fetches
    case .unshare:
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
      let count = call == .recvmmsg ? Int(clamping: result) : 1
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

  /// Finds out what descriptors stand for, and tells of those that are sockets.
  ///
  /// - Parameter fresh: whether the process just got them, so that what was known of them is over.
  func hold(_ numbers: [Int32], _ process: TracedProcess, fresh: Bool = false) {
    var held: [HeldDescriptor] = []
    for number in numbers {
      if fresh { process.set(number, nil, &book) }
      guard process.known(number) == nil else { continue }
      // Told with its state: a socket that listens does so without a call.
      if let facts = socket(number, of: process) { held.append(HeldDescriptor(number, facts)) }
    }
    guard !held.isEmpty else { return }
    emit(.holding(held), process: process.id, thread: process.id)
  }

  /// Looks for sockets that a process has from the start.
  func holdInherited(_ process: TracedProcess) {
    hold(ProcessFiles.sockets(of: process.id), process)
  }

  /// Learns anew what the descriptors of a process stand for, whose calls were not seen.
  func relearn(_ process: TracedProcess) {
    for number in Array(process.descriptors.keys) { process.set(number, nil, &book) }
    holdInherited(process)
  }

  /// A process has descriptors of its own from now on.
  func part(_ process: TracedProcess, by thread: TracedThread) {
    if process.liveThreads > 1 {
      // The process is asked by its first thread: whoever has other descriptors is left alone.
      for other in threads.values where other.process === process {
        if (other.id == thread.id) != (thread.id == process.id) { setApart(other) }
      }
      return
    }
    guard process.sharesTable else { return }
    process.part(&book)
    emit(.parted, process: process.id, thread: thread.id)
  }

  /// A thread has descriptors of its own, which its process does not have.
  func setApart(_ thread: TracedThread) {
    guard !thread.isApart else { return }
    thread.isApart = true
    emit(
      .blind("a thread that has descriptors of its own: they are not followed"),
      process: thread.process.id, thread: thread.id)
  }

  // MARK: messages under way

  /// What a close of something that is no Internet socket may close with it: sockets that only
  /// messages hold, which are gone with the local socket that they wait at.
  func stranded(_ number: Int32, _ process: TracedProcess) -> [HeldDescriptor] {
    let sockets = book.stranded
    guard !sockets.isEmpty,
      ProcessFiles.link("/proc/\(process.id)/fd/\(number)")?.hasPrefix("socket:[") ?? false
    else { return [] }
    return sockets.map { HeldDescriptor(number, book.facts($0)) }
  }

  /// The sockets that go with the local sockets of a process that is about to end.
  func strandedAtExit(_ process: TracedProcess) -> [SocketID] {
    let sockets = book.stranded
    guard !sockets.isEmpty, !ProcessFiles.sockets(of: process.id).isEmpty else { return [] }
    return sockets
  }

  // MARK: the first thread is gone

  /// The thread that a process was asked by is about to go, and others run on.
  func askByAnother(_ process: TracedProcess) {
    guard let other = threads.values.first(where: { $0.process === process && !$0.isExiting })
    else { return }
    process.handle = ProcessHandle(thread: other.id)
    if !process.handle.isOpen {
      emit(
        .blind("its first thread is gone: sockets that are new cannot be asked for"),
        process: process.id, thread: other.id)
    }
  }
}
