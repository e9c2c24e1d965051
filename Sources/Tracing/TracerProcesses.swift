import CPtrace
import Calls
import Glibc

/// Threads and processes: begun, executed, ended.
extension Tracer {
  /// The record of a thread; one that was not reported yet is found in /proc.
  func thread(_ id: Int32) -> TracedThread {
    if let thread = threads[id] { return thread }
    // Mostly a thread of one of few processes: to look there costs a sixth of reading its status.
    if processes.count <= 4, let own = processes.keys.first(where: { hasThread($0, id) }) {
      return adopt(id, process: own, parent: nil)
    }
    let family = ProcessFiles.family(ofThread: id)
    return adopt(id, process: family?.process ?? id, parent: family?.parent)
  }

  /// A thread created another: in the same process, if its task directory lists it.
  func cloned(_ id: Int32, by maker: TracedThread) {
    guard id > 0, threads[id] == nil, goneUnseen.remove(id) == nil else { return }
    let isThread = hasThread(maker.process.id, id)
    _ = adopt(id, process: isThread ? maker.process.id : id, parent: maker.process.id)
  }

  /// Whether a process has a thread, as its task directory lists them.
  private func hasThread(_ process: Int32, _ thread: Int32) -> Bool {
    unsafe access("/proc/\(process)/task/\(thread)", F_OK) == 0
  }

  private func adopt(_ id: Int32, process number: Int32, parent: Int32?) -> TracedThread {
    let process: TracedProcess
    if let known = processes[number] {
      process = known
      process.liveThreads += 1
    } else {
      let maker = parent.flatMap { processes[$0] }
      process = began(number, by: maker)
      processes[number] = process
      process.name = ProcessFiles.name(number)
      emit(.started(parent: parent ?? 0, name: process.name), process: number, thread: id)
      if let maker, process.sharesTable {
        emit(.sharing(process: maker.id), process: number, thread: id)
      }
      if maker?.isForeign ?? true { holdInherited(process) }
    }
    let thread = TracedThread(id, process)
    threads[id] = thread
    goneUnseen.remove(id)
    if !cloners.isEmpty { thread.born = cloning(of: thread, parent: parent) }
    // Threads may have their own descriptors (CLONE_THREAD without CLONE_FILES).
    if id != process.asked, threads[process.asked]?.isExiting == false,
      ProcessHandle.shareDescriptors(id, process.asked) == false
    {
      setApart(thread)
    }
    return thread
  }

  /// What is said about a program that cannot be traced.
  static let foreign = "a 32-bit program: its calls cannot be traced; build it for 64 bits"

  /// A process created by another one: it has the same descriptors, or shares them.
  private func began(_ number: Int32, by maker: TracedProcess?) -> TracedProcess {
    guard let maker, !maker.isForeign else {
      let process = TracedProcess(number)
      process.isForeign = maker?.isForeign ?? false
      return process
    }
    let shares = ProcessHandle.shareDescriptors(number, maker.asked) ?? false
    return TracedProcess(number, forkedBy: maker, sharing: shares, &book)
  }

  /// A process runs another program. All its other threads are gone, and the one that called exec
  /// now has the process's ID.
  func executed(_ stopped: TracedThread, former: Int32) {
    let process = stopped.process
    let thread = former == process.id ? stopped : threads[former] ?? stopped
    for (id, other) in threads where other.process === process && id != process.id {
      abandonCall(of: other)
      threads[id] = nil
    }
    abandonCall(of: stopped)
    // The thread now has the first one's ID; the handle used before is stale.
    process.ask(by: process.id)
    process.isHidden = false
    // exec gives a process its own descriptors before it closes any.
    if process.sharesTable {
      process.part(&book)
      emit(.parted, process: process.id, thread: process.id)
    }
    process.table.forgetEpolls {
      ProcessFiles.link("\(process.folder)/fd/\($0)") == "anon_inode:[eventpoll]"
    }
    // A ring is closed on exec.
    process.usesRing = false
    process.code = nil
    let entered = thread.enteredExec ?? time
    threads[process.id] = TracedThread(process.id, process)
    process.liveThreads = 1
    process.hasCalled = false
    process.name = ProcessFiles.name(process.id)
    let isFirst = process.isPreparing
    if process.isPreparing {
      process.isPreparing = false
      emit(.started(parent: 0, name: process.name), process: process.id, thread: process.id)
      report(.running(process: process.id))
    }
    // What a 32-bit program did with its descriptors was not seen.
    if process.isForeign || thread.isApart { relearn(process) }
    let closed = dropClosed(process)
    emit(
      .executed(
        name: process.name, command: ProcessFiles.command(process.id),
        closed: closed, entered: entered), process: process.id, thread: process.id)
    if isFirst { holdInherited(process) }
    process.isForeign = !ProcessFiles.isNative(process.id)
    if process.isForeign {
      emit(.blind(Tracer.foreign), process: process.id, thread: process.id)
      report(.foreign(process: process.id, name: process.name))
    }
  }

  /// A program may name itself (PR_SET_NAME) before its first call.
  func checkName(_ process: TracedProcess) {
    guard !process.hasCalled else { return }
    process.hasCalled = true
    let name = ProcessFiles.name(process.id)
    guard name != process.name else { return }
    process.name = name
    emit(.named(name), process: process.id, thread: process.id)
  }

  /// Forgets the descriptors that close-on-exec closed; those that are not sockets are looked up
  /// again.
  private func dropClosed(_ process: TracedProcess) -> [SocketID] {
    var closed: [SocketID] = []
    for (number, descriptor) in process.descriptors {
      guard case .socket(let id, _) = descriptor else {
        process.set(number, nil, &book)
        continue
      }
      if case .socket(let facts) = book.ask(process, number, names: false, stream: false),
        facts.id == id
      {
        continue
      }
      closed.append(id)
      process.set(number, nil, &book)
    }
    return closed
  }

  /// A thread is about to exit; with the last one the process's descriptors are closed.
  func exiting(_ thread: TracedThread, isKilled: Bool) {
    let process = thread.process
    guard !thread.isExiting else { return }
    thread.isExiting = true
    // It lived on after the signal that interrupted its call.
    if !isKilled, let before = thread.interrupted {
      thread.interrupted = nil
      giveUp(before.call, thread)
    }
    abandonCall(of: thread)
    process.liveThreads -= 1
    guard process.liveThreads <= 0 else {
      if thread.id == process.asked { askByAnother(process) }
      return
    }
    leaveSockets(process)
  }

  private func leaveSockets(_ process: TracedProcess) {
    guard !process.isExiting, !process.isPreparing else { return }
    process.isExiting = true
    if process.isForeign { relearn(process) }
    let held = process.sharesTable ? [] : process.sockets + strandedAtExit(process)
    process.exitDrops = held
    for id in held { book.beginClosing(id) }
    let holds = Set(held).sorted { $0.rawValue < $1.rawValue }
    emit(.exiting(holds: holds), process: process.id, thread: process.id)
  }

  /// A thread has exited; its process too, if the thread has the process's ID.
  func ended(_ id: Int32, _ status: Int32?, _ signal: Int32?) {
    guard let thread = threads[id] else {
      // Killed before its first stop; its creator's stop is still to come.
      goneUnseen.insert(id)
      return
    }
    abandonCall(of: thread)
    threads[id] = nil
    let process = thread.process
    if !thread.isExiting { process.liveThreads -= 1 }
    // A first thread that exited before the process was attached to is not reported.
    guard id == process.id || (process.liveThreads <= 0 && threads[process.id] == nil) else {
      return
    }
    leaveSockets(process)
    for socket in process.exitDrops { book.endClosing(socket) }
    book.missed(process.exitDrops)
    process.leaveTable(&book)
    processes[process.id] = nil
    if process.isPreparing, fail(process, signal) { return }
    if !process.line.isEmpty { tellLine(of: process) }
    emit(.exited(status: status, signal: signal), process: process.id, thread: id)
    if let failure = process.failure {
      close(failure)
      report(.ended(process: id, status: status, signal: signal))
    }
  }

  /// A program ended before exec: reports why.
  ///
  /// - Returns: whether exec failed; otherwise a signal killed it, as it may any program.
  private func fail(_ process: TracedProcess, _ signal: Int32?) -> Bool {
    guard let failure = process.failure else { return true }
    let error = tracer_start_failure(failure)
    if error <= 0, signal != nil { return false }
    close(failure)
    report(.failed(process: process.id, error: error > 0 ? error : EIO))
    return true
  }

  /// The thread is no longer in a call, and never reported its result.
  private func abandonCall(of thread: TracedThread) {
    leftExec(thread)
    if let call = thread.call ?? thread.interrupted?.call ?? thread.heldBack {
      endDropping(call, thread.process)
    }
    thread.call = nil
    thread.interrupted = nil
    thread.restarting = nil
    thread.heldBack = nil
    cloners.remove(thread.id)
  }
}
