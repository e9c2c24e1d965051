import Glibc

/// The clock that packets are stamped with: CLOCK_REALTIME.
public enum Clock {
  /// Nanoseconds since the epoch.
  ///
  /// C: `clock_gettime`
  public static var now: Int64 { read(CLOCK_REALTIME) }

  /// Nanoseconds of a clock that never steps, for measuring.
  public static var monotonic: Int64 { read(CLOCK_MONOTONIC) }

  private static func read(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    // `time` is a timespec, as clock_gettime(2) fills it.
    _ = unsafe clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
