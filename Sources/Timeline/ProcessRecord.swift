import Calls

/// A traced process: its name, its lane, and the descriptors that are sockets.
final class ProcessRecord {
  var name: ProcessName
  /// Sockets by descriptor, as far as calls have shown them.
  var descriptors: [Int32: SocketID] = [:]
  /// Calls that its threads have entered and that have not returned.
  var openCalls: [Int32: CallID] = [:]
  /// Whether one of its sockets was a server's end.
  var serves = false
  /// Whether it sends and receives in ways that are not seen (io_uring).
  var isBlind = false
  /// Whether it had any socket.
  var hadSocket = false
  /// The sockets that its exit is letting go of.
  var exiting: [SocketID] = []
  /// When it ended.
  var ended: Instant?

  init(_ name: ProcessName) { self.name = name }
}
