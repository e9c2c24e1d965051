public import Calls
import Wire

extension SystemCall {
  /// Whether the call holds the sockets it waits for open until it returns, as epoll_wait does not.
  var holdsWhatItWatches: Bool { polls && !isEpoll }

  /// Whether the call's first descriptor is the socket that it works on, and not the epoll instance
  /// that watches it, or the first of several.
  var worksOnItsDescriptor: Bool { role != .watches && role != .closesRange && !polls }
}

extension SocketOption {
  /// SO_LINGER (socket(7)).
  static let linger = SocketOption(level: 1, name: 13)
  /// SO_ERROR (socket(7)).
  public static let error = SocketOption(level: 1, name: 4)
  /// SO_KEEPALIVE (socket(7)).
  static let keepAlive = SocketOption(level: 1, name: 9)
  /// SO_MAX_PACING_RATE (socket(7)).
  static let pacingRate = SocketOption(level: 1, name: 47)
  /// SO_RCVLOWAT (socket(7)).
  static let lowWater = SocketOption(level: 1, name: 18)
  /// TCP_NODELAY (tcp(7)).
  static let noDelay = SocketOption(level: 6, name: 1)
  /// TCP_CORK (tcp(7)).
  static let cork = SocketOption(level: 6, name: 3)
  /// TCP_DEFER_ACCEPT (tcp(7)).
  static let deferAccept = SocketOption(level: 6, name: 9)
  /// TCP_REPAIR (tcp(7)).
  static let repair = SocketOption(level: 6, name: 19)
  /// TCP_FASTOPEN_CONNECT (tcp(7)).
  static let fastOpenConnect = SocketOption(level: 6, name: 30)
  /// UDP_CORK (udp(7)).
  static let datagramCork = SocketOption(level: 17, name: 1)
  /// UDP_SEGMENT (udp(7)).
  static let datagramSegment = SocketOption(level: 17, name: 103)
  /// SO_OOBINLINE (socket(7)).
  static let urgentInline = SocketOption(level: 1, name: 10)

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
  var isInterruption: Bool { rawValue == 4 || beginsAgain }
  /// EAGAIN: nothing was there, or the time of SO_RCVTIMEO ran out.
  static let tryAgain = Errno(11)
  /// EINPROGRESS: a non-blocking connect() goes on.
  static let inProgress = Errno(115)
  /// Whether a non-blocking connect() goes on, or is done already: EINPROGRESS, EALREADY, EISCONN.
  var isPending: Bool { [115, 114, 106].contains(rawValue) }
  /// EISCONN.
  static let isConnected = Errno(106)
  /// Whether a connect() goes on after it returned: EINPROGRESS, EALREADY.
  var isUnderWay: Bool { [115, 114].contains(rawValue) }
  /// ECONNREFUSED.
  static let refused = Errno(111)
  /// ECONNRESET.
  static let reset = Errno(104)
}

extension CallRecord {
  /// What the call may do to the socket it works on: splice() reads where the bytes come from it.
  public var role: SystemCall.Role {
    call.shape == .splice && arguments.receives ? .reads : call.role
  }
  /// Whether the call may close sockets: by its descriptor, or those that messages hold which it takes
  /// out of a local socket.
  var mayClose: Bool { call.drops || !arguments.closes.isEmpty }
  /// The flags of send and recv (send(2), recv(2)); other calls have flags of their own.
  private func has(_ flag: Int32) -> Bool {
    call.movesMessages && (arguments.flags ?? 0) & flag != 0
  }
  /// MSG_OOB: the urgent byte, which is not in the stream of reads.
  var isUrgent: Bool { has(0x1) }
  /// MSG_PEEK: the bytes stay in the buffer.
  var peeks: Bool { has(0x2) }
  /// MSG_WAITALL: waits until all of the bytes are there.
  var waitsForAll: Bool { has(0x100) }
  /// MSG_WAITFORONE: recvmmsg() waits for the first message only.
  var waitsForOne: Bool { has(0x10000) }
  /// MSG_ERRQUEUE: reads errors and time stamps, no data.
  var readsErrors: Bool { has(0x2000) }
  /// MSG_MORE, and SPLICE_F_MORE: more follows, do not send yet.
  var hasMore: Bool {
    has(0x8000) || call.shape == .splice && (arguments.flags ?? 0) & 0x4 != 0
  }
  /// MSG_FASTOPEN: connect and send at once.
  var isFastOpen: Bool { has(0x2000_0000) }
  /// Whether the call is one that returns 0 at once when it is asked for no bytes (read(2),
  /// readv(2), writev(2), splice(2)); write() of none is a datagram, and recv() takes one.
  var isEmptyHanded: Bool {
    switch call.shape {
    case .buffer: call.role == .reads && arguments.count == 0
    case .vectors, .vectorsAndPosition, .splice, .sendfile: arguments.count == 0
    default: false
    }
  }
}
