import Calls
import Wire

/// What a call may do to a socket, for the question who sent a packet.
enum CallRole {
  case connects, writes, reads, drops, sets, other
}

extension SystemCall {
  /// What the call may do to the socket it works on.
  var role: CallRole {
    switch self {
    case .connect: .connects
    case .write, .writev, .pwritev2, .send, .sendto, .sendmsg, .sendmmsg, .sendfile, .splice:
      .writes
    case .read, .readv, .preadv2, .recv, .recvfrom, .recvmsg, .recvmmsg: .reads
    case .close, .closeRange, .shutdown, .dup2, .dup3: .drops
    case .setsockopt: .sets
    default: .other
    }
  }

  /// Whether the call may wait for a packet.
  var waits: Bool { self == .connect || accepts || polls || role == .reads }

  /// Whether the call waits for one of several descriptors.
  var polls: Bool {
    switch self {
    case .poll, .ppoll, .select, .pselect6, .epollWait, .epollPwait, .epollPwait2: true
    default: false
    }
  }

  /// Whether the call accepts a connection.
  var accepts: Bool { self == .accept || self == .accept4 }

  /// Whether the call's first descriptor is the socket that it works on, and not the epoll instance
  /// that watches it, or the first of several.
  var worksOnItsDescriptor: Bool { self != .epollCtl && self != .closeRange && !polls }
}

extension SocketOption {
  /// SO_LINGER (socket(7)).
  static let linger = SocketOption(level: 1, name: 13)
  /// TCP_NODELAY (tcp(7)).
  static let noDelay = SocketOption(level: 6, name: 1)
  /// TCP_DEFER_ACCEPT (tcp(7)).
  static let deferAccept = SocketOption(level: 6, name: 9)
  /// TCP_CORK (tcp(7)).
  static let cork = SocketOption(level: 6, name: 3)
  /// UDP_CORK (udp(7)).
  static let datagramCork = SocketOption(level: 17, name: 1)

  /// Whether setting the option to `value` can push bytes that wait.
  func pushes(_ value: Int32?) -> Bool {
    switch self {
    case .noDelay: value != 0
    case .cork, .datagramCork: (value ?? 0) == 0
    default: false
    }
  }
}

extension SocketAddress {
  /// The endpoint of an Internet address, IPv4-mapped ones as IPv4.
  var endpoint: Endpoint? {
    if case .internet(let endpoint) = self { endpoint.unmapped } else { nil }
  }
}

extension Errno {
  /// EINTR, and the numbers by which the kernel restarts a call (errno.h of the kernel, 512 to 516).
  var isInterruption: Bool { rawValue == 4 || (512...516).contains(rawValue) }
  /// EAGAIN: nothing was there, or the time of SO_RCVTIMEO ran out.
  static let tryAgain = Errno(11)
  /// EINPROGRESS: a non-blocking connect() goes on.
  static let inProgress = Errno(115)
  /// ECONNREFUSED.
  static let refused = Errno(111)
  /// ECONNRESET.
  static let reset = Errno(104)
}

extension CallArguments {
  /// The flags of send and recv (send(2), recv(2)).
  private func has(_ flag: Int32) -> Bool { (flags ?? 0) & flag != 0 }
  /// MSG_OOB: the urgent byte, which is not in the stream of reads.
  var isUrgent: Bool { has(0x1) }
  /// MSG_PEEK: the bytes stay in the buffer.
  var peeks: Bool { has(0x2) }
  /// MSG_TRUNC: recv gives back the datagram's real length.
  var tellsLength: Bool { has(0x20) }
  /// MSG_ERRQUEUE: reads errors and time stamps, no data.
  var readsErrors: Bool { has(0x2000) }
  /// MSG_MORE: more follows, do not send yet.
  var hasMore: Bool { has(0x8000) }
  /// MSG_FASTOPEN: connect and send at once.
  var isFastOpen: Bool { has(0x2000_0000) }
}
