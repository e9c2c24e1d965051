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
  /// When it entered execve().
  var enteredExec: Int64?
  /// Sockets that the execve() it is in may close.
  var execDrops: [SocketID] = []
  /// Whether it is about to go.
  var isExiting = false

  init(_ id: Int32, _ process: TracedProcess) {
    self.id = id
    self.process = process
  }
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
}
