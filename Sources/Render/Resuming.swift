import Calls
import Explain
import Timeline

extension Layout {
  /// Learns from a row before the time that is shown: what it begins goes on there.
  mutating func early(_ row: Row) {
    shown?.take(row, isShown: false)
    switch row.content {
    case .call(let call) where call.part == .enter:
      let id = call.onListener ? nil : row.connection
      if let id { take(call, id, row.time) }
      scene.begin(call, id, isHidden: true)
      untold.insert(call.record.id)
    case .exit(_, _, let process, _, _):
      for call in scene.end(process: process.id) {
        untold.remove(call.row.record.id)
        if let id = call.connection { close(id) }
      }
    default: pass(row)
    }
    if let id = row.connection, scene.connections[id]?.kind == .tcp { begun.insert(id) }
  }

  /// The line before a row that says how things stand where what is shown begins: the states of the
  /// ends, and the calls that run; and these calls.
  mutating func resume(before row: Row) -> (lines: [LadderLine], calls: [(CallID, Side)]) {
    guard !begun.isEmpty || !untold.isEmpty else { return ([], []) }
    let view = placement?.view
    let isNew = view.map { begun.remove($0) != nil } ?? false
    untold = untold.filter { scene.calls[$0] != nil }
    let calls = untold.sorted().compactMap { id in
      scene.lane(of: id, in: view).map { (id, $0) }
    }
    guard isNew || !calls.isEmpty else { return ([], []) }
    for (id, _) in calls {
      untold.remove(id)
      shown?.take(id, isShown: true)
    }
    scene.show(view)
    var line = frame(view)
    line.connection = view
    line.middle = .note(language.say(.standsSo), .faint)
    var more: [LadderLine] = []
    for side in [Side.client, .server] {
      var parts: [Part] = []
      if isNew, let end = view.flatMap({ scene.connections[$0]?[side] }), end.isThere,
        let state = end.state
      {
        parts.append(Part(state.rawValue, .state, overflows: true))
      }
      parts += calls.filter { $0.1 == side }.map { running($0.0) }
      let fitted = fitting(side).fit(parts)
      line[side].words = side == .client ? fitted.line.reversed() : fitted.line
      more += stack(line, fitted.more, side, view).dropFirst()
    }
    return ([line] + more, calls)
  }

  /// A call that runs, in words.
  private func running(_ id: CallID) -> Part {
    guard let record = scene.calls[id]?.row.record else { return Part([]) }
    let text = CallText(record, isC: style.calls == .c, isASCII: style.isASCII)
    let details: [CallText.Detail] = [.brief, .least]
    let names = details.compactMap { text.text($0, room: 200) } + [record.call.rawValue]
    let choices = names.map { language.say(.insideCalls, "c\(id.rawValue) " + $0) }
    return Part(choices, .faint, overflows: true)
  }
}
