import Calls

/// A traced thread.
final class TracedThread {
  let id: Int32
  var process: TracedProcess
  /// The call it is in, between entry and return.
  var call: RunningCall?
  /// A call that a signal interrupted: the kernel restarts it, or it returns EINTR.
  var interrupted: InterruptedCall?
  /// A call that was reported as interrupted, and that the kernel restarts.
  var restarting: InterruptedCall?
  /// The signal whose handler the thread is about to enter.
  var arriving: Int32?
  /// A reported call that is restarted only because the tracer stopped its thread.
  var heldBack: RunningCall?
  /// Whether it runs on to the return of a call.
  var isInCall = false
  /// Whether it was stopped at its call before any filter saw it.
  var isAtCall = false
  /// Whether the call it is in installs a filter.
  var installs = false
  /// Whether it may only read, write and exit: the strict mode of seccomp(2).
  var isStrict = false
  /// Whether it was asked to stop, because it may now have a filter.
  var isAsked = false
  /// What the clone() it is in originally asked for.
  var cloning: Cloning?
  /// What the clone() that created it originally asked for.
  var born: Cloning?
  /// The io_uring call it is in.
  var ringCall: SystemCall?
  /// A call that is not reported, but changes who holds what.
  var handing: Handing?
  /// When it entered execve().
  var enteredExec: Int64?
  /// Sockets that the execve() it is in may close.
  var execDrops: [SocketID] = []
  /// Whether it has its own descriptors, apart from its process: what it does is not followed.
  var isApart = false
  /// Whether it is about to exit.
  var isExiting = false
  /// How often it ran; opened at its first call that may wait.
  private var counted: ThreadTurns?

  /// How often it has been given a processor so far.
  var turns: Int? {
    let counted = self.counted ?? ThreadTurns(thread: id, of: process.id)
    self.counted = counted
    return counted.count
  }

  init(_ id: Int32, _ process: TracedProcess) {
    self.id = id
    self.process = process
  }
}

/// A call that is not itself reported, but that creates or shares descriptors.
enum Handing {
  /// dup and similar, for an epoll instance.
  case duplicates(EpollInstance)
  /// sendmsg or sendmmsg of sockets over a local socket (SCM_RIGHTS).
  case sends([SocketID])
  /// recvmsg or recvmmsg from a local socket, with space for descriptors.
  case receives(SystemCall, Registers)
  /// pidfd_getfd.
  case fetches
  /// unshare(CLONE_FILES).
  case parts
}

/// A call between its entry and its return.
struct RunningCall {
  /// Its number in the recording.
  var id: Int
  var call: SystemCall
  var number: Int
  var registers: Registers
  /// The stack pointer at its entry.
  var stack: UInt64 = 0
  var arguments: CallArguments
  /// The socket it works on.
  var socket: SocketID?
  var kind = TransportKind.other
  var entered: Int64
  /// How often its thread had been given a processor at the entry, where the call may wait.
  var turns: Int?
}
