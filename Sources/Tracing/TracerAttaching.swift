import CPtrace
import Calls
import Glibc

/// Programs that are attached and detached.
struct Attachment {
  /// A thread that was stopped and waits until all are.
  struct Arrival {
    var thread: TracedThread
    var stopped: StoppedThread
    var way: StoppedThread.Way
  }

  /// Processes whose sockets are not known yet.
  var newcomers: [TracedProcess] = []
  /// Threads that were asked to stop and have not yet, and the calls they were in according to
  /// /proc.
  var expected: [Int32: (number: Int64, first: UInt64)] = [:]
  /// Threads that have stopped.
  var arrivals: [Arrival] = []
  /// When the threads were asked.
  var asked: Int64 = 0
  /// Whether what was open before has been reported.
  var isSettled = true
  /// Whether the call being reported began before.
  var isCatchingUp = false
  /// Whether all are being detached.
  var isLeaving = false
  /// Processes of which a thread has been detached.
  var released: Set<Int32> = []
  /// Listening sockets, and how many of the connections that they return next existed before.
  var queues: [SocketID: Int] = [:]
  /// Streams whose bytes were in flight when reported, to be reported again when they are quiet.
  var unquiet: Set<SocketID> = []
}

/// Attaching to running programs, and detaching from them.
extension Tracer {
  /// Nanoseconds after which a thread that does not stop is no longer waited for: one that waits in
  /// vfork() stops only when its child is done.
  private static let patience: Int64 = 200_000_000

  /// Seizes every thread of some processes and asks them to stop; `serve` does the rest.
  ///
  /// - Throws: what prevents it; those that were seized must be detached by `leave`.
  ///
  /// C: `ptrace(PTRACE_SEIZE)`, `ptrace(PTRACE_INTERRUPT)`
  public func attach(_ targets: [AttachTarget]) throws(AttachError) {
    progress.begin()
    time = Clock.now
    progress.handle(time)
    defer { progress.end() }
    attachment.asked = Clock.monotonic
    attachment.isSettled = false
    for target in targets { try seize(target) }
    report(.running(process: targets.first?.process ?? 0))
  }

  private func seize(_ target: AttachTarget) throws(AttachError) {
    let process = TracedProcess(target.process, askedBy: target.asked)
    process.liveThreads = 0
    var seen: Set<Int32> = []
    while true {
      // New threads may start meanwhile: those of seized threads are attached automatically.
      let threads = ProcessFiles.numbers(in: "/proc/\(target.process)/task")
        .filter { !seen.contains($0) }
      if threads.isEmpty { break }
      for thread in threads {
        seen.insert(thread)
        let error = tracer_seize(thread)
        if error == 0 {
          begin(thread, process, target)
        } else if ProcessFiles.isAlive(thread), !isOurs(thread) {
          throw target.refusal(error)
        }
      }
    }
  }

  private func begin(_ thread: Int32, _ process: TracedProcess, _ target: AttachTarget) {
    if processes[process.id] == nil {
      processes[process.id] = process
      process.name = target.name
      emit(.started(parent: 0, name: target.name), process: process.id, thread: thread)
      attachment.newcomers.append(process)
    }
    // It may have been attached already, as another thread's child.
    if threads[thread] == nil {
      process.liveThreads += 1
      threads[thread] = TracedThread(thread, process)
    }
    attachment.expected[thread] = ProcessFiles.call(ofThread: thread)
    _ = tracer_ask_to_stop(thread)
  }

  private func isOurs(_ thread: Int32) -> Bool {
    ProcessFiles.status(thread, "TracerPid:").flatMap { Int32($0) } == tracer_own_thread()
  }

  // MARK: arriving

  /// Whether a thread was asked to stop and has not yet: then a stop by a signal is from before.
  func isAsked(_ thread: TracedThread) -> Bool {
    attachment.isLeaving || attachment.expected[thread.id] != nil
  }

  /// A thread stopped for another reason before the requested stop, which cancels the request: asks
  /// again.
  func remind(_ thread: TracedThread, _ reason: Stop.Reason) {
    guard isAsked(thread) else { return }
    switch reason {
    case .begun, .group: break
    default: _ = tracer_ask_to_stop(thread.id)
    }
  }

  /// A thread has stopped, because it was asked to or because it is new.
  func arrived(_ thread: TracedThread, _ stopped: StoppedThread, _ way: StoppedThread.Way) {
    if attachment.isLeaving { return letGo(of: thread, stopped) }
    guard attachment.isSettled else {
      attachment.arrivals.append(Attachment.Arrival(thread: thread, stopped: stopped, way: way))
      if Set(attachment.arrivals.map(\.thread.id)).isSuperset(of: attachment.expected.keys) {
        settle()
      }
      return
    }
    if attachment.expected[thread.id] != nil { catchUp(thread, stopped) }
    stopped.resume(way)
  }

  /// A thread has exited, and will not arrive.
  func missed(_ id: Int32) {
    attachment.expected[id] = nil
    guard !attachment.isSettled else { return }
    attachment.arrivals.removeAll { $0.thread.id == id && threads[id] == nil }
    if Set(attachment.arrivals.map(\.thread.id)).isSuperset(of: attachment.expected.keys) {
      settle()
    }
  }

  /// Continues without the threads that have not stopped for long; to be called now and then.
  public func settleOverdue() {
    guard !attachment.isSettled, Clock.monotonic - attachment.asked > Tracer.patience else {
      return
    }
    progress.begin()
    time = Clock.now
    progress.handle(time)
    defer { progress.end() }
    settle()
  }

  /// Whether threads are waited for.
  public var isSettling: Bool { !attachment.isSettled }

  /// Reports what was open, and which calls were in progress, and resumes all threads.
  private func settle() {
    attachment.isSettled = true
    tellHeld(by: attachment.newcomers)
    attachment.newcomers = []
    let arrivals = attachment.arrivals
    attachment.arrivals = []
    for arrival in arrivals { catchUp(arrival.thread, arrival.stopped) }
    for arrival in arrivals { arrival.stopped.resume(arrival.way) }
  }

  /// Reports the call that a thread was in, which is restarted when the thread resumes.
  private func catchUp(_ thread: TracedThread, _ stopped: StoppedThread) {
    let before = attachment.expected.removeValue(forKey: thread.id)
    guard let (number, registers) = stopped.takeCall(before) else { return }
    // Others finish at once, and are not reported as calls that began before.
    guard let call = architecture.call(number), [.forPackets, .forRoom].contains(call.wait) else {
      return
    }
    attachment.isCatchingUp = true
    _ = entered(thread, number, registers, true, stopped)
    attachment.isCatchingUp = false
    thread.heldBack = thread.call
    thread.call = nil
  }

  // MARK: leaving

  /// Detaches from all programs, which run on untraced: each thread where it is safe.
  ///
  /// C: `ptrace(PTRACE_INTERRUPT)`, `ptrace(PTRACE_DETACH)`
  public func leave() {
    guard attaches, !attachment.isLeaving else { return }
    attachment.isLeaving = true
    attachment.isSettled = true
    let arrivals = attachment.arrivals
    attachment.arrivals = []
    for id in threads.keys.sorted() {
      attachment.expected[id] = ProcessFiles.call(ofThread: id)
      _ = tracer_ask_to_stop(id)
    }
    for arrival in arrivals { letGo(of: arrival.thread, arrival.stopped) }
  }

  /// Detaches from a thread that stopped on its way back from a call: an interrupted call is
  /// restarted; a stop by a signal stays in effect.
  private func letGo(of thread: TracedThread, _ stopped: StoppedThread) {
    _ = stopped.takeCall(attachment.expected[thread.id])
    // With the first of its threads: what that thread does next is not seen.
    if attachment.released.insert(thread.process.id).inserted {
      emit(.letGo, process: thread.process.id, thread: thread.id)
    }
    stopped.letGo()
    threads[thread.id] = nil
  }
}

extension StoppedThread {
  /// The call that it was in when it was asked to stop, and which is restarted.
  func takeCall(_ before: (number: Int64, first: UInt64)?) -> (number: Int, Registers)? {
    var stop = tracer_stop()
    // The C part fills the one structure it is given.
    let isCall = unsafe tracer_take_call(id, before?.number ?? -1, before?.first ?? 0, &stop) != 0
    guard isCall else { return nil }
    let values = stop.arguments
    let registers = Registers(values.0, values.1, values.2, values.3, values.4, values.5)
    return (Int(clamping: stop.number), registers)
  }

  /// Detaches from it.
  ///
  /// C: `ptrace(PTRACE_DETACH)`
  func letGo() { _ = tracer_let_go(id, 0) }
}
