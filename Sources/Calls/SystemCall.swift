/// A system call that sockline records: what it is called, what it is asked, what it does.
///
/// Each is one row of `SystemCallTable`. Whoever wants to know something of a call asks this value and
/// never lists calls by name, so that a new call of a known shape is its row and nothing else. Two calls
/// are the same if their names are.
public struct SystemCall: RawRepresentable, Sendable {
  /// Its Linux name (man section 2).
  public let rawValue: String
  /// What stands in its arguments.
  public let shape: Shape
  /// What it does.
  public let role: Role
  /// What its result is, where it does not fail.
  public let gives: Gives
  /// What it may sleep for.
  public let wait: Wait
  /// Whether it hardly ever sleeps, so that the time it takes tells what tracing costs.
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

  /// The recorded call of a name; nil where there is none.
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
  /// What stands in the arguments of a call, in their order. How they are read from registers and from
  /// the lines of strace, and how they are told, follows from it.
  public enum Shape: Hashable, Sendable, CaseIterable {
    /// Nothing that is told.
    case none
    /// What is told as an ellipsis: a program with its arguments.
    case program
    /// Family, type, protocol.
    case socket
    /// A descriptor.
    case descriptor
    /// A descriptor, an address, its length.
    case address
    /// A descriptor, room for an address and for its length.
    case peer
    /// The same, unless the address is left out, and flags of the new socket.
    case peerAndFlags
    /// A descriptor, how many connections may wait.
    case backlog
    /// A descriptor, which of its directions.
    case how
    /// A descriptor, another descriptor.
    case pair
    /// The same and flags of the new descriptor.
    case pairAndFlags
    /// The first and the last descriptor, flags; descriptors are unsigned here.
    case range
    /// A descriptor, a command of fcntl(2), what that wants.
    case command
    /// A descriptor, a request of ioctl(2), what that wants.
    case request
    /// A descriptor, level, name, value and length of an option.
    case option
    /// A descriptor, a buffer, its length.
    case buffer
    /// The same and flags of messages.
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

  /// What a call does, for the question who sent a packet and who holds a socket.
  public enum Role: Hashable, Sendable, CaseIterable {
    /// Makes a socket.
    case opens
    /// Gives a socket its own address.
    case binds
    /// Lets connections come.
    case listens
    /// Takes over a connection that has come.
    case accepts
    /// Gives a socket its peer.
    case connects
    /// Takes bytes out of a socket.
    case reads
    /// Puts bytes into a socket.
    case writes
    /// Ends one direction of a connection, or both.
    case shuts
    /// Lets go of a descriptor.
    case closes
    /// Lets go of a range of descriptors.
    case closesRange
    /// Makes another descriptor for the same, of a number that may have been in use.
    case replaces
    /// Makes another descriptor for the same.
    case duplicates
    /// Sets an option.
    case sets
    /// Asks for an option.
    case asks
    /// Asks for an end of a socket.
    case names
    /// Waits for one of several descriptors.
    case polls
    /// Tells an epoll instance what to wait for.
    case watches
    /// Runs another program.
    case executes
    /// Makes a ring of io_uring(7), or has it work.
    case rings
    /// Makes a thread or a process.
    case clones
    /// Makes a filter of seccomp(2).
    case filters
    /// Parts a process from what it shared.
    case parts
    /// Takes a descriptor out of another process.
    case fetches
    /// Nothing that is followed.
    case other
  }

  /// What the result of a call is.
  public enum Gives: Hashable, Sendable {
    /// 0, or a number that is told as it is.
    case number
    /// A new descriptor.
    case descriptor
    /// How many bytes it moved.
    case bytes
    /// How many messages it moved; the bytes of each stand in its arguments.
    case messages
  }

  /// What a call may sleep for.
  public enum Wait: Hashable, Sendable {
    /// Nothing that is of interest.
    case never
    /// A packet that comes.
    case forPackets
    /// Room for what it sends.
    case forRoom
    /// The end of a connection, where it lingers.
    case forEnd
  }
}
