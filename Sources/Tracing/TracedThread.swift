import Calls

/// A traced thread.
final class TracedThread {
  let id: Int32
  var process: TracedProcess
  /// The call it is in, between entry and return.
  var call: RunningCall?
  /// A call that a signal interrupted: the kernel starts it again, or it returns EINTR.
  var interrupted: RunningCall?
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
  var arguments: CallArguments
  /// The socket it works on.
  var socket: SocketID?
  var kind = TransportKind.other
  var entered: Int64
  /// How often its thread had been given a processor at the entry, where the call may wait.
  var turns: Int?
}
