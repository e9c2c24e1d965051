import Calls
import Glibc
import Tracing
import Wire

/// Decides when programs are started and ended: what happens goes in, what is to be done comes out.
struct Director {
  /// What is to be done.
  enum Action: Hashable {
    /// The client is to be started.
    case startClient
    /// No more programs will be started.
    case startNoMore
    /// The programs that were attached to are to be let go of; they run on.
    case letGo
    /// A signal is to be sent to these processes.
    case signal(Int32, [Int32])
    /// Something is to be told, on standard error.
    case tell(Notice)
  }

  /// What the user is told while a session waits.
  enum Notice: Hashable {
    /// The command is gone, and these processes that it left are waited for.
    case waitsFor([Int32: String])
    /// A process was stopped by a signal, and nobody lets it go on.
    case isStopped(Int32, String, by: Int32)
    /// What a note is tied to, in the user's words, did not happen.
    case isNotThere(String)
    /// A process runs a program of 32 bits, whose calls cannot be traced.
    case isForeign(Int32, String)
  }

  /// A failure of the session itself.
  private(set) var failure: SessionError?
  /// The exit status so far.
  private(set) var status: Int32 = 0
  /// Whether the user wants the end at once.
  private(set) var isImpatient = false

  /// Whether the user wants the end.
  var isInterrupted: Bool { interrupts > 0 }

  private let pair: LiveRequest.Pair?
  /// Whether the programs are the user's own, which are never ended.
  private let isAttached: Bool
  /// Nanoseconds of the session at most.
  private let longest: Int64
  /// The names of the commands.
  private let commands: [Role: String]
  private var roots: [Role: Int32] = [:]
  /// All live processes, by name.
  private var live: [Int32: String] = [:]
  private var readiness: ServerReadiness
  private var stops = Stops()
  /// Threads that are inside a call, and their processes.
  private var inCalls: [Int32: Int32] = [:]
  /// Whether the program is gone whose end the session waits for.
  private var isDone = false
  private var clientWasStarted = false
  /// How the server ended, in words.
  private var serverEnd: String?
  private let startedAt: Int64
  private var clientGoneAt: Int64?
  private var rootGoneAt: Int64?
  /// When everybody was told to end; then when everybody was killed last.
  private var endedAt: Int64?
  private var killedAt: Int64?
  private var interrupts = 0
  /// A signal that came before there was a process to hear it.
  private var unheard: Int32?
  private var hasToldOfDaemon = false
  /// Whether the status is no program's any more.
  private var statusIsFinal = false

  /// Nanoseconds that programs have to end when they are told to.
  static let grace: Int64 = 1_000_000_000
  /// Nanoseconds in which everything that has happened is told: much longer than rows are late.
  static let settling: Int64 = 300_000_000
  /// Nanoseconds that a server which is inside no call has to come to its next one: on a busy machine it may
  /// be about to handle what the client sent last.
  static let busy: Int64 = 3_000_000_000

  /// Begins; times are nanoseconds of one clock.
  init(_ programs: LiveRequest.Programs, seconds: Double? = nil, at now: Int64) {
    longest = seconds.map { Int64($0 * 1_000_000_000) } ?? Int64.max
    isAttached = if case .attach = programs { true } else { false }
    switch programs {
    case .attach:
      pair = nil
      commands = [:]
    case .pair(let pair):
      self.pair = pair
      commands = [.server: pair.server.first ?? "", .client: pair.client.first ?? ""]
    case .run(let command):
      pair = nil
      commands = [.command: command.first ?? ""]
    }
    readiness = ServerReadiness(port: pair?.readyPort)
    clientWasStarted = pair == nil
    startedAt = now
  }

  /// The role of a process that sockline started.
  private func role(of process: Int32) -> Role? { roots.first { $0.value == process }?.key }

  /// The processes that are alive.
  private var everybody: [Int32] { live.keys.sorted() }

  /// Whether the session ends its programs, so that the signals are its own and nobody else's.
  var isEnding: Bool { endedAt != nil && !isAttached }

  // MARK: what happens

  /// A program was started, or could not be.
  mutating func started(_ role: Role, _ result: Result<Int32, TracingError>) -> [Action] {
    switch result {
    case .success(let process):
      roots[role] = process
      // One that was started while everybody was told to end.
      return endedAt == nil ? [] : [.signal(SIGKILL, [process])]
    case .failure(.start(let error)):
      return fail(.tracing(Director.words(of: error)), at: startedAt)
    }
  }

  /// Why a program could not be traced.
  private static func words(of error: Int32) -> String {
    error == EPERM
      ? "the kernel refuses it, as it does if sockline itself is traced"
      : "error \(error), \(SystemMessage.text(error).lowercased())"
  }

  /// The tracer told something.
  mutating func heard(_ report: CallReport, at now: Int64) -> [Action] {
    switch report {
    case .event(let event): return heard(event, at: now)
    case .running, .printed: return []
    case .refused(let error): return fail(.attach(error), at: now)
    case .foreign(let process, let name): return [.tell(.isForeign(process, name))]
    case .failed(let process, let error):
      let command = role(of: process).flatMap { commands[$0] } ?? "?"
      let actions = fail(.start(command, error), at: now)
      status = error == ENOENT ? 127 : 126
      return actions
    case .ended(let process, let status, let signal):
      return ended(process, status, signal, at: now)
    }
  }

  private mutating func heard(_ event: CallEvent, at now: Int64) -> [Action] {
    switch event.what {
    case .started(_, let name), .executed(let name, _, _, _), .named(let name):
      live[event.process] = name
      if let signal = unheard {
        unheard = nil
        return [.signal(signal, [event.process])]
      }
    case .exited:
      live[event.process] = nil
      inCalls = inCalls.filter { $0.value != event.process }
      stops.ended(event.process)
      return serverIsGoneForGood(at: now)
    case .signalled(let signal): stops.signalled(event.process, signal, at: now)
    // A call that a stop interrupted is told to have ended.
    case .returned(_, let outcome, _, _, _) where outcome.error?.beginsAgain ?? false: break
    case .entered, .returned:
      if case .entered = event.what {
        inCalls[event.thread] = event.process
      } else {
        inCalls[event.thread] = nil
      }
      stops.ran(event.process)
      if !clientWasStarted, readiness.isReached(by: event) {
        clientWasStarted = true
        return [.startClient, .startNoMore]
      }
    default: break
    }
    return []
  }

  private mutating func ended(
    _ process: Int32, _ exit: Int32?, _ signal: Int32?, at now: Int64
  ) -> [Action] {
    let code = exit ?? (128 + (signal ?? 0))
    switch role(of: process) {
    case .command:
      if !statusIsFinal { status = code }
      isDone = true
      rootGoneAt = now
    case .client:
      if !statusIsFinal { status = code }
      isDone = true
      clientGoneAt = now
    case .server:
      serverEnd = exit.map { "with status \($0)" } ?? "by signal \(signal ?? 0)"
      return serverIsGoneForGood(at: now)
    case nil: break
    }
    return []
  }

  /// Fails where the server has ended and left nobody who could listen instead, as a daemon would.
  private mutating func serverIsGoneForGood(at now: Int64) -> [Action] {
    guard let serverEnd, !clientWasStarted, failure == nil, live.isEmpty else { return [] }
    return fail(.serverEnded(serverEnd), at: now)
  }

  /// A signal came for sockline.
  mutating func signalled(_ signal: SignalWatch.Signal, at now: Int64) -> [Action] {
    // Alone, a program that was started so would do with it what it likes, and sockline would not
    // have heard it. Nobody else would end a trace, and SIGINT is how that is asked for.
    if signal.isIgnored, !isAttached || signal.number != SIGINT {
      guard !isAttached, !signal.isFromTerminal, !live.isEmpty else { return [] }
      return [.signal(signal.number, everybody)]
    }
    interrupts += 1
    isImpatient = interrupts > 1
    if isAttached { return [.letGo] }
    if !clientWasStarted {
      clientWasStarted = true
      settle(128 + signal.number)
    }
    if interrupts > 1 || endedAt != nil { return [.startNoMore] + end(at: now, with: SIGKILL) }
    if isDone { return end(at: now, with: SIGTERM) }
    var actions: [Action] = [.startNoMore]
    // Those that the terminal reached have got it.
    if !signal.isFromTerminal {
      if live.isEmpty { unheard = signal.number }
      if !live.isEmpty { actions.append(.signal(signal.number, everybody)) }
    }
    // Those that are stopped hear of it when they go on.
    let stopped = stops.processes
    return stopped.isEmpty ? actions : actions + [.signal(SIGCONT, stopped)]
  }

  /// The session itself cannot go on.
  mutating func failed(_ error: SessionError, at now: Int64) -> [Action] { fail(error, at: now) }

  /// Nobody reads the ladder any more, as with `| head`: the programs are ended, and the status is
  /// that of a program which writes into a closed pipe.
  mutating func readerHasGone(at now: Int64) -> [Action] {
    guard endedAt == nil else { return [] }
    if isAttached { return end(at: now, with: SIGTERM) }
    clientWasStarted = true
    if !isDone { settle(128 + SIGPIPE) }
    return [.startNoMore] + end(at: now, with: SIGTERM)
  }

  /// As many packets were drawn as were asked for.
  mutating func hasEnough() -> [Action] { isAttached ? [.letGo] : [] }

  private mutating func fail(_ error: SessionError, at now: Int64) -> [Action] {
    failure = error
    settle(125)
    clientWasStarted = true
    isDone = true
    return [.startNoMore] + end(at: now, with: SIGTERM)
  }

  private mutating func settle(_ status: Int32) {
    self.status = status
    statusIsFinal = true
  }

  // MARK: what time brings

  /// Time has passed. `openConnections`: those of traced programs that are not closed,
  /// counted only where it matters.
  mutating func tick(at now: Int64, openConnections: @autoclosure () -> Int) -> [Action] {
    if isAttached { return now - startedAt > longest ? [.letGo] : [] }
    if let endedAt { return tickEnding(at: now, since: endedAt) }
    let notices = stops.overdue(at: now).map { process, signal in
      Action.tell(.isStopped(process, live[process] ?? "?", by: signal))
    }
    guard let pair else { return notices + tickCommand(at: now) }
    let patience = Int64(pair.timeout) * 1_000_000_000
    if !clientWasStarted, now - startedAt > patience {
      return fail(.serverSilent(pair.timeout), at: now)
    }
    guard let clientGoneAt, !live.isEmpty else { return notices }
    let settling = inCalls.isEmpty ? Director.busy : Director.settling
    let isSettled = now - clientGoneAt > settling && openConnections() == 0
    let isOver = isSettled || now - clientGoneAt > patience
    return notices + (isOver ? end(at: now, with: SIGTERM) : [])
  }

  /// Kills those that do not end, and again those that were forked meanwhile.
  private mutating func tickEnding(at now: Int64, since endedAt: Int64) -> [Action] {
    guard now - (killedAt ?? endedAt) > Director.grace, !live.isEmpty else { return [] }
    killedAt = now
    return [.signal(SIGKILL, everybody)]
  }

  private mutating func tickCommand(at now: Int64) -> [Action] {
    guard let rootGoneAt, !hasToldOfDaemon, now - rootGoneAt > Director.grace, !live.isEmpty
    else { return [] }
    hasToldOfDaemon = true
    return [.tell(.waitsFor(live))]
  }

  private mutating func end(at now: Int64, with signal: Int32) -> [Action] {
    endedAt = endedAt ?? now
    if isAttached { return [.letGo] }
    if signal == SIGKILL { killedAt = now }
    guard !live.isEmpty else { return [] }
    // A stopped process hears of anything but SIGKILL when it goes on.
    let stopped = signal == SIGKILL ? [] : stops.processes
    return [.signal(signal, everybody)] + (stopped.isEmpty ? [] : [.signal(SIGCONT, stopped)])
  }
}
