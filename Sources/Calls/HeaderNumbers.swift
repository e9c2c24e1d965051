// Made by Tests/Headers/constants.py; not to be edited by hand.

/// Flags of send(2) and recv(2).
public enum MessageFlag {
  /// MSG_OOB.
  public static let outOfBand: Int32 = 0x1
  /// MSG_PEEK.
  public static let peek: Int32 = 0x2
  /// MSG_TRUNC.
  public static let truncate: Int32 = 0x20
  /// MSG_WAITALL.
  public static let waitForAll: Int32 = 0x100
  /// MSG_ERRQUEUE.
  public static let errorQueue: Int32 = 0x2000
  /// MSG_MORE.
  public static let more: Int32 = 0x8000
  /// MSG_WAITFORONE.
  public static let waitForOne: Int32 = 0x10000
  /// MSG_FASTOPEN.
  public static let fastOpen: Int32 = 0x20000000
  /// MSG_CMSG_CLOEXEC.
  public static let closeOnExec: Int32 = 0x40000000
}

/// Flags of splice(2).
public enum SpliceFlag {
  /// SPLICE_F_MORE.
  public static let more: Int32 = 0x4
}

/// Flags beside the type of a socket.
public enum SocketFlag {
  /// SOCK_NONBLOCK.
  public static let nonblocking: Int32 = 0x800
  /// SOCK_CLOEXEC.
  public static let closeOnExec: Int32 = 0x80000
}

/// Flags of close_range(2).
public enum RangeFlag {
  /// CLOSE_RANGE_UNSHARE.
  public static let unshare: Int32 = 0x2
  /// CLOSE_RANGE_CLOEXEC.
  public static let onlyMark: Int32 = 0x4
}

/// Commands of fcntl(2).
public enum DescriptorCommand {
  /// F_DUPFD.
  public static let duplicate: Int32 = 0
  /// F_SETFD.
  public static let setFlags: Int32 = 2
  /// F_DUPFD_CLOEXEC.
  public static let duplicateAndMark: Int32 = 1030
}

/// Address families.
public enum AddressFamily {
  /// AF_UNSPEC.
  public static let unspecified: Int32 = 0
  /// AF_UNIX.
  public static let local: Int32 = 1
  /// AF_INET.
  public static let internet4: Int32 = 2
  /// AF_INET6.
  public static let internet6: Int32 = 10
}

extension Errno {
  /// EINTR.
  public static let interrupted = Errno(4)
  /// EBADF.
  public static let badDescriptor = Errno(9)
  /// EAGAIN.
  public static let tryAgain = Errno(11)
  /// ENOMEM.
  public static let outOfMemory = Errno(12)
  /// EACCES.
  public static let accessDenied = Errno(13)
  /// EFAULT.
  public static let badAddress = Errno(14)
  /// EINVAL.
  public static let invalidArgument = Errno(22)
  /// EPIPE.
  public static let brokenPipe = Errno(32)
  /// EPROTO.
  public static let protocolError = Errno(71)
  /// EMSGSIZE.
  public static let tooLong = Errno(90)
  /// ENOPROTOOPT.
  public static let noSuchOption = Errno(92)
  /// EADDRINUSE.
  public static let addressInUse = Errno(98)
  /// ENETUNREACH.
  public static let networkUnreachable = Errno(101)
  /// ECONNRESET.
  public static let reset = Errno(104)
  /// ENOBUFS.
  public static let noBuffers = Errno(105)
  /// EISCONN.
  public static let isConnected = Errno(106)
  /// ETIMEDOUT.
  public static let timedOut = Errno(110)
  /// ECONNREFUSED.
  public static let refused = Errno(111)
  /// EHOSTUNREACH.
  public static let hostUnreachable = Errno(113)
  /// EALREADY.
  public static let alreadyUnderWay = Errno(114)
  /// EINPROGRESS.
  public static let inProgress = Errno(115)
}

extension SocketOption {
  /// SO_ERROR of SOL_SOCKET.
  public static let error = SocketOption(level: 1, name: 4)
  /// SO_KEEPALIVE of SOL_SOCKET.
  public static let keepAlive = SocketOption(level: 1, name: 9)
  /// SO_OOBINLINE of SOL_SOCKET.
  public static let urgentInline = SocketOption(level: 1, name: 10)
  /// SO_LINGER of SOL_SOCKET.
  public static let linger = SocketOption(level: 1, name: 13)
  /// SO_RCVLOWAT of SOL_SOCKET.
  public static let lowWater = SocketOption(level: 1, name: 18)
  /// SO_MAX_PACING_RATE of SOL_SOCKET.
  public static let pacingRate = SocketOption(level: 1, name: 47)
  /// TCP_NODELAY of SOL_TCP.
  public static let noDelay = SocketOption(level: 6, name: 1)
  /// TCP_CORK of SOL_TCP.
  public static let cork = SocketOption(level: 6, name: 3)
  /// TCP_DEFER_ACCEPT of SOL_TCP.
  public static let deferAccept = SocketOption(level: 6, name: 9)
  /// TCP_REPAIR of SOL_TCP.
  public static let repair = SocketOption(level: 6, name: 19)
  /// TCP_FASTOPEN_CONNECT of SOL_TCP.
  public static let fastOpenConnect = SocketOption(level: 6, name: 30)
  /// UDP_CORK of SOL_UDP.
  public static let datagramCork = SocketOption(level: 17, name: 1)
  /// UDP_SEGMENT of SOL_UDP.
  public static let datagramSegment = SocketOption(level: 17, name: 103)
}
