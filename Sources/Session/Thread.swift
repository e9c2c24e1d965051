import Glibc

/// A thread of its own: the tracer's calls are answered only on the thread that attached.
enum Thread {
  /// Starts `body` on a new, detached thread.
  static func start(_ body: @escaping @Sendable () -> Void) {
    let box = unsafe Unmanaged.passRetained(Box(body))
    var thread = pthread_t()
    // The new thread takes over the one retained reference.
    let status = unsafe pthread_create(
      &thread, nil,
      { argument in
        guard let argument = unsafe argument else { return nil }
        unsafe Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body()
        return nil
      }, unsafe box.toOpaque())
    precondition(status == 0, "pthread_create: error \(status)")
    pthread_detach(thread)
  }

  private final class Box {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
}

/// The clock that packets are stamped with: CLOCK_REALTIME, nanoseconds since the epoch.
enum Clock {
  static var now: Int64 {
    var time = timespec()
    // `time` is a timespec, as clock_gettime(2) fills it.
    _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  /// Sleeps for so many milliseconds, or until a signal comes.
  static func sleep(milliseconds: Int) { usleep(UInt32(milliseconds * 1000)) }
}
