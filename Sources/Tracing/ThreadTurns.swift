import Glibc

/// How often a thread was given a processor: the third number of /proc/PID/task/TID/schedstat (the
/// kernel's Documentation/scheduler/sched-stats.rst).
///
/// From its stop at the entry of a call to its stop at the return a thread has had one more turn,
/// unless it slept in the call or was preempted.
final class ThreadTurns {
  private let file: Int32

  /// Opens the file of a thread; it stays open as long as the object lives.
  init(thread: Int32, of process: Int32) {
    file = unsafe open("/proc/\(process)/task/\(thread)/schedstat", O_RDONLY | O_CLOEXEC)
  }

  deinit { if file >= 0 { Glibc.close(file) } }

  /// The turns so far; nil where the kernel does not count them.
  var count: Int? {
    guard file >= 0 else { return nil }
    let room = 96
    let text = unsafe [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
      // The buffer is as large as stated.
      count = max(0, unsafe pread(file, buffer.baseAddress, room, 0))
    }
    // Three numbers with spaces between them, and a line feed.
    var (spaces, number, digits) = (0, 0, 0)
    for byte in text {
      switch byte {
      case 0x20: spaces += 1
      case UInt8(ascii: "0")...UInt8(ascii: "9") where spaces == 2 && digits < 18:
        number = number * 10 + Int(byte - UInt8(ascii: "0"))
        digits += 1
      default: break
      }
    }
    return spaces == 2 && digits > 0 ? number : nil
  }
}
