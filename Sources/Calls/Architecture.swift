/// A machine's system call numbers.
public enum Architecture: Hashable, Sendable, CaseIterable {
  /// 64-bit x86.
  case amd64
  /// 64-bit ARM: the numbers of asm-generic/unistd.h.
  case arm64

  /// The number of a call; nil where the machine has none of this name.
  public func number(of call: SystemCall) -> Int? { Architecture.tables[self]?[call] }

  /// The call of a number; nil for calls that are not recorded.
  public func call(_ number: Int) -> SystemCall? {
    let calls = self == .amd64 ? Architecture.amd64Calls : Architecture.arm64Calls
    return calls.indices.contains(number) ? calls[number] : nil
  }

  /// restart_syscall(2): a wait goes on after a stop.
  public var restart: Int { self == .amd64 ? 219 : 128 }

  /// Bytes of struct epoll_event: it is packed on x86 only (epoll_event(3type)).
  var epollEventSize: Int { self == .amd64 ? 12 : 16 }

  /// Where its data stand.
  var epollDataOffset: Int { self == .amd64 ? 4 : 8 }

  /// The calls by their numbers: asked at every stop, where a dictionary would be slow.
  private static let amd64Calls = calls(of: .amd64)
  private static let arm64Calls = calls(of: .arm64)

  private static func calls(of architecture: Architecture) -> [SystemCall?] {
    let table = tables[architecture] ?? [:]
    var calls = [SystemCall?](repeating: nil, count: (table.values.max() ?? 0) + 1)
    for (call, number) in table { calls[number] = call }
    return calls
  }

  private static let tables: [Architecture: [SystemCall: Int]] = [
    .amd64: [
      .read: 0, .write: 1, .close: 3, .poll: 7, .readv: 19, .writev: 20, .select: 23, .dup: 32,
      .dup2: 33, .sendfile: 40, .socket: 41, .connect: 42, .accept: 43, .sendto: 44,
      .recvfrom: 45, .sendmsg: 46, .recvmsg: 47, .shutdown: 48, .bind: 49, .listen: 50,
      .getsockname: 51, .getpeername: 52, .setsockopt: 54, .getsockopt: 55, .execve: 59,
      .fcntl: 72, .epollWait: 232, .epollCtl: 233, .pselect6: 270, .ppoll: 271, .splice: 275,
      .epollPwait: 281, .accept4: 288, .dup3: 292, .recvmmsg: 299, .sendmmsg: 307,
      .execveat: 322, .preadv2: 327, .pwritev2: 328, .ioUringSetup: 425, .ioUringEnter: 426,
      .closeRange: 436, .epollPwait2: 441, .unshare: 272, .pidfdGetfd: 438,
      .clone: 56, .prctl: 157, .seccomp: 317, .clone3: 435,
    ],
    .arm64: [
      .epollCtl: 21, .epollPwait: 22, .dup: 23, .dup3: 24, .fcntl: 25, .close: 57, .read: 63,
      .write: 64, .readv: 65, .writev: 66, .sendfile: 71, .pselect6: 72, .ppoll: 73,
      .splice: 76, .socket: 198, .bind: 200, .listen: 201, .accept: 202, .connect: 203,
      .getsockname: 204, .getpeername: 205, .sendto: 206, .recvfrom: 207, .setsockopt: 208,
      .getsockopt: 209, .shutdown: 210, .sendmsg: 211, .recvmsg: 212, .execve: 221,
      .accept4: 242, .recvmmsg: 243, .sendmmsg: 269, .execveat: 281, .preadv2: 286,
      .pwritev2: 287, .ioUringSetup: 425, .ioUringEnter: 426, .closeRange: 436, .epollPwait2: 441,
      .unshare: 97, .pidfdGetfd: 438, .prctl: 167, .clone: 220, .seccomp: 277, .clone3: 435,
    ],
  ]
}
