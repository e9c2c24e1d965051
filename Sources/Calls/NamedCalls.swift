/// Calls that sources and tests name, each by its row.
extension SystemCall {
  /// The call with a name that is in the table.
  private static func known(_ name: StaticString) -> SystemCall {
    guard let call = SystemCall(rawValue: "\(name)") else {
      preconditionFailure("no row of SystemCallTable has this name")
    }
    return call
  }

  /// socket(2).
  public static let socket = known("socket")
  /// bind(2).
  public static let bind = known("bind")
  /// listen(2).
  public static let listen = known("listen")
  /// accept(2).
  public static let accept = known("accept")
  /// accept4(2).
  public static let accept4 = known("accept4")
  /// connect(2).
  public static let connect = known("connect")
  /// shutdown(2).
  public static let shutdown = known("shutdown")
  /// close(2).
  public static let close = known("close")
  /// read(2).
  public static let read = known("read")
  /// write(2).
  public static let write = known("write")
  /// readv(2).
  public static let readv = known("readv")
  /// writev(2).
  public static let writev = known("writev")
  /// preadv2(2).
  public static let preadv2 = known("preadv2")
  /// pwritev2(2).
  public static let pwritev2 = known("pwritev2")
  /// send(2).
  public static let send = known("send")
  /// recv(2).
  public static let recv = known("recv")
  /// sendto(2).
  public static let sendto = known("sendto")
  /// recvfrom(2).
  public static let recvfrom = known("recvfrom")
  /// sendmsg(2).
  public static let sendmsg = known("sendmsg")
  /// recvmsg(2).
  public static let recvmsg = known("recvmsg")
  /// sendmmsg(2).
  public static let sendmmsg = known("sendmmsg")
  /// recvmmsg(2).
  public static let recvmmsg = known("recvmmsg")
  /// sendfile(2).
  public static let sendfile = known("sendfile")
  /// splice(2).
  public static let splice = known("splice")
  /// tee(2).
  public static let tee = known("tee")
  /// dup(2).
  public static let dup = known("dup")
  /// dup2(2).
  public static let dup2 = known("dup2")
  /// dup3(2).
  public static let dup3 = known("dup3")
  /// fcntl(2).
  public static let fcntl = known("fcntl")
  /// close_range(2).
  public static let closeRange = known("close_range")
  /// setsockopt(2).
  public static let setsockopt = known("setsockopt")
  /// getsockopt(2).
  public static let getsockopt = known("getsockopt")
  /// getsockname(2).
  public static let getsockname = known("getsockname")
  /// getpeername(2).
  public static let getpeername = known("getpeername")
  /// socketpair(2).
  public static let socketpair = known("socketpair")
  /// ioctl(2).
  public static let ioctl = known("ioctl")
  /// poll(2).
  public static let poll = known("poll")
  /// ppoll(2).
  public static let ppoll = known("ppoll")
  /// select(2).
  public static let select = known("select")
  /// pselect6(2).
  public static let pselect6 = known("pselect6")
  /// epoll_create1(2).
  public static let epollCreate1 = known("epoll_create1")
  /// epoll_ctl(2).
  public static let epollCtl = known("epoll_ctl")
  /// epoll_wait(2).
  public static let epollWait = known("epoll_wait")
  /// epoll_pwait(2).
  public static let epollPwait = known("epoll_pwait")
  /// epoll_pwait2(2).
  public static let epollPwait2 = known("epoll_pwait2")
  /// execve(2).
  public static let execve = known("execve")
  /// execveat(2).
  public static let execveat = known("execveat")
  /// io_uring_setup(2).
  public static let ioUringSetup = known("io_uring_setup")
  /// io_uring_enter(2).
  public static let ioUringEnter = known("io_uring_enter")
  /// unshare(2).
  public static let unshare = known("unshare")
  /// pidfd_getfd(2).
  public static let pidfdGetfd = known("pidfd_getfd")
  /// clone(2).
  public static let clone = known("clone")
  /// clone3(2).
  public static let clone3 = known("clone3")
  /// prctl(2).
  public static let prctl = known("prctl")
  /// seccomp(2).
  public static let seccomp = known("seccomp")
}
