import Calls

/// A traced thread.
final class TracedThread {
  let id: Int32
  var process: TracedProcess
  /// The call it is in, between entry and return.
  var call: RunningCall?
  /// A call that a signal interrupted: the kernel begins it again, or it returns EINTR.
  var interrupted: InterruptedCall?
  /// A call that was told to be interrupted, and that the kernel begins again.
  var restarting: InterruptedCall?
  /// The signal to whose handler it is on its way.
  var arriving: Int32?
  /// A call that is told and that begins again only since the tracer stopped its thread.
  var heldBack: RunningCall?
  /// Whether it goes on to the return of a call.
  var isInCall = false
  /// Whether it was stopped at its call before any filter looked at that.
  var isAtCall = false
  /// Whether the call it is in installs a filter.
  var installs = false
  /// Whether it may read, write and exit alone: the strict mode of seccomp(2).
  var isStrict = false
  /// Whether it was asked to stop, since it may have a filter from now on.
  var isAsked = false
  /// What the clone() it is in was to ask for.
  var cloning: Cloning?
  /// What the clone() that made it was to ask for.
  var born: Cloning?
  /// The io_uring call it is in.
  var ringCall: SystemCall?
  /// A call that is not told, but changes who holds what.
  var handing: Handing?
  /// When it entered execve().
  var enteredExec: Int64?
  /// Sockets that the execve() it is in may close.
  var execDrops: [SocketID] = []
  /// Whether it has descriptors of its own, apart from its process: what it does is not followed.
  var isApart = false
  /// Whether it is about to go.
  var isExiting = false
  /// How often it ran; opened at its first call that may wait.
  private var counted: ThreadTurns?

  /// How often it was given a processor so far.
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

/// A call that is not told itself, but that makes or shares descriptors.
enum Handing {
  /// dup and the like of an epoll instance.
  case duplicates(EpollInstance)
  /// sendmsg or sendmmsg of sockets over a local socket (SCM_RIGHTS).
  case sends([SocketID])
  /// recvmsg or recvmmsg of a local socket, with room for descriptors.
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
