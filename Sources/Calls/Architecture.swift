/// A machine's system call numbers.
public enum Architecture: Hashable, Sendable, CaseIterable {
  /// 64-bit x86.
  case amd64
  /// 64-bit ARM: the numbers of asm-generic/unistd.h.
  case arm64

  /// The number of a call; nil where the machine has no such call.
  public func number(of call: SystemCall) -> Int? {
    SystemCallTable.linux.row(named: call.rawValue)?.number(on: self)
  }

  /// The call with a number; nil for calls that are not recorded.
  public func call(_ number: Int) -> SystemCall? {
    SystemCallTable.linux.call(number, on: self)
  }

  /// restart_syscall(2): a wait continues after a stop.
  public var restart: Int { self == .amd64 ? 219 : 128 }

  /// Bytes of struct epoll_event: it is packed on x86 only (epoll_event(3type)).
  var epollEventSize: Int { self == .amd64 ? 12 : 16 }

  /// The offset of its `data` field.
  var epollDataOffset: Int { self == .amd64 ? 4 : 8 }
}
