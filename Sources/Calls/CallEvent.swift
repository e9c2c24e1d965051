/// One thing that a recorder of calls saw, in the order it saw it.
///
/// Times are nanoseconds since the epoch (CLOCK_REALTIME), taken at the stop.
public struct CallEvent: Hashable, Sendable {
  /// When, in nanoseconds since the epoch.
  public var time: Int64
  /// The process (thread group).
  public var process: Int32
  /// The thread.
  public var thread: Int32
  /// What happened.
  public var what: What

  /// Makes an event.
  public init(time: Int64, process: Int32, thread: Int32, what: What) {
    self.time = time
    self.process = process
    self.thread = thread
    self.what = what
  }

  /// What a recorder can see.
  public enum What: Hashable, Sendable {
    /// A process began: its parent, and the name it has until it calls exec.
    case started(parent: Int32, name: String)
    /// A process now runs another program: name (comm), command line, and the sockets that
    /// close-on-exec dropped, since execve(2) was entered at `entered`.
    case executed(name: String, command: [String], closed: [SocketID], entered: Int64)
    /// A process has given itself another name (comm).
    case named(String)
    /// The process, which ran before the recording, holds a socket that was open before.
    indirect case held(HeldSocket)
    /// The thread entered a call. `id` numbers calls in order of entry, from 1.
    indirect case entered(id: Int, call: SystemCall, arguments: CallArguments, socket: SocketFacts?)
    /// The call `id` returned. `socket` is the socket it worked on, as it is now; `made` is the
    /// socket it made (socket, accept, dup); `ready` are the sockets a wait found ready.
    indirect case returned(
      id: Int, outcome: CallOutcome, socket: SocketFacts?, made: SocketFacts?, ready: [SocketID])
    /// The process shares the descriptors of another one from here on: what one of them closes or
    /// makes is closed or made for both (CLONE_FILES).
    case sharing(process: Int32)
    /// The process has its own descriptors again, the same as until now (unshare(2), exec).
    case parted
    /// Descriptors of the process that refer to sockets and that none of its calls made: inherited
    /// from an untraced program, passed (SCM_RIGHTS), or fetched (pidfd_getfd(2)).
    case holding([HeldDescriptor])
    /// The process is about to exit (PTRACE_EVENT_EXIT of its last thread): sockets it still holds.
    case exiting(holds: [SocketID])
    /// The process is gone: exit status, or the signal that killed it.
    case exited(status: Int32?, signal: Int32?)
    /// sockline is about to send the process a signal, to end it: nobody else sent that.
    case ending(Int32)
    /// The process is detached and runs on: what it does from here on is not seen.
    case letGo
    /// A signal worth a row was delivered (SIGPIPE, SIGINT, a stop, ...).
    case signalled(Int32)
    /// The process holds a socket, by that descriptor, in the state that the kernel now reports:
    /// what changed since the last call was not seen (io_uring).
    indirect case holds(descriptor: Int32, SocketFacts)
    /// Something the recorder could not see from here on, in words (io_uring, a lost thread).
    case blind(String)
  }
}
