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
  /// Whether a signal interrupted the call, or the kernel begins it again.
  var isInterruption: Bool { self == .interrupted || beginsAgain }
  /// Whether a non-blocking connect() goes on, or is done already.
  var isPending: Bool { isUnderWay || self == .isConnected }
  /// Whether a connect() goes on after it returned.
  var isUnderWay: Bool { self == .inProgress || self == .alreadyUnderWay }
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
  var isUrgent: Bool { has(MessageFlag.outOfBand) }
  /// MSG_PEEK: the bytes stay in the buffer.
  var peeks: Bool { has(MessageFlag.peek) }
  /// MSG_WAITALL: waits until all of the bytes are there.
  var waitsForAll: Bool { has(MessageFlag.waitForAll) }
  /// MSG_WAITFORONE: recvmmsg() waits for the first message only.
  var waitsForOne: Bool { has(MessageFlag.waitForOne) }
  /// MSG_ERRQUEUE: reads errors and time stamps, no data.
  var readsErrors: Bool { has(MessageFlag.errorQueue) }
  /// MSG_MORE, and SPLICE_F_MORE: more follows, do not send yet.
  var hasMore: Bool {
    has(MessageFlag.more)
      || call.shape == .splice && (arguments.flags ?? 0) & SpliceFlag.more != 0
  }
  /// MSG_FASTOPEN: connect and send at once.
  var isFastOpen: Bool { has(MessageFlag.fastOpen) }
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
