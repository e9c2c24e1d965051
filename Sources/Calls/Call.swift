public import Wire

/// A kernel error number (errno(3)).
public struct Errno: Hashable, Sendable {
  /// The positive number, as in `errno`.
  public var rawValue: Int32
  /// Makes an error number.
  public init(_ rawValue: Int32) { self.rawValue = rawValue }

  /// Whether a signal interrupted the call and the kernel restarts it (linux/errno.h, 512 to 516);
  /// no program sees such a number.
  public var beginsAgain: Bool { (512...516).contains(rawValue) }
}

/// An address as a `sockaddr` gives it.
public enum SocketAddress: Hashable, Sendable {
  /// AF_INET or AF_INET6.
  case internet(Endpoint)
  /// AF_UNSPEC: a connect() that dissolves the association.
  case unspecified
  /// AF_UNIX, with its path.
  case local(String)
  /// Another family.
  case other(family: Int32)
}

/// The arguments of a call, typed: each field is set where the call has such an argument.
public struct CallArguments: Hashable, Sendable {
  /// The descriptor the call works on; for splice and sendfile the one that is a socket.
  public var descriptor: Int32?
  /// dup2 and dup3: the new descriptor; close_range: the last; epoll_ctl: the descriptor watched;
  /// splice and sendfile: the other descriptor.
  public var other: Int32?
  /// socket: the address family.
  public var family: Int32?
  /// socket: the type, with its flags.
  public var type: Int32?
  /// socket: the protocol.
  public var proto: Int32?
  /// Bytes asked for or offered, the sum over all vectors.
  public var count: Int?
  /// Flags of send, recv, accept4, dup3; command of fcntl; `how` of shutdown.
  public var flags: Int32?
  /// listen: the backlog.
  public var backlog: Int32?
  /// setsockopt, getsockopt: level and name.
  public var option: SocketOption?
  /// setsockopt: the value where it is an int; struct linger's `l_linger` in `lingerSeconds`.
  public var value: Int32?
  /// setsockopt(SO_LINGER): seconds.
  public var lingerSeconds: Int32?
  /// splice: whether the socket is where the bytes come from.
  public var receives = false
  /// poll, select, epoll: milliseconds to wait at most, negative for no limit.
  public var timeout: Int64?
  /// poll, select: the descriptors watched.
  public var watched: [Int32] = []
  /// epoll_wait: whether the instance watches something with EPOLLEXCLUSIVE (epoll_ctl(2)), so that
  /// an event wakes only one of several waits; nil if unknown.
  public var wakesOne: Bool?
  /// The address given: bind, connect, sendto, sendmsg.
  public var address: SocketAddress?
  /// sendmmsg: bytes of each message, with the addresses in `addresses`.
  public var messageLengths: [Int] = []
  /// sendmmsg: the address of each message, where it has one.
  public var addresses: [SocketAddress?] = []
  /// sendmsg, sendmmsg: bytes of the datagrams that UDP_SEGMENT (udp(7)) cuts each message into, 0
  /// for a message without it; empty where no message has it.
  public var segmentSizes: [Int] = []
  /// close, dup2, dup3, close_range: the descriptors that the call closes and the sockets that they
  /// refer to, in order of the descriptors; the recorder finds them. For a call that reads from a
  /// local socket: the sockets that only messages hold, which it may discard.
  public var closes: [HeldDescriptor] = []
  /// Of the sockets that the call closes, those that a message in flight holds too (SCM_RIGHTS).
  public var passed: [SocketID] = []
  /// The first bytes written, as many as were asked for.
  public var payload: [UInt8] = []
  /// The pointer arguments that are NULL: a bit for each, by its position from 0; nil if unknown.
  public var nulls: UInt8?
  /// accept, getsockname, getpeername, recvfrom: bytes of space that the caller has for the
  /// address.
  public var addressRoom: Int32?
  /// Whether the call began before the recording did, so that its time is unknown.
  public var beganBefore = false
  /// The number of the call that this one continues: a signal interrupted it, and the kernel
  /// restarted it.
  public var again: Int?
  /// Where in the program's code the call was made; nil if unknown.
  public var source: CallSource?

  /// Makes empty arguments.
  public init() {}

  /// Whether the argument at a position is known to be NULL.
  public func isNull(_ place: Int) -> Bool { nulls.map { $0 & 1 << UInt8(place) != 0 } ?? false }
}

/// A descriptor, and the socket that it refers to.
public struct HeldDescriptor: Hashable, Sendable {
  /// The descriptor.
  public var descriptor: Int32
  /// The socket, which other descriptors may refer to too.
  public var socket: SocketFacts
  /// Makes a descriptor of a socket.
  public init(_ descriptor: Int32, _ socket: SocketFacts) {
    self.descriptor = descriptor
    self.socket = socket
  }
}

/// Level and name of a socket option.
public struct SocketOption: Hashable, Sendable {
  /// SOL_SOCKET, IPPROTO_TCP, ...
  public var level: Int32
  /// SO_REUSEADDR, TCP_NODELAY, ...
  public var name: Int32
  /// Makes an option.
  public init(level: Int32, name: Int32) {
    self.level = level
    self.name = name
  }

  /// Whether its value is one number; other options have a structure, a string or an address.
  public var isNumber: Bool {
    switch level {
    case 0: ![4, 9, 16, 17, 32, 80, 51].contains(name) && !(35...48 ~= name)
    case 1:
      ![13, 17, 20, 21, 25, 26, 28, 31, 51, 55, 57, 59, 61, 66, 67, 71, 80].contains(name)
    case 6: ![11, 13, 14, 22, 26, 28, 29, 31, 32, 33, 35].contains(name) && !(38...42 ~= name)
    case 17: true
    case 41:
      ![2, 3, 4, 5, 6, 9, 20, 21, 27, 28, 32, 34, 35, 50, 54, 55, 57, 59, 61, 80].contains(name)
        && !(42...48 ~= name)
    default: false
    }
  }
}

/// What a call returned, besides its number.
public struct CallOutcome: Hashable, Sendable {
  /// The result register; negative when `error` is set.
  public var result: Int64
  /// The error, if the call failed.
  public var error: Errno?
  /// The first bytes read, as many as were asked for.
  public var payload: [UInt8] = []
  /// accept: the peer; recvfrom, recvmsg: the sender.
  public var address: SocketAddress?
  /// sendmmsg, recvmmsg: bytes of each message that went through.
  public var messageLengths: [Int] = []
  /// poll, select, epoll_wait: the descriptors that are ready.
  public var ready: [Int32] = []
  /// getsockopt: the value where it is an int.
  public var value: Int32?
  /// Whether the thread slept in the call, or was preempted: false where it certainly did neither,
  /// and so did not wait; nil where that was not asked.
  public var paused: Bool?
  /// bind, listen, connect: the sockets that had the address, where the call failed with EADDRINUSE.
  public var holders: [AddressHolder] = []
  /// Whether a seccomp(2) filter of the program's own answered the call with SIGSYS: it did not
  /// run, and the program sees as its result what the signal's handler makes of it. `error` is
  /// ENOSYS.
  public var isTrapped = false

  /// Makes an outcome.
  public init(result: Int64, error: Errno? = nil) {
    self.result = result
    self.error = error
  }
}

/// The protocol of a socket, by its type and protocol number.
public enum TransportKind: String, Hashable, Sendable, CaseIterable {
  case tcp, udp
  /// Multipath TCP: its subflows are connections with sockets of their own, which no program holds.
  case mptcp
  /// UDP-Lite (RFC 3828).
  case udpLite = "udplite"
  /// Echo requests of ICMP (icmp(7)).
  case icmp
  /// SOCK_RAW (raw(7)).
  case raw
  case other
}

/// The identity of a socket for its whole life: its SO_COOKIE, or a substitute that is just as
/// unique.
public struct SocketID: Hashable, Sendable {
  /// The kernel's cookie.
  public var rawValue: UInt64
  /// Makes an identity.
  public init(_ rawValue: UInt64) { self.rawValue = rawValue }
}

/// The accept queue of a listening socket, as TCP_INFO reports it.
public struct AcceptQueue: Hashable, Sendable {
  /// Connections that wait to be accepted (tcpi_unacked).
  public var waiting: Int
  /// The backlog as the kernel has it (tcpi_sacked): listen(2)'s, at most net.core.somaxconn.
  public var backlog: Int

  /// Makes a queue.
  public init(waiting: Int, backlog: Int) {
    self.waiting = waiting
    self.backlog = backlog
  }

  /// Connections that fit: Linux lets one more wait than the backlog says.
  public var room: Int { backlog + 1 }
  /// Whether there is no place for another connection.
  public var isFull: Bool { waiting > backlog }
}

/// What the kernel said about a socket at one moment.
public struct SocketFacts: Hashable, Sendable {
  /// Which socket.
  public var id: SocketID
  /// Its protocol.
  public var kind: TransportKind
  /// Its own end (getsockname); IPv4-mapped addresses are given as IPv4. Port 0 before it is bound.
  public var local: Endpoint?
  /// The other end (getpeername), where it is connected.
  public var peer: Endpoint?
  /// The RFC 9293 state from TCP_INFO, `1` ESTABLISHED to `12` NEW_SYN_RECV, for TCP.
  public var state: UInt8?
  /// Bytes the kernel has taken from the program for this stream: tcpi_bytes_sent -
  /// tcpi_bytes_retrans + tcpi_notsent_bytes, where TCP_INFO was asked.
  public var streamOffset: UInt64?

  /// Bytes that programs have read from the stream, where that was asked.
  public var readOffset: UInt64?
  /// The accept queue of a listening socket, where it was asked.
  public var queue: AcceptQueue?

  /// Makes facts.
  public init(id: SocketID, kind: TransportKind, local: Endpoint? = nil, peer: Endpoint? = nil) {
    self.id = id
    self.kind = kind
    self.local = local
    self.peer = peer
  }
}
