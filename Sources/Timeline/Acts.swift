import Calls

/// Calls of one kind on a socket that may send by themselves, in order of their entry.
///
/// A search looks at calls that overlapped alone, however many there were. What is forgotten goes by
/// time: only calls that had returned before the oldest row that is still to be made.
struct Acts {
  private var acts = Deque<SocketAct>()
  /// Those that have not returned, in order of their entry.
  private var open: [(call: CallID, entered: Instant)] = []
  /// How many there may be before it is looked for what can be forgotten.
  private var mark = 64

  var first: SocketAct? { acts.first }
  var last: SocketAct? { acts.last }
  var isEmpty: Bool { acts.isEmpty }
  var count: Int { acts.count }

  /// A call is entered.
  ///
  /// - Parameter frontier: before it no row is left to be made.
  mutating func begin(_ act: SocketAct, keepingFrom frontier: Instant) {
    forget(before: frontier)
    var act = act
    act.openSince = open.first?.entered ?? act.entered
    acts.append(act)
    open.append((act.call, act.entered))
  }

  /// A call returned, or will not.
  ///
  /// - Parameter isVain: whether it asked the socket for nothing (a connect() that only took an error).
  mutating func end(_ call: CallID, at time: Instant, isVain: Bool = false) {
    guard let place = open.firstIndex(where: { $0.call == call }) else { return }
    let since = open.remove(at: place).entered
    var index = acts.partition { $0.entered < since }
    while index < acts.count, acts[index].call != call { index += 1 }
    guard index < acts.count else { return }
    acts[index].returned = time
    acts[index].isVain = isVain
  }

  /// The last of those that ran at `time`, or that were entered up to `margin` after it.
  func running(at time: Instant, margin: Int64 = 0) -> SocketAct? {
    var index = acts.partition { $0.entered <= time + margin }
    var since: Instant?
    while index > 0 {
      index -= 1
      let act = acts[index]
      if let since, act.entered < since { return nil }
      if act.returned.map({ time <= $0 }) ?? true { return act }
      // What ran at `time` and began before this one ran when this one began.
      if since == nil, act.entered <= time { since = act.openSince }
    }
    return nil
  }

  /// The last that was entered by `time`.
  func last(by time: Instant) -> SocketAct? {
    let index = acts.partition { $0.entered <= time }
    return index > 0 ? acts[index - 1] : nil
  }

  /// Forgets calls that returned before `frontier`, but for the last; each is looked at a few times
  /// at most.
  private mutating func forget(before frontier: Instant) {
    while acts.count > 64, let first = acts.first, first.isOver(before: frontier) {
      acts.removeFirst()
    }
    guard acts.count > mark else { return }
    // One that runs for long stands in front of many that are over.
    var kept = Deque<SocketAct>()
    for index in acts.indices where index == acts.count - 1 || !acts[index].isOver(before: frontier)
    {
      kept.append(acts[index])
    }
    acts = kept
    mark = max(64, 2 * acts.count)
  }
}

extension SocketAct {
  fileprivate func isOver(before frontier: Instant) -> Bool {
    returned.map { $0 < frontier } ?? false
  }
}
