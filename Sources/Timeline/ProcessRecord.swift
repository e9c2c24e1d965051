import Calls

/// A traced process: its name, its lane, and the descriptors that are sockets.
final class ProcessRecord {
  var name: ProcessName
  /// Its descriptors, which other processes may share.
  var table = SharedDescriptors()
  /// Sockets by descriptor, as far as calls have shown them.
  var descriptors: [Int32: SocketID] {
    get { table.sockets }
    set { table.sockets = newValue }
  }
  /// The last call of each thread, where it closed sockets and the thread did nothing since.
  var justClosed: [Int32: [JustClosed]] = [:]
  /// Calls that its threads have entered and that have not returned.
  var openCalls: [Int32: CallID] = [:]
  /// Whether one of its sockets was a server's end.
  var serves = false
  /// Whether calls of it were missed, or it sends and receives in ways that are not seen (io_uring).
  var isBlind = false
  /// Whether it had any socket.
  var hadSocket = false
  /// The sockets that its exit is letting go of.
  var exiting: [SocketID] = []
  /// When a call of it, or a change of its descriptors, was told last.
  var heard: Instant?
  /// The last signal that sockline sent it, to end it.
  var ending: Int32?
  /// When it was let go of, while it ran on.
  var letGo: Instant?
  /// When it ended.
  var ended: Instant?

  init(_ name: ProcessName) { self.name = name }
}

/// A socket that a call let go of, the last thing that its thread did.
struct JustClosed {
  /// The call that closes it.
  var call: CallID
  var socket: SocketID
  /// Whether the thread is that of another call, which held the socket until it returned.
  var isHolder = false
}

/// The sockets that descriptors stand for, in one process or in several that share them.
final class SharedDescriptors {
  var sockets: [Int32: SocketID] = [:]
  /// How many processes use it.
  var sharers = 1
}
