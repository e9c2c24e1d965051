import CPtrace
import Calls
import Glibc

/// A stop of a traced thread, or its end (ptrace(2)).
enum Stop {
  /// The thread has exited: exit status, or the signal that killed it.
  case ended(thread: Int32, status: Int32?, signal: Int32?)
  /// The thread stopped; it must be resumed.
  case stopped(StoppedThread, Reason)
  /// A signal came for the tracer itself.
  case interrupted
  /// No tracee is left.
  case nobody

  enum Reason {
    /// A call is about to run; where a filter stopped it (SECCOMP_RET_TRACE), with the filter's
    /// data.
    case entry(number: Int, Registers, isNative: Bool, verdict: UInt32?)
    /// A call has run.
    case returned(Int64)
    /// The thread created another one, perhaps in a process of its own.
    case cloned(Int32)
    /// exec is done; the thread had another ID before.
    case executed(former: Int32)
    /// The thread is about to exit, by itself or by a signal.
    case exiting(isKilled: Bool)
    /// A new thread's first stop.
    case begun
    /// Stopped by a signal, for example by Ctrl-Z.
    case group(signal: Int32)
    /// A signal is about to be delivered.
    case signal(Int32)
    case other
  }

  /// Waits for the next stop of a tracee of this thread.
  static func wait() -> Stop {
    var stop = tracer_stop()
    // The C part fills the one structure it is given.
    switch unsafe tracer_wait(&stop) {
    case 0: return Stop(stop)
    case EINTR: return .interrupted
    default: return .nobody
    }
  }

  private init(_ stop: tracer_stop) {
    let value = Int32(truncatingIfNeeded: stop.value)
    let thread = StoppedThread(id: stop.thread, stack: stop.stack, counter: stop.counter)
    switch tracer_stop_kind(UInt32(stop.kind)) {
    case TRACER_EXITED: self = .ended(thread: stop.thread, status: value, signal: nil)
    case TRACER_KILLED: self = .ended(thread: stop.thread, status: nil, signal: value)
    case TRACER_ENTRY:
      let values = stop.arguments
      let registers = Registers(values.0, values.1, values.2, values.3, values.4, values.5)
      let isNative = stop.architecture == tracer_architecture()
      self = .stopped(
        thread,
        .entry(
          number: Int(clamping: stop.number), registers, isNative: isNative,
          verdict: stop.is_filtered != 0 ? stop.verdict : nil))
    case TRACER_RETURN: self = .stopped(thread, .returned(stop.result))
    case TRACER_CLONED: self = .stopped(thread, .cloned(value))
    case TRACER_EXECUTED: self = .stopped(thread, .executed(former: value))
    case TRACER_EXITING: self = .stopped(thread, .exiting(isKilled: value & 0x7F != 0))
    case TRACER_BEGUN: self = .stopped(thread, .begun)
    case TRACER_GROUP_STOP: self = .stopped(thread, .group(signal: value))
    case TRACER_SIGNAL: self = .stopped(thread, .signal(value))
    default: self = .stopped(thread, .other)
    }
  }
}

/// A thread that is stopped, and waits to be resumed.
struct StoppedThread {
  let id: Int32
  /// During a call: the stack pointer.
  var stack: UInt64 = 0
  /// During a call: the program counter.
  var counter: UInt64 = 0

  /// How it is resumed.
  enum Way {
    /// To the next traced call.
    case on
    /// To the return of the call it is in.
    case toReturn
    /// It stays stopped by its signal, until SIGCONT.
    case listening
  }

  /// Resumes it; a thread that was killed meanwhile has exited, and `wait` reports that.
  ///
  /// C: `ptrace`
  func resume(_ way: Way, signal: Int32 = 0) {
    let how =
      switch way {
      case .on: TRACER_CONTINUE
      case .toReturn: TRACER_TO_RETURN
      case .listening: TRACER_LISTEN
      }
    _ = tracer_resume(id, Int32(how.rawValue), signal)
  }

  /// Reads its memory.
  ///
  /// C: `process_vm_readv`
  func read(_ address: UInt64, _ count: Int) -> [UInt8] {
    // The kernel writes at most `count` bytes, and returns how many.
    unsafe [UInt8](unsafeUninitializedCapacity: count) { room, written in
      let got = unsafe tracer_read(id, address, room.baseAddress, UInt64(count))
      written = max(0, min(count, Int(got)))
    }
  }
}
