/// The system calls that sockline records, by their Linux names (man section 2).
public enum SystemCall: String, Hashable, Sendable, CaseIterable {
  case socket, bind, listen, accept, accept4, connect, shutdown, close
  case read, write, readv, writev, preadv2, pwritev2
  case send, recv, sendto, recvfrom, sendmsg, recvmsg, sendmmsg, recvmmsg
  case sendfile, splice, tee
  case dup, dup2, dup3, fcntl, closeRange = "close_range"
  case setsockopt, getsockopt, getsockname, getpeername, socketpair, ioctl
  case poll, ppoll, select, pselect6
  case epollCreate1 = "epoll_create1"
  case epollCtl = "epoll_ctl"
  case epollWait = "epoll_wait"
  case epollPwait = "epoll_pwait"
  case epollPwait2 = "epoll_pwait2"
  case execve, execveat
  case ioUringSetup = "io_uring_setup"
  case ioUringEnter = "io_uring_enter"
  case unshare
  case pidfdGetfd = "pidfd_getfd"
  case clone, clone3, prctl, seccomp
}
