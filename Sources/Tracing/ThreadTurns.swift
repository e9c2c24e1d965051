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
    let words = text.split(separator: 0x20)
    guard words.count == 3 else { return nil }
    return Int(String(decoding: words[2].filter { $0 != 0x0A }, as: UTF8.self))
  }
}
