import Calls
import Wire

/// A call as the lines of a log show it, from its entry to its return.
struct StraceCall {
  /// Its thread.
  var thread: Int32
  /// Its name.
  var name: String
  /// The call, if it is one that is recorded.
  var call: SystemCall?
  var arguments = CallArguments()
  /// What it returned; nil where it has not returned, or its thread is gone.
  var outcome: CallOutcome?
  /// Whether a signal interrupted it, so that it may be restarted (`ERESTARTSYS`).
  var isInterrupted = false
  /// What `-yy` says about descriptors: sockets, and those that are something else.
  var notes: [(descriptor: Int32, socket: StraceSocketNote?)] = []
  /// What it says about the descriptor that the call returned.
  var resultNote: StraceSocketNote?
  /// What else it does.
  var effect = Effect.none
  /// The functions that made it, innermost first (-k).
  var frames: [StraceFrame] = []

  /// When its entry was logged, by the log's clock.
  var entered: Int64 = 0
  /// When its return was logged, if it has its own line.
  var resumed: Int64?
  /// Nanoseconds that it took (-T).
  var duration: Int64?
  /// The time of the next line that shows that it had already returned.
  var limit: Int64?

  /// What a call does besides what `CallEvent` describes.
  enum Effect {
    case none
    /// It created a thread or a process.
    case cloned(isThread: Bool, sharesFiles: Bool)
    /// It runs another program.
    case executes(path: String, command: [String])
    /// It passes descriptors (SCM_RIGHTS).
    case passes([Int32])
    /// epoll_ctl: the data registered for a descriptor; nil where it is no longer watched.
    case watches(Int32, data: UInt64?)
    /// epoll_wait: the data that was returned.
    case found([UInt64])
    /// It marks a descriptor close-on-exec, or clears the mark.
    case marks(Bool)
    /// It renames its thread.
    case names(String)
    /// It sends a signal to a process.
    case kills(Int32)
    /// It ends its thread, or its whole process.
    case exits(all: Bool)
    /// It continues the call that a signal interrupted.
    case restarts
  }
}

extension StraceCall {
  /// Whether a call with this name matters.
  static func matters(_ name: String) -> Bool {
    SystemCall(rawValue: name) != nil || others.contains(name)
  }

  private static let others: Set<String> = [
    "clone", "clone3", "fork", "vfork", "exit", "exit_group", "prctl", "kill", "tgkill", "tkill",
    "restart_syscall", "epoll_create", "_newselect",
  ]

  /// Whether the log says what a descriptor of the call is, and that it is not an Internet socket.
  func isOther(_ descriptor: Int32?) -> Bool {
    guard let note = notes.first(where: { $0.descriptor == descriptor }) else { return false }
    return note.socket == nil
  }

  /// Reads a call: what follows its name and the opening parenthesis.
  init(thread: Int32, name: String, _ written: [UInt8], keeping payloadBytes: Int) {
    self.thread = thread
    self.name = name
    call = SystemCall(rawValue: name == "_newselect" ? "select" : name)
    var reading = StraceValues(StraceText(written))
    let values = reading.list(until: UInt8(ascii: ")"))
    for value in values { note(value) }
    let result = StraceResult(after: reading.text)
    duration = result.duration
    isInterrupted = result.isInterrupted
    arguments = call?.arguments(values, payloadBytes: payloadBytes) ?? CallArguments()
    if let number = result.number {
      var outcome = CallOutcome(result: number, error: result.error)
      if result.error == nil {
        resultNote = result.annotation.flatMap { StraceSocketNote($0) }
        call?.read(values, result.tail, payloadBytes: payloadBytes, into: &outcome)
        if call?.role == .writes, call?.gives == .bytes, number > 0 {
          arguments.count = max(arguments.count ?? 0, Int(clamping: number))
        }
      }
      self.outcome = outcome
    }
    readEffect(values)
  }

  /// Collects what is said about descriptors.
  private mutating func note(_ value: StraceValue, depth: Int = 0) {
    guard depth < 6, notes.count < 1024 else { return }
    switch value {
    case .number(let number, let annotation?):
      notes.append((Int32(truncatingIfNeeded: number), StraceSocketNote(annotation)))
    case .list(let values), .call(_, let values):
      for value in values { note(value, depth: depth + 1) }
    case .structure(let fields):
      for field in fields { note(field.value, depth: depth + 1) }
    default: break
    }
  }

  private mutating func readEffect(_ values: [StraceValue]) {
    switch name {
    case "clone", "clone3", "fork", "vfork":
      let words = values.flatMap { value in
        value.fields.first { $0.name == "flags" }?.value.words ?? value.words
      }
      // `flags=` is written as a name and a value of its own.
      effect = .cloned(
        isThread: words.contains("CLONE_THREAD"), sharesFiles: words.contains("CLONE_FILES"))
    case "execve", "execveat":
      let path = values.lazy.compactMap(\.bytes).first ?? []
      let command = values.lazy.map(\.elements).first { !$0.isEmpty } ?? []
      effect = .executes(
        path: String(decoding: path, as: UTF8.self),
        command: command.compactMap(\.bytes).map { String(decoding: $0, as: UTF8.self) })
    case "prctl" where values.first?.words == ["PR_SET_NAME"]:
      let name = values.dropFirst().first?.bytes ?? []
      effect = .names(String(decoding: name.prefix { $0 != 0 }.prefix(15), as: UTF8.self))
    case "kill", "tgkill", "tkill": effect = values.first?.int.map { .kills($0) } ?? .none
    case "exit", "exit_group": effect = .exits(all: name == "exit_group")
    case "restart_syscall": effect = .restarts
    default: readDescriptorEffect(values)
    }
  }

  private mutating func readDescriptorEffect(_ values: [StraceValue]) {
    switch call?.shape {
    case .epollControl where values.count > 2:
      let isDelete = values[1].words == ["EPOLL_CTL_DEL"]
      let data = values.count > 3 ? StraceCall.eventData(values[3]) : nil
      effect = values[2].int.map { .watches($0, data: isDelete ? nil : data) } ?? .none
    case .epoll, .epollTimespec:
      let events = values.count > 1 ? values[1].items : []
      effect = .found(events.prefix(1024).compactMap { StraceCall.eventData($0) })
    case .message:
      let control = values.count > 1 ? StraceCall.control(values[1]) : []
      let passed = control.filter { $0["cmsg_type"]?.words == ["SCM_RIGHTS"] }
        .flatMap { ($0["cmsg_data"] ?? $0.fields.last?.value)?.items ?? [] }.compactMap(\.int)
      if !passed.isEmpty { effect = .passes(Array(passed.prefix(253))) }
    case .command where arguments.flags == DescriptorCommand.setFlags:
      effect = .marks((arguments.value ?? 0) & 1 != 0)
    case .request:
      if values.count > 1, values[1].words == ["FIOCLEX"] { effect = .marks(true) }
      if values.count > 1, values[1].words == ["FIONCLEX"] { effect = .marks(false) }
    default: break
    }
  }

  /// The control messages of a message; before version 4.16 they had no name, and a single one no
  /// brackets.
  private static func control(_ message: StraceValue) -> [StraceValue] {
    if let control = message["msg_control"] {
      return control["cmsg_type"] != nil ? [control] : control.items
    }
    return message.fields.filter { $0.name.isEmpty }.flatMap { field in
      field.value["cmsg_type"] != nil ? [field.value] : field.value.items
    }
  }

  /// The data of `{events=EPOLLIN, data={u32=1, u64=1}}`; before version 5.7 `{EPOLLIN, {u32=1, u64=1}}`.
  private static func eventData(_ event: StraceValue) -> UInt64? {
    (event["data"] ?? event.items.dropFirst().first).flatMap { data($0) }
  }

  /// `{u32=1, u64=18446744069414584321}`
  private static func data(_ value: StraceValue) -> UInt64? {
    (value["u64"] ?? value["ptr"] ?? value).number.map { UInt64(bitPattern: $0) }
  }
}
