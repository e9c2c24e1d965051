import Calls
import Timeline

/// Holds calls back until the source lines that they were made by are found.
///
/// So each row is drawn and recorded with its line, and a recording says the same when it is
/// replayed. What takes too long is given up, and the call goes on without a line.
struct SourceHold {
  private var waiting: [Event] = []
  private var sources: [Int: CallSource?] = [:]
  private var heldSince: Int64?

  /// Nanoseconds that a call waits at most.
  static let patience: Int64 = 5_000_000_000

  /// When the first event happened that waits.
  var earliest: Instant? { waiting.first?.time }

  /// Notes what was found.
  mutating func note(_ found: [Int: CallSource?]) { sources.merge(found) { $1 } }

  /// Takes events in their order, and gives those that need not wait any more.
  ///
  /// - Parameter isImpatient: nothing waits any more.
  mutating func pass(_ events: [Event], at now: Int64, isImpatient: Bool = false) -> [Event] {
    if isImpatient { heldSince = now - SourceHold.patience - 1 }
    waiting += events
    guard !waiting.isEmpty else { return [] }
    var ready = 0
    while ready < waiting.count, complete(ready, at: now) { ready += 1 }
    defer { waiting.removeFirst(ready) }
    return Array(waiting[..<ready])
  }

  /// Fills in what a call's path was found to be; false where the call has to wait.
  private mutating func complete(_ index: Int, at now: Int64) -> Bool {
    guard case .call(var event) = waiting[index],
      case .entered(let id, let call, var arguments, let socket) = event.what,
      let path = arguments.source?.path
    else { return true }
    if let source = sources[path] {
      arguments.source = source
      heldSince = nil
    } else {
      let since = heldSince ?? now
      heldSince = since
      guard now - since > SourceHold.patience else { return false }
      // The others that wait have waited as long.
      arguments.source = nil
      sources[path] = .some(nil)
    }
    event.what = .entered(id: id, call: call, arguments: arguments, socket: socket)
    waiting[index] = .call(event)
    return true
  }
}
