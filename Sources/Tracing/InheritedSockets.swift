import Glibc

/// Internet sockets that this process inherited from whoever started it.
///
/// Programs that it starts have them too. A copy kept here would hold them open: no program's
/// close() would send a FIN.
public enum InheritedSockets {
  /// Closes them; call this when all programs have been started.
  public static func close() {
    for number in numbers { Glibc.close(number) }
  }

  /// Their descriptors, except the standard streams.
  static var numbers: [Int32] {
    ProcessFiles.sockets(of: getpid()).filter { $0 > 2 && isInherited($0) }
  }

  /// Whether the descriptor survives exec, which no descriptor of this program's own does, and is
  /// an Internet socket.
  private static func isInherited(_ number: Int32) -> Bool {
    let flags = fcntl(number, F_GETFD)
    guard flags >= 0, flags & FD_CLOEXEC == 0 else { return false }
    return isOfInternet(number)
  }

  /// Whether the descriptor is an Internet socket.
  static func isOfInternet(_ number: Int32) -> Bool {
    var family: Int32 = 0
    var length = socklen_t(MemoryLayout<Int32>.size)
    // The kernel writes at most `length` bytes.
    guard unsafe getsockopt(number, SOL_SOCKET, SO_DOMAIN, &family, &length) == 0 else {
      return false
    }
    return family == AF_INET || family == AF_INET6
  }
}
