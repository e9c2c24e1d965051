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
    case .write, .writev, .pwritev2, .send, .sendto, .sendmsg, .sendmmsg, .sendfile, .splice, .tee:
      .writes
    case .read, .readv, .preadv2, .recv, .recvfrom, .recvmsg, .recvmmsg: .reads
    case .close, .closeRange, .shutdown, .dup2, .dup3, .execve, .execveat: .drops
    case .setsockopt: .sets
    default: .other
    }
  }

  /// Whether the call may wait for a packet.
  var waits: Bool {
    switch self {
    case .connect, .accept, .accept4, .read, .readv, .preadv2, .recv, .recvfrom, .recvmsg,
      .recvmmsg, .poll, .ppoll, .select, .pselect6, .epollWait, .epollPwait, .epollPwait2:
      true
    default: false
    }
  }

  /// Whether the call waits for one of several descriptors.
  var polls: Bool {
    switch self {
    case .poll, .ppoll, .select, .pselect6, .epollWait, .epollPwait, .epollPwait2: true
    default: false
    }
  }

  /// Whether the call accepts a connection.
  var accepts: Bool { self == .accept || self == .accept4 }
}

extension SocketOption {
  /// SO_LINGER (socket(7)).
  static let linger = SocketOption(level: 1, name: 13)
  /// TCP_NODELAY (tcp(7)).
  static let noDelay = SocketOption(level: 6, name: 1)
  /// TCP_CORK (tcp(7)).
  static let cork = SocketOption(level: 6, name: 3)
  /// UDP_CORK (udp(7)).
  static let datagramCork = SocketOption(level: 17, name: 1)

  /// Whether setting the option can push bytes that wait.
  var pushes: Bool { [.noDelay, .cork, .datagramCork].contains(self) }
}

extension SocketAddress {
  /// The endpoint of an Internet address, IPv4-mapped ones as IPv4.
  var endpoint: Endpoint? {
    if case .internet(let endpoint) = self { endpoint.unmapped } else { nil }
  }
}

extension CallArguments {
  /// MSG_PEEK: the bytes stay in the buffer (recv(2)).
  var peeks: Bool { (flags ?? 0) & 0x2 != 0 }
  /// MSG_FASTOPEN: connect and send at once (sendto(2)).
  var isFastOpen: Bool { (flags ?? 0) & 0x2000_0000 != 0 }
}
