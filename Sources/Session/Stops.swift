import Glibc

/// The processes that a signal has stopped, until they are seen to run again.
struct Stops {
  private struct Stop {
    var signal: Int32
    var since: Int64
    var isTold = false
  }

  private var stops: [Int32: Stop] = [:]

  /// Nanoseconds after which a stop is worth a word: a shell's Ctrl-Z and fg are none.
  static let patience: Int64 = 1_000_000_000

  /// The processes.
  var processes: [Int32] { stops.keys.sorted() }

  /// A process was reached by a signal.
  mutating func signalled(_ process: Int32, _ signal: Int32, at now: Int64) {
    if [SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU].contains(signal) {
      stops[process] = Stop(signal: signal, since: now)
    }
  }

  /// A process made a call: it goes on.
  mutating func ran(_ process: Int32) {
    if !stops.isEmpty { stops[process] = nil }
  }

  /// A process is gone.
  mutating func ended(_ process: Int32) { stops[process] = nil }

  /// The processes that have been stopped for long, and by which signal; each once.
  mutating func overdue(at now: Int64) -> [(process: Int32, signal: Int32)] {
    var overdue: [(Int32, Int32)] = []
    for process in processes {
      guard let stop = stops[process], !stop.isTold, now - stop.since > Stops.patience
      else { continue }
      stops[process]?.isTold = true
      overdue.append((process, stop.signal))
    }
    return overdue
  }
}
