import Glibc
import Synchronization

/// Whether a signal has asked for the end.
private let isAskedFor = Atomic<Bool>(false)

/// Ctrl-C and its kin, as a wish to end that is looked at between two packets.
///
/// The first signal is the wish; the same signal once more ends the process, whatever it waits for.
enum Interruption {
  /// Whether a signal has come since `watch()`.
  static var isWished: Bool { isAskedFor.load(ordering: .relaxed) }

  /// Watches for SIGINT, SIGTERM and SIGHUP, but for SIGTERM and SIGHUP where the caller has this
  /// process ignore them, as nohup(1) does. SIGINT is ignored by all that a shell starts in the
  /// background, and is all the same how the end is asked for.
  ///
  /// C: `sigaction`
  static func watch() {
    isAskedFor.store(false, ordering: .relaxed)
    for number in [SIGINT, SIGTERM, SIGHUP]
    where number == SIGINT || !isIgnored(number) {
      var action = sigaction()
      // The handler does nothing but store a word, which is safe in one (signal-safety(7)).
      unsafe action.__sigaction_handler.sa_handler = { _ in
        isAskedFor.store(true, ordering: .relaxed)
      }
      action.sa_flags = Int32(truncatingIfNeeded: SA_RESETHAND)
      // The kernel reads the one structure.
      _ = unsafe sigaction(number, &action, nil)
    }
  }

  private static func isIgnored(_ number: Int32) -> Bool {
    var action = sigaction()
    // The kernel fills the one structure; its handler is compared and never called.
    guard unsafe sigaction(number, nil, &action) == 0 else { return false }
    let handler = unsafe unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
    let ignored = unsafe unsafeBitCast(SIG_IGN, to: Int.self)
    return handler == ignored
  }
}
