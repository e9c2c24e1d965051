import Calls
import Timeline

/// What recorders see, to and from fields.
extension RecordingFields {
  /// The entry of a call.
  mutating func putEntry(
    _ id: Int, _ call: SystemCall, _ arguments: CallArguments, _ socket: SocketFacts?
  ) {
    put(RecordingField.function, call.rawValue)
    put(RecordingField.call, id)
    put(arguments)
    put("SOCK_", socket)
  }

  /// The return of a call.
  mutating func putReturn(
    _ outcome: CallOutcome, _ socket: SocketFacts?, _ made: SocketFacts?, _ ready: [SocketID]
  ) {
    put(outcome)
    put("SOCK_R_", socket)
    put("SOCK_M_", made)
    put("SOCK_R_SOCKETS", list: ready.map(\.rawValue))
  }

  /// What happened to a process; nothing for calls, which have fields of their own.
  mutating func put(_ what: CallEvent.What) {
    switch what {
    case .started(let parent, let name):
      put("SOCK_STEP", "started")
      put("SOCK_PPID", parent)
      put("SOCK_NAME", escaped: name)
    case .executed(let name, let command, let closed, let entered):
      put(RecordingField.commandLine, escaped: command.joined(separator: " "))
      put("SOCK_STEP", "executed")
      put("SOCK_NAME", escaped: name)
      put("SOCK_ARGV", texts: command)
      put("SOCK_CLOSED", list: closed.map(\.rawValue))
      put("SOCK_ENTERED", entered)
    case .named(let name):
      put("SOCK_STEP", "named")
      put("SOCK_NAME", escaped: name)
    case .sharing(let other):
      put("SOCK_STEP", "sharing")
      put("SOCK_WITH", other)
    case .parted: put("SOCK_STEP", "parted")
    case .holding(let held):
      put("SOCK_STEP", "holding")
      put("SOCK_HELD", held: held)
    case .exiting(let holds):
      put("SOCK_STEP", "exiting")
      put("SOCK_HOLDS", list: holds.map(\.rawValue))
    case .exited(let status, let signal):
      put("SOCK_STEP", "exited")
      put("SOCK_STATUS", status)
      put("SOCK_SIGNAL", signal)
    case .ending(let signal):
      put("SOCK_STEP", "ending")
      put("SOCK_SIGNAL", signal)
    case .letGo: put("SOCK_STEP", "letgo")
    case .signalled(let signal): put("SOCK_SIGNAL", signal)
    case .holds(let descriptor, let socket):
      put("SOCK_FD", descriptor)
      put("SOCK_", socket)
    case .blind(let words): put("SOCK_TEXT", escaped: words)
    case .held(let held): put(held)
    case .entered, .returned: break
    }
  }
}

extension RecordingKind {
  /// The kind of entry for something a recorder saw.
  init(_ what: CallEvent.What) {
    switch what {
    case .started, .executed, .named, .sharing, .parted, .holding: self = .process
    case .exiting, .exited, .letGo: self = .processExit
    case .entered: self = .enter
    case .returned: self = .exit
    case .signalled, .ending: self = .signal
    case .holds: self = .holds
    case .blind: self = .lost
    case .held: self = .held
    }
  }
}

extension RecordingValues {
  /// The events that an entry of a kind records, in order; nil where it cannot be read.
  func events(_ kind: RecordingKind) -> [Event]? {
    guard let time = number(RecordingField.time, Int64.self),
      let process = number(RecordingField.process, Int32.self)
    else { return nil }
    if kind == .output {
      guard let text = text("SOCK_TEXT") else { return nil }
      return [.printed(PrintedLine(time: Instant(time), process: process, text: text))]
    }
    guard let thread = number(RecordingField.thread, Int32.self) else { return nil }
    func event(_ what: CallEvent.What?, after duration: Int64 = 0) -> [Event]? {
      what.map {
        let (end, isBeyond) = time.addingReportingOverflow(duration)
        return [
          .call(
            CallEvent(
              time: isBeyond ? time : end, process: process, thread: thread, what: $0))
        ]
      }
    }
    switch kind {
    case .call:
      guard let duration = number("SOCK_DUR_NS", Int64.self), let entry = event(entered),
        let end = event(returned, after: duration)
      else { return nil }
      return entry + end
    case .enter: return event(entered)
    case .exit: return event(returned)
    case .process, .processExit, .signal, .holds, .lost, .held: return event(life(kind))
    default: return nil
    }
  }

  private var entered: CallEvent.What? {
    guard let id = number(RecordingField.call, Int.self),
      let call = raw(RecordingField.function).flatMap({ SystemCall(rawValue: $0) })
    else { return nil }
    return .entered(id: id, call: call, arguments: arguments, socket: facts("SOCK_"))
  }

  private var returned: CallEvent.What? {
    guard let id = number(RecordingField.call, Int.self), let outcome else { return nil }
    return .returned(
      id: id, outcome: outcome, socket: facts("SOCK_R_"), made: facts("SOCK_M_"),
      ready: sockets("SOCK_R_SOCKETS"))
  }

  private func life(_ kind: RecordingKind) -> CallEvent.What? {
    switch (kind, raw("SOCK_STEP")) {
    case (.process, "started"):
      guard let parent = number("SOCK_PPID", Int32.self), let name = text("SOCK_NAME") else {
        return nil
      }
      return .started(parent: parent, name: name)
    case (.process, "executed"):
      guard let name = text("SOCK_NAME"), let entered = number("SOCK_ENTERED", Int64.self) else {
        return nil
      }
      return .executed(
        name: name, command: texts("SOCK_ARGV"), closed: sockets("SOCK_CLOSED"), entered: entered)
    case (.process, "sharing"): return number("SOCK_WITH").map { .sharing(process: $0) }
    case (.process, "parted"): return .parted
    case (.process, "holding"): return .holding(held("SOCK_HELD"))
    case (.process, "named"): return text("SOCK_NAME").map { .named($0) }
    case (.processExit, "exiting"): return .exiting(holds: sockets("SOCK_HOLDS"))
    case (.processExit, "exited"):
      return .exited(status: number("SOCK_STATUS"), signal: number("SOCK_SIGNAL"))
    case (.signal, "ending"): return number("SOCK_SIGNAL", Int32.self).map { .ending($0) }
    case (.processExit, "letgo"): return .letGo
    case (.signal, _): return number("SOCK_SIGNAL", Int32.self).map { .signalled($0) }
    case (.holds, _):
      guard let descriptor = number("SOCK_FD", Int32.self), let socket = facts("SOCK_") else {
        return nil
      }
      return .holds(descriptor: descriptor, socket)
    case (.lost, _): return text("SOCK_TEXT").map { .blind($0) }
    case (.held, _): return held.map { .held($0) }
    default: return nil
    }
  }
}
