import CPtrace
import Calls
import Glibc

/// Calls that a signal interrupts, and that the kernel restarts or that return EINTR.
///
/// The kernel first says that the call is to be restarted (-512 to -516). The outcome is decided
/// when the signal is delivered: without a handler the call is restarted; with one it depends on
/// the call and on SA_RESTART, and is recorded in the frame that the handler returns through.
extension Tracer {
  /// Results by which the kernel says that a signal interrupted the call (linux/errno.h).
  static let restarts: ClosedRange<Int64> = -516 ... -512
  /// A call that is about to be reported.
  struct Beginning {
    var number: Int
    var registers: Registers
    /// The call that it continues.
    var again: Int?
  }

  /// Handles the entry of a call after another was interrupted; nil where it is not to be reported.
  func continued(
    _ thread: TracedThread, _ number: Int, _ registers: Registers, _ stopped: StoppedThread
  ) -> Beginning? {
    let isRestart = number == architecture.restart
    if let before = thread.interrupted {
      // No handler has run since.
      if before.isBegunAgain(number, registers, isRestart: isRestart) {
        beginsAgain(thread)
      } else {
        thread.interrupted = nil
        giveUp(before.call, thread)
      }
    }
    if let before = thread.restarting, before.isHere(stopped) {
      let isAgain = before.isBegunAgain(number, registers, isRestart: isRestart)
      thread.restarting = nil
      if isAgain {
        return Beginning(
          number: before.call.number, registers: before.call.registers, again: before.call.id)
      }
    }
    return isRestart ? nil : Beginning(number: number, registers: registers)
  }

  /// A call has returned, to be restarted.
  func interrupt(_ call: RunningCall, _ thread: TracedThread, _ result: Int64) {
    thread.interrupted = InterruptedCall(call: call, result: result)
  }

  /// A signal is about to be delivered.
  ///
  /// - Returns: whether the thread runs on to the signal's handler, where it stops.
  func interrupts(_ signal: Int32, _ thread: TracedThread, _ stopped: StoppedThread) -> Bool {
    guard thread.interrupted != nil else { return false }
    let mask = ProcessFiles.signals(of: thread.id)
    let bit = UInt64(1) << UInt64(signal - 1)
    if mask.caught & bit != 0 {
      guard tracer_step(stopped.id, signal) == 0 else { return false }
      thread.arriving = signal
      return true
    }
    let isHarmless =
      mask.ignored & bit != 0 || [SIGCHLD, SIGURG, SIGWINCH, SIGCONT].contains(signal)
    let isStop = [SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU].contains(signal)
    // Others end the process, and the call with it.
    guard isHarmless || isStop else { return false }
    beginsAgain(thread)
    if !isStop { tell(signal, thread) }
    return false
  }

  /// A thread stopped on its way to a signal's handler.
  ///
  /// - Returns: whether it is at the first instruction of the handler.
  func reachedHandler(_ thread: TracedThread, _ signal: Int32, _ stopped: StoppedThread) -> Bool {
    guard let arriving = thread.arriving else { return false }
    thread.arriving = nil
    guard signal == SIGTRAP else { return false }
    if let before = thread.interrupted {
      if tracer_gives_eintr(stopped.id) == 1 {
        thread.interrupted = nil
        giveUp(before.call, thread)
      } else {
        beginsAgain(thread)
      }
    }
    tell(arriving, thread)
    return true
  }

  /// The interrupted call of a thread will be restarted.
  func beginsAgain(_ thread: TracedThread) {
    guard let before = thread.interrupted else { return }
    thread.interrupted = nil
    thread.restarting = before
    tellInterrupted(before.call, thread, before.result)
  }

  /// Reports that an interrupted call has returned EINTR to its program.
  func giveUp(_ call: RunningCall, _ thread: TracedThread) {
    tellInterrupted(call, thread, Int64(-EINTR))
  }

  private func tellInterrupted(_ call: RunningCall, _ thread: TracedThread, _ result: Int64) {
    endDropping(call, thread.process)
    let outcome = CallOutcome(result: result, error: Errno(Int32(-result)))
    emit(
      .returned(id: call.id, outcome: outcome, socket: nil, made: nil, ready: []),
      process: thread.process.id, thread: thread.id)
  }

  private func tell(_ signal: Int32, _ thread: TracedThread) {
    emit(.signalled(signal), process: thread.process.id, thread: thread.id)
  }
}

/// A call that a signal interrupted.
struct InterruptedCall {
  var call: RunningCall
  /// Which of these results it was.
  var result: Int64

  /// Whether an entry is the restarted call.
  func isBegunAgain(_ number: Int, _ registers: Registers, isRestart: Bool) -> Bool {
    // ERESTART_RESTARTBLOCK: the call is restarted as restart_syscall().
    if result == -516 { return isRestart }
    return number == call.number && registers == call.registers
  }

  /// Whether a thread is where it made the call, not in a handler.
  func isHere(_ stopped: StoppedThread) -> Bool { stopped.stack == call.stack }
}
