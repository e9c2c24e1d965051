import Calls
import Wire

/// A socket that the log shows in use.
final class FollowedSocket {
  var facts: SocketFacts
  var inode: UInt64?
  /// Indices of the events whose facts still lack the socket's ends.
  var awaiting: [Int] = []
  /// Whether a connect() continues in the background (EINPROGRESS): the next one asks for its
  /// result.
  var isConnecting = false
  /// Whether bind() gave it its address.
  var isBound = false
  /// Descriptors that hold it.
  var references = 0
  /// Whether a process that the log does not show also holds it, so that no close() here is known
  /// to be the last.
  var isElsewhere = false

  init(_ facts: SocketFacts) { self.facts = facts }

  /// Whether what is said about a descriptor can apply to this socket.
  func fits(_ note: StraceSocketNote) -> Bool {
    if note.hasKind, facts.kind != .other, note.kind != facts.kind { return false }
    if let inode, let other = note.inode { return inode == other }
    if facts.kind == .udp { return true }
    if let peer = facts.peer, let other = note.peer, peer != other { return false }
    if let local = facts.local, local.port != 0, let other = note.local {
      return local.port == other.port
        && (local.address == other.address || local.address.isUnspecified)
    }
    return true
  }

  /// A connect() begins: the ends that it had no longer apply.
  func forgetEnds() {
    facts.peer = nil
    if !isBound { facts.local = nil }
    awaiting = []
  }
}

/// What the descriptors of one or several processes refer to.
final class FollowedDescriptors {
  private(set) var sockets: [Int32: FollowedSocket] = [:]
  var closeOnExec: Set<Int32> = []
  /// Descriptors of sockets of other families.
  var others: Set<Int32> = []
  /// For an epoll instance: the data registered for each descriptor.
  var epolls: [Int32: [Int32: UInt64]] = [:]
  /// Processes that share them.
  var owners = 1

  init() {}

  /// What a child has after fork(2).
  init(copying other: FollowedDescriptors) {
    sockets = other.sockets
    closeOnExec = other.closeOnExec
    others = other.others
    epolls = other.epolls
    for socket in sockets.values { socket.references += 1 }
  }

  func set(_ descriptor: Int32, _ socket: FollowedSocket?, closesOnExec: Bool = false) {
    sockets[descriptor]?.references -= 1
    socket?.references += 1
    sockets[descriptor] = socket
    others.remove(descriptor)
    if closesOnExec { closeOnExec.insert(descriptor) } else { closeOnExec.remove(descriptor) }
  }

  func forgetAll() {
    for socket in sockets.values { socket.references -= 1 }
    sockets = [:]
    closeOnExec = []
    epolls = [:]
  }
}

/// A process of the log.
final class FollowedProcess {
  let id: Int32
  var name: String
  var descriptors: FollowedDescriptors
  var threads: Set<Int32> = []
  var isExiting = false
  /// Whether it has threads that the log does not show.
  var hasUnseenThreads = false
  /// Whether anything was reported about it.
  var isTold = false
  /// When anything about it was last reported, or when it was sent a signal by kill().
  var latest: Int64 = 0

  init(_ id: Int32, name: String, descriptors: FollowedDescriptors) {
    self.id = id
    self.name = name
    self.descriptors = descriptors
  }
}

/// Something that the log shows, with bounds on the moment when it happened.
struct FollowedEvent {
  /// It did not happen before this moment, by the log's clock.
  var earliest: Int64
  /// Nor after this one.
  var latest: Int64
  var process: Int32
  var thread: Int32
  var what: CallEvent.What
  /// Nanoseconds that the call that returns here took (-T).
  var duration: Int64?
  /// Whether the log shows it only later, and out of order: the effect of a signal from elsewhere.
  var isLoose = false
}
