import CPtrace
import Glibc

/// The thread that a tracer works on, to call it back from its wait.
public struct TracerThread: Sendable {
  private let id: Int32

  /// The calling thread, which can be interrupted from now on.
  public static func current() -> TracerThread {
    tracer_unblock(SIGUSR1)
    return TracerThread(id: tracer_own_thread())
  }

  /// Makes `Tracer.serve` return; to be sent again until that is noticed, since a signal that comes
  /// just before the wait is lost.
  ///
  /// C: `tgkill`
  public func interrupt() { _ = tracer_interrupt(id, SIGUSR1) }

  /// Prepares this process for that: SIGUSR1 ends a wait and does nothing else; so does SIGPIPE,
  /// and writing to a closed pipe gives EPIPE.
  ///
  /// Programs that are started later block the signals that this thread blocks now.
  ///
  /// C: `sigaction`
  public static func prepareSignals() {
    tracer_keep_mask()
    tracer_allow_interrupt(SIGUSR1)
    outliveReaders()
  }

  /// Makes writing to a pipe that nobody reads give EPIPE, instead of ending this process; programs
  /// that are started later die of it as they would alone.
  ///
  /// C: `sigaction`
  public static func outliveReaders() { tracer_allow_interrupt(SIGPIPE) }
}
