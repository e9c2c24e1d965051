import CPtrace
import Calls
import Glibc

/// Programs that refuse calls by seccomp(2) filters of their own.
///
/// Of several filters the most restrictive answer wins, so a call that the program's own filter
/// refuses never stops for the tracer's. Once a process installs a filter, it is therefore stopped
/// at every call, before any filter sees it.
extension Tracer {
  /// Handles a stop at a call, and returns how its thread is resumed.
  ///
  /// - Parameter verdict: the data of the filter that stopped it; nil where every call stops.
  func reached(
    _ thread: TracedThread, _ number: Int, _ registers: Registers, isNative: Bool,
    verdict: UInt32?, _ stopped: StoppedThread
  ) -> StoppedThread.Way {
    let process = thread.process
    guard let verdict else {
      thread.isAtCall = true
      if isTold(number, registers) {
        _ = entered(thread, number, registers, isNative, stopped)
      }
      if thread.isStrict, !isAllowedStrictly(number) { killStrictly(thread, stopped) }
      return .toReturn
    }
    let isOwn = verdict == SystemCallFilter.mark
    // A filter whose installation was not seen.
    if !isOwn { process.stopsAtAll = true }
    let way =
      thread.isAtCall ? .toReturn : entered(thread, number, registers, isNative, stopped)
    guard !isOwn else { return process.stopsAtAll ? .toReturn : way }
    // The program's SECCOMP_RET_TRACE: without a tracer that asks for it, the call does not run.
    _ = tracer_skip_call(stopped.id, Int64(-ENOSYS))
    return .toReturn
  }

  /// Whether the filter would stop a call.
  private func isTold(_ number: Int, _ registers: Registers) -> Bool {
    guard let call = architecture.call(number) else { return number == architecture.restart }
    return SystemCallFilter.stops(call, registers)
  }

  // MARK: filters

  /// prctl() or seccomp() that installs a filter: from now on every call of the process stops.
  func installs(
    _ call: SystemCall, _ registers: Registers, _ thread: TracedThread, _ stopped: StoppedThread
  ) -> StoppedThread.Way {
    // An attached process has no filter of the tracer's, and stops at every call anyway.
    guard !attaches else { return .toReturn }
    let process = thread.process
    if isStrict(call, registers) {
      // With a filter installed the kernel would refuse it, so the tracer emulates it.
      guard !process.hasFilter else { return .toReturn }
      process.stopsAtAll = true
      thread.isStrict = true
      _ = tracer_skip_call(stopped.id, 0)
      return .toReturn
    }
    thread.installs = true
    process.stopsAtAll = true
    // SECCOMP_FILTER_FLAG_TSYNC: it also applies to threads that are running to their next stop.
    if call == .seccomp, registers[1] & 1 != 0 { stopOthers(than: thread) }
    return .toReturn
  }

  /// Whether a call asks for the mode in which a thread may only read, write and exit (seccomp(2)).
  private func isStrict(_ call: SystemCall, _ registers: Registers) -> Bool {
    let mode = UInt32(truncatingIfNeeded: registers[call == .prctl ? 1 : 0])
    // SECCOMP_MODE_STRICT of prctl() is 1, SECCOMP_SET_MODE_STRICT of seccomp() 0.
    return call == .prctl ? mode == 1 : mode == 0 && registers[1] == 0 && registers[2] == 0
  }

  /// The call that installs a filter has returned.
  func installed(_ thread: TracedThread, _ result: Int64) {
    guard thread.installs else { return }
    thread.installs = false
    if result >= 0 { thread.process.hasFilter = true }
    if !thread.process.hasFilter { thread.process.stopsAtAll = false }
  }

  /// Stops the threads of a process that are running to the next call that the tracer's filter
  /// stops.
  private func stopOthers(than thread: TracedThread) {
    for other in threads.values
    where other.process === thread.process && other !== thread && !other.isInCall {
      other.isAsked = true
      _ = tracer_ask_to_stop(other.id)
    }
  }

  /// A thread has stopped because it was asked to: a call that fails with EINTR only for that
  /// reason is restarted.
  func heard(_ thread: TracedThread, _ stopped: StoppedThread) {
    guard thread.isAsked else { return }
    thread.isAsked = false
    _ = stopped.takeCall(nil)
  }

  // MARK: strict mode

  /// read, write, exit and rt_sigreturn.
  private func isAllowedStrictly(_ number: Int) -> Bool {
    (architecture == .amd64 ? [0, 1, 60, 15] : [63, 64, 93, 139]).contains(number)
  }

  /// The kernel kills the thread, and the whole process if it has no other.
  private func killStrictly(_ thread: TracedThread, _ stopped: StoppedThread) {
    if thread.process.liveThreads <= 1 {
      kill(thread.process.id, SIGKILL)
    } else {
      let exit: UInt64 = architecture == .amd64 ? 60 : 93
      _ = tracer_change_call(stopped.id, exit)
    }
  }
}

/// What a thread that is about to create another one asked for, and had replaced.
struct Cloning {
  /// The flags as the program set them.
  var flags: UInt64
  /// Their address in memory; nil where they are the call's first argument.
  var address: UInt64?

  /// CLONE_UNTRACED.
  static let untraced: UInt64 = 0x80_0000

  /// The flags that are passed instead.
  var asked: UInt64 { flags & ~Cloning.untraced }

  /// Restores the program's flags where a thread has the replaced ones.
  func restore(in stopped: StoppedThread) {
    if let address {
      guard stopped.word(at: address) == asked else { return }
      _ = tracer_write(stopped.id, address, flags)
      return
    }
    #if arch(x86_64)
      var now: UInt64 = 0
      // The C part fills the one variable it is given.
      guard unsafe tracer_get_first_argument(stopped.id, &now) == 0, now == asked else { return }
      _ = tracer_set_first_argument(stopped.id, flags)
    #endif
  }
}

/// Threads and processes that are to be created untraced.
///
/// They would have the tracer's filter but no tracer, so that their calls would fail with ENOSYS.
/// So they are created without CLONE_UNTRACED, which changes nothing that a program can see.
extension Tracer {
  /// clone() with CLONE_UNTRACED, or clone3().
  func clones(
    _ call: SystemCall, _ registers: Registers, _ thread: TracedThread, _ stopped: StoppedThread
  ) -> StoppedThread.Way {
    let address = call == .clone3 ? registers[0] : nil
    guard let flags = address.map({ stopped.word(at: $0) }) ?? registers[0],
      flags & Cloning.untraced != 0
    else { return .on }
    let cloning = Cloning(flags: flags, address: address)
    let error =
      if let address {
        tracer_write(stopped.id, address, cloning.asked)
      } else {
        tracer_set_first_argument(stopped.id, cloning.asked)
      }
    guard error == 0 else {
      emit(
        .blind("a child made with CLONE_UNTRACED: it is not traced"), process: thread.process.id,
        thread: thread.id)
      return .on
    }
    thread.cloning = cloning
    cloners.insert(thread.id)
    return .toReturn
  }

  /// The call that created another thread or process has returned.
  func hasCloned(_ thread: TracedThread, _ stopped: StoppedThread) {
    guard let cloning = thread.cloning else { return }
    thread.cloning = nil
    cloners.remove(thread.id)
    cloning.restore(in: stopped)
  }

  /// What the creator of a new thread asked for, if that was changed.
  func cloning(of child: TracedThread, parent: Int32?) -> Cloning? {
    for id in cloners {
      guard let maker = threads[id] else { continue }
      if maker.process === child.process || maker.process.id == parent { return maker.cloning }
    }
    return nil
  }
}

extension StoppedThread {
  /// Eight bytes of the thread's memory.
  fileprivate func word(at address: UInt64) -> UInt64? {
    let bytes = read(address, 8)
    guard bytes.count == 8 else { return nil }
    return bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}
