/// A system call that sockline records: its name, its arguments, what it does.
///
/// Each is one row of `SystemCallTable`. Code that needs to know something about a call asks this
/// value and never lists calls by name, so that a new call of a known shape is its row and nothing
/// else. Two calls are the same if their names are.
public struct SystemCall: RawRepresentable, Sendable {
  /// Its Linux name (man section 2).
  public let rawValue: String
  /// What its arguments are.
  public let shape: Shape
  /// What it does.
  public let role: Role
  /// What its result is, if it does not fail.
  public let gives: Gives
  /// What it may sleep for.
  public let wait: Wait
  /// Whether it hardly ever sleeps, so that the time it takes shows what tracing costs.
  public let isBrief: Bool

  /// Makes a call that need not be in the table.
  public init(
    _ name: String, _ shape: Shape, _ role: Role, gives: Gives, wait: Wait, isBrief: Bool = false
  ) {
    rawValue = name
    self.shape = shape
    self.role = role
    self.gives = gives
    self.wait = wait
    self.isBrief = isBrief
  }

  /// The recorded call with a name; nil where there is none.
  public init?(rawValue: String) {
    guard let row = SystemCallTable.linux.row(named: rawValue) else { return nil }
    self = row.call
  }
}

extension SystemCall: Hashable, CaseIterable {
  /// All calls of the table, in its order.
  public static let allCases = SystemCallTable.linux.rows.map(\.call)

  /// Whether two calls are the same.
  public static func == (one: SystemCall, other: SystemCall) -> Bool {
    one.rawValue == other.rawValue
  }

  /// Hashes the name.
  public func hash(into hasher: inout Hasher) { hasher.combine(rawValue) }
}

extension SystemCall {
  /// The arguments of a call, in their order; this decides how they are read from registers and
  /// from strace's lines, and how they are shown.
  public enum Shape: Hashable, Sendable, CaseIterable {
    /// Nothing that is shown.
    case none
    /// Shown as an ellipsis: a program with its arguments.
    case program
    /// Family, type, protocol.
    case socket
    /// A descriptor.
    case descriptor
    /// A descriptor, an address, its length.
    case address
    /// A descriptor, space for an address and for its length.
    case peer
    /// The same, unless the address is left out, and flags of the new socket.
    case peerAndFlags
    /// A descriptor, how many connections may wait.
    case backlog
    /// A descriptor, which of its directions to shut down.
    case how
    /// A descriptor, another descriptor.
    case pair
    /// The same and flags of the new descriptor.
    case pairAndFlags
    /// The first and the last descriptor, flags; descriptors are unsigned here.
    case range
    /// A descriptor, a command of fcntl(2), that command's argument.
    case command
    /// A descriptor, a request of ioctl(2), that request's argument.
    case request
    /// A descriptor, level, name, value and length of an option.
    case option
    /// A descriptor, a buffer, its length.
    case buffer
    /// The same and message flags.
    case bufferAndFlags
    /// The same, an address, and its length.
    case bufferAndAddress
    /// A descriptor, an array of struct iovec, how many.
    case vectors
    /// The same, a position in two halves, flags.
    case vectorsAndPosition
    /// A descriptor, a struct msghdr, flags.
    case message
    /// A descriptor, an array of struct mmsghdr, how many, flags.
    case messages
    /// Two descriptors, to and from, a position, a length.
    case sendfile
    /// Two descriptors, from and to, each with a position, a length, flags.
    case splice
    /// Two descriptors, from and to, a length, flags.
    case tee
    /// An array of struct pollfd, how many, milliseconds.
    case poll
    /// The same with a struct timespec.
    case pollTimespec
    /// How many descriptors, three sets of them, a struct timeval.
    case select
    /// The same with a struct timespec.
    case selectTimespec
    /// An epoll instance, an array of struct epoll_event, how many, milliseconds.
    case epoll
    /// The same with a struct timespec.
    case epollTimespec
    /// An epoll instance, what to do, a descriptor, a struct epoll_event.
    case epollControl
  }

  /// What a call does, as far as it matters to who sent a packet and who holds a socket.
  public enum Role: Hashable, Sendable, CaseIterable {
    /// Creates a socket.
    case opens
    /// Gives a socket its own address.
    case binds
    /// Lets connections arrive.
    case listens
    /// Accepts a connection that has arrived.
    case accepts
    /// Gives a socket its peer.
    case connects
    /// Takes bytes out of a socket.
    case reads
    /// Puts bytes into a socket.
    case writes
    /// Shuts down one direction of a connection, or both.
    case shuts
    /// Lets go of a descriptor.
    case closes
    /// Lets go of a range of descriptors.
    case closesRange
    /// Duplicates a descriptor to a number that may have been in use.
    case replaces
    /// Duplicates a descriptor.
    case duplicates
    /// Sets an option.
    case sets
    /// Gets an option.
    case asks
    /// Gets an end of a socket.
    case names
    /// Waits for one of several descriptors.
    case polls
    /// Tells an epoll instance what to wait for.
    case watches
    /// Runs another program.
    case executes
    /// Makes an io_uring(7) ring, or has it work.
    case rings
    /// Creates a thread or a process.
    case clones
    /// Installs a seccomp(2) filter.
    case filters
    /// Gives a process its own copy of what it shared.
    case parts
    /// Takes a descriptor out of another process.
    case fetches
    /// Nothing that is followed.
    case other
  }

  /// What the result of a call is.
  public enum Gives: Hashable, Sendable {
    /// 0, or a number that is shown as it is.
    case number
    /// A new descriptor.
    case descriptor
    /// How many bytes it moved.
    case bytes
    /// How many messages it moved; the bytes of each are in its arguments.
    case messages
  }

  /// What a call may sleep for.
  public enum Wait: Hashable, Sendable {
    /// Nothing that is of interest.
    case never
    /// A packet to arrive.
    case forPackets
    /// Space for what it sends.
    case forRoom
    /// The end of a connection, where it lingers.
    case forEnd
  }
}
