import Glibc

/// Sockets of the Internet that this process got from whoever started it.
///
/// Programs that it starts have them too. A copy that stayed here would hold them open: no close() of
/// a program would send a FIN.
public enum InheritedSockets {
  /// Closes them. To be called when all programs are started.
  public static func close() {
    for number in numbers { Glibc.close(number) }
  }

  /// Their descriptors, but for the standard streams.
  static var numbers: [Int32] {
    ProcessFiles.sockets(of: getpid()).filter { $0 > 2 && isInherited($0) }
  }

  /// Whether exec hands the descriptor on, which no descriptor of this program's own is, and it is a
  /// socket of the Internet.
  private static func isInherited(_ number: Int32) -> Bool {
    let flags = fcntl(number, F_GETFD)
    guard flags >= 0, flags & FD_CLOEXEC == 0 else { return false }
    var family: Int32 = 0
    var length = socklen_t(MemoryLayout<Int32>.size)
    // The kernel writes at most `length` bytes.
    guard unsafe getsockopt(number, SOL_SOCKET, SO_DOMAIN, &family, &length) == 0 else {
      return false
    }
    return family == AF_INET || family == AF_INET6
  }
}
