import CPtrace
import Glibc

/// The thread that a tracer runs on, so that its wait can be interrupted.
public struct TracerThread: Sendable {
  private let id: Int32

  /// The calling thread, which can be interrupted from now on.
  public static func current() -> TracerThread {
    tracer_unblock(SIGUSR1)
    return TracerThread(id: tracer_own_thread())
  }

  /// Makes `Tracer.serve` return; to be sent repeatedly until that happens, since a signal that
  /// comes just before the wait is lost.
  ///
  /// C: `tgkill`
  public func interrupt() { _ = tracer_interrupt(id, SIGUSR1) }

  /// Prepares this process for that: SIGUSR1 interrupts a wait and does nothing else; so does
  /// SIGPIPE, and writing to a closed pipe gives EPIPE.
  ///
  /// Programs that are started later block the signals that this thread blocks now.
  ///
  /// C: `sigaction`
  public static func prepareSignals() {
    tracer_keep_mask()
    tracer_allow_interrupt(SIGUSR1)
    outliveReaders()
  }

  /// Makes writing to a pipe that nobody reads give EPIPE, instead of killing this process;
  /// programs that are started later die from it as they would on their own.
  ///
  /// C: `sigaction`
  public static func outliveReaders() { tracer_allow_interrupt(SIGPIPE) }
}
