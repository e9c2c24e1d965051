import Calls

/// How much waits to be taken of what a tracer has reported.
public enum Backlog: Int, Sendable, Comparable {
  /// There is room.
  case none
  /// Calls that only move bytes, wait or ask are left out until there is room.
  case much
  /// All calls are left out until there is room.
  case full

  /// Whether less waits.
  public static func < (one: Backlog, other: Backlog) -> Bool { one.rawValue < other.rawValue }
}

/// Leaves out calls while more is reported than is taken: no program waits for what becomes of the
/// reports, and nothing is lost without a word.
///
/// A program is told to be unseen (`blind`) where its first call is left out, and where reporting goes on
/// how many were. What it has sent meanwhile is known from the kernel's offsets then.
struct CallGaps {
  /// The calls of a process that were left out since reporting went on last.
  private struct Gap {
    var since: Int64
    var until: Int64
    var calls: [SystemCall: Int] = [:]
  }

  private var gaps: [Int32: Gap] = [:]
  /// Calls that were left out and have not returned: one a thread at most.
  private var unreturned: Set<Int> = []

  /// Takes the next report, and tells what is to be reported instead.
  ///
  /// - Returns: the process whose calls are left out from here on, if one's are.
  mutating func take(
    _ report: CallReport, _ backlog: Backlog, tell: (CallReport) -> Void
  ) -> Int32? {
    guard case .event(let event) = report else {
      tell(report)
      return nil
    }
    switch event.what {
    case .entered(let id, let call, _, _)
    where backlog == .full || backlog == .much && !call.isLasting:
      return leaveOut(id, call, event, tell)
    case .returned(let id, _, _, _, _) where unreturned.remove(id) != nil: return nil
    // The number of the process may be another's soon.
    case .exited, .letGo, .executed: close(event.process, event, tell)
    default: break
    }
    if backlog == .none, !gaps.isEmpty {
      for process in gaps.keys.sorted() { close(process, event, tell) }
    }
    tell(report)
    return nil
  }

  private mutating func leaveOut(
    _ id: Int, _ call: SystemCall, _ event: CallEvent, _ tell: (CallReport) -> Void
  ) -> Int32? {
    unreturned.insert(id)
    let isFirst = gaps[event.process] == nil
    var gap = gaps[event.process] ?? Gap(since: event.time, until: event.time)
    gap.until = event.time
    gap.calls[call, default: 0] += 1
    gaps[event.process] = gap
    guard isFirst else { return nil }
    var blind = event
    blind.what = .blind("calls from here on: more are made than can be taken")
    tell(.event(blind))
    return event.process
  }

  /// Says what was left out of a process.
  private mutating func close(
    _ process: Int32, _ event: CallEvent, _ tell: (CallReport) -> Void
  ) {
    guard let gap = gaps.removeValue(forKey: process) else { return }
    tell(
      .event(
        CallEvent(
          time: event.time, process: process, thread: process, what: .blind(CallGaps.words(gap)))))
  }

  private static func words(_ gap: Gap) -> String {
    let all = gap.calls.values.reduce(0, +)
    let most = gap.calls.sorted { ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue) }
    let named = most.prefix(3)
    let rest = all - named.reduce(0) { $0 + $1.value }
    let parts =
      named.map { "\($0.value) \($0.key.rawValue)()" } + (rest > 0 ? ["\(rest) others"] : [])
    let milliseconds = max(0, gap.until - gap.since) / 1_000_000
    return "\(all) \(all == 1 ? "call" : "calls") in \(milliseconds) ms, more than could be taken: "
      + parts.joined(separator: ", ") + "; later calls are placed by the kernel's offset"
  }
}

extension SystemCall {
  /// Whether what the call does lasts, so that later calls cannot be told without it: sockets and
  /// descriptors that it makes, binds, connects or ends.
  fileprivate var isLasting: Bool {
    switch role {
    case .opens, .binds, .listens, .accepts, .connects, .shuts, .closes, .closesRange, .replaces,
      .duplicates, .sets, .executes, .rings, .clones, .filters, .parts, .fetches:
      true
    case .reads, .writes, .asks, .names, .polls, .watches, .other: false
    }
  }
}
