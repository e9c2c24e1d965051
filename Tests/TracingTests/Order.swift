import Calls

extension Recording {
  /// What every stream of events must hold to, whatever the program does; none where it does.
  var problems: [String] {
    var checker = OrderChecker()
    for event in events { checker.take(event) }
    return checker.problems + checker.left
  }
}

/// Follows a stream of events.
private struct OrderChecker {
  var problems: [String] = []
  private var time: Int64 = 0
  private var calls = 0
  /// The call that each thread is in.
  private var open: [Int32: Int] = [:]
  private var owner: [Int32: Int32] = [:]
  private var living: Set<Int32> = []
  private var leaving: Set<Int32> = []

  mutating func take(_ event: CallEvent) {
    func problem(_ text: String) { problems.append("\(text): \(event)") }
    if event.time < time { problem("time goes back") }
    time = event.time
    if case .started = event.what {
      if !living.insert(event.process).inserted { problem("began twice") }
      return
    }
    if !living.contains(event.process) { problem("has not begun, or is gone") }
    switch event.what {
    case .entered(let id, _, _, _):
      calls += 1
      if id != calls { problem("not the next number, \(calls)") }
      if open.updateValue(id, forKey: event.thread) != nil { problem("in two calls") }
      owner[event.thread] = event.process
      if leaving.contains(event.process) { problem("a call of a process that is leaving") }
    case .returned(let id, _, _, _, _):
      if open.removeValue(forKey: event.thread) != id { problem("returned without an entry") }
    case .exiting:
      if !leaving.insert(event.process).inserted { problem("leaves twice") }
      forgetCalls(of: event.process)
    case .exited:
      if leaving.remove(event.process) == nil { problem("gone without leaving") }
      living.remove(event.process)
    case .executed: forgetCalls(of: event.process)
    case .ending, .letGo, .started, .named, .signalled, .holds, .held, .blind, .sharing, .parted,
      .holding:
      break
    }
  }

  /// Calls that never return, since their threads are gone.
  private mutating func forgetCalls(of process: Int32) {
    for (thread, maker) in owner where maker == process { open[thread] = nil }
  }

  /// What is open at the end.
  var left: [String] {
    living.map { "\($0) has not ended" } + open.values.map { "call \($0) has not returned" }
  }
}
