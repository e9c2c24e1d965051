import Calls
import Explain
import Timeline

/// What is said of the accept queue of a listening socket.
struct QueueWords {
  let language: Language
  /// Calls that are not shown.
  var leftOut: Set<CallID> = []

  /// What a call found there or changed: the longest way to say it first.
  func of(_ row: CallRow) -> [(choices: [String], isWarning: Bool)] {
    var words: [(choices: [String], isWarning: Bool)] = []
    if let call = row.letIn { words.append(([madeRoom(call)], false)) }
    guard row.part != .enter, row.record.outcome?.error == nil else { return words }
    if let queue = row.queueBefore, queue.isFull {
      let full = language.say(.queueWasFull, "\(queue.waiting)", "\(queue.room)")
      words.append(([full, language.say(.queueWasFullBriefly)], true))
    } else if row.record.call.accepts, let queue = row.queueAfter, queue.waiting > 1 {
      let more = language.say(.moreWait, "\(queue.waiting)", "\(queue.room)")
      words.append(([more, language.say(.moreWaitBriefly, "\(queue.waiting)")], false))
    }
    return words
  }

  /// What a packet met there: the longest way to say it first, none where it met nothing.
  func of(_ row: PacketRow) -> [String] {
    switch row.listener {
    case .full(let queue):
      [
        language.say(.queueFull, "\(queue.waiting)", "\(queue.room)"),
        language.say(.queueFullBriefly),
      ]
    case .dropped: [language.say(.ackDropped)]
    case .room(let call): [madeRoom(call)]
    case nil: []
    }
  }

  private func madeRoom(_ call: CallID) -> String {
    language.say(.madeRoom, CauseText.list([call], leftOut: leftOut))
  }
}
