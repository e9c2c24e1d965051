import Glibc

/// Signals that end a session, waited for instead of delivered (sigwaitinfo(2)).
///
/// Make it before any thread is started: all of them must block these signals.
struct SignalWatch {
  /// A signal, and where it came from.
  struct Signal: Hashable {
    var number: Int32
    /// Whether the terminal sent it: then the traced programs have got it too.
    var isFromTerminal: Bool
    /// Whether the caller has this process ignore it, as a shell does with SIGINT for programs in
    /// the background, and nohup(1) with SIGHUP.
    var isIgnored = false
  }

  private static let watched = [SIGINT, SIGQUIT, SIGTERM, SIGHUP]
  private var signals = sigset_t()
  private let ignored: Set<Int32>

  /// Blocks SIGINT, SIGQUIT, SIGTERM and SIGHUP in this thread, and watches for them: also for those
  /// that the caller has this process ignore, since a program that it runs may not.
  init() {
    // The set lives in this value; the C functions write only into it.
    let watched = SignalWatch.watched
    // A signal that is blocked waits even where its disposition is to be ignored.
    ignored = Set(watched.filter { SignalWatch.isIgnored($0) })
    _ = unsafe sigemptyset(&signals)
    for number in watched {
      _ = unsafe sigaddset(&signals, number)
    }
    _ = unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
  }

  /// Waits for a signal, at most so many milliseconds.
  mutating func wait(milliseconds: Int) -> Signal? {
    var time = timespec(tv_sec: milliseconds / 1000, tv_nsec: milliseconds % 1000 * 1_000_000)
    var info = unsafe siginfo_t()
    // The kernel fills the one siginfo_t it is given.
    let number = unsafe sigtimedwait(&signals, &info, &time)
    guard number > 0 else { return nil }
    // si_code: above 0 the kernel sent it, as for Ctrl-C; else a process did (sigaction(2)).
    return unsafe Signal(
      number: number, isFromTerminal: info.si_code > 0, isIgnored: ignored.contains(number))
  }

  /// One of the signals that waits to be heard, but for those that the caller has this process ignore.
  ///
  /// C: `sigpending`
  var pending: Int32? {
    var waiting = sigset_t()
    // The kernel fills the one set, and sigismember() reads it.
    guard unsafe sigpending(&waiting) == 0 else { return nil }
    return SignalWatch.watched.first {
      unsafe sigismember(&waiting, $0) == 1 && !ignored.contains($0)
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
