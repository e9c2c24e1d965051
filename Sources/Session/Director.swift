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
    /// A signal is to be sent to these processes.
    case signal(Int32, [Int32])
    /// Something is to be told, on standard error.
    case tell(String)
  }

  /// A failure of the session itself.
  private(set) var failure: SessionError?
  /// The exit status so far.
  private(set) var status: Int32 = 0

  private let pair: LiveRequest.Pair?
  /// The names of the commands.
  private let commands: [Role: String]
  private var roots: [Role: Int32] = [:]
  /// All live processes, by name.
  private var live: [Int32: String] = [:]
  private var parents: [Int32: Int32] = [:]
  private var rootIsGone = false
  private var clientWasStarted = false
  private var serverIsGone = false
  private var startedAt: Int64
  private var clientGoneAt: Int64?
  private var rootGoneAt: Int64?
  private var endedAt: Int64?
  private var interrupts = 0
  private var hasToldOfDaemon = false
  private var wasKilled = false

  /// Begins; times are nanoseconds of one clock.
  init(_ programs: LiveRequest.Programs, at now: Int64) {
    switch programs {
    case .pair(let pair):
      self.pair = pair
      commands = [.server: pair.server.first ?? "", .client: pair.client.first ?? ""]
    case .run(let command):
      pair = nil
      commands = [.command: command.first ?? ""]
    }
    startedAt = now
  }

  /// The role of a process that sockline started.
  private func role(of process: Int32) -> Role? { roots.first { $0.value == process }?.key }

  /// The processes that are alive.
  private var everybody: [Int32] { live.keys.sorted() }

  // MARK: what happens

  /// A program was started, or could not be.
  mutating func started(_ role: Role, _ result: Result<Int32, TracingError>) -> [Action] {
    switch result {
    case .success(let process):
      roots[role] = process
      return []
    case .failure(.start(let error)):
      failure = .tracing("the program could not be traced: error \(error)")
      return give(up: error)
    }
  }

  private mutating func give(up error: Int32) -> [Action] {
    status = 125
    rootIsGone = true
    return [.startNoMore] + end(at: startedAt, with: SIGKILL)
  }

  /// The tracer told something.
  mutating func heard(_ report: Tracer.Report, at now: Int64) -> [Action] {
    switch report {
    case .event(let event): return heard(event)
    case .running, .printed: return []
    case .failed(let process, let error): return failed(process, error, at: now)
    case .ended(let process, let status, let signal):
      return ended(process, status, signal, at: now)
    }
  }

  private mutating func heard(_ event: CallEvent) -> [Action] {
    switch event.what {
    case .started(let parent, let name):
      live[event.process] = name
      parents[event.process] = parent
    case .executed(let name, _, _, _), .named(let name): live[event.process] = name
    case .exited:
      live[event.process] = nil
      parents[event.process] = nil
    case .returned(_, let outcome, let socket, _, _):
      return isReady(event, outcome, socket) ? startClient() : []
    case .entered(let id, let call, _, _):
      if pair != nil, !clientWasStarted, call == .listen || call == .bind { pending[id] = call }
    default: break
    }
    return []
  }

  /// Calls that make a server ready, while they run.
  private var pending: [Int: SystemCall] = [:]

  /// Whether the server listens, or is bound for datagrams.
  private mutating func isReady(
    _ event: CallEvent, _ outcome: CallOutcome, _ socket: SocketFacts?
  ) -> Bool {
    guard let pair, !clientWasStarted, case .returned(let id, _, _, _, _) = event.what,
      let call = pending.removeValue(forKey: id), outcome.error == nil, let socket
    else { return false }
    guard call == .listen || socket.kind == .udp else { return false }
    return pair.readyPort.map { $0 == socket.local?.port } ?? true
  }

  private mutating func startClient() -> [Action] {
    clientWasStarted = true
    pending = [:]
    return [.startClient, .startNoMore]
  }

  private mutating func failed(_ process: Int32, _ error: Int32, at now: Int64) -> [Action] {
    let role = role(of: process)
    status = error == ENOENT ? 127 : 126
    failure = .start(role.flatMap { commands[$0] } ?? "?", error)
    rootIsGone = true
    return [.startNoMore] + end(at: now, with: SIGTERM)
  }

  private mutating func ended(
    _ process: Int32, _ exit: Int32?, _ signal: Int32?, at now: Int64
  ) -> [Action] {
    let code = exit ?? (128 + (signal ?? 0))
    switch role(of: process) {
    case .command:
      status = code
      rootIsGone = true
      rootGoneAt = now
    case .client:
      status = code
      clientGoneAt = now
      rootIsGone = true
    case .server:
      serverIsGone = true
      guard !clientWasStarted, failure == nil else { return [] }
      failure = .serverEnded(
        exit.map { "with status \($0)" } ?? "by signal \(signal ?? 0)")
      status = 125
      return [.startNoMore] + end(at: now, with: SIGKILL)
    case nil: break
    }
    return []
  }

  /// A signal came for sockline.
  mutating func signalled(_ signal: SignalWatch.Signal, at now: Int64) -> [Action] {
    interrupts += 1
    if !clientWasStarted, pair != nil { clientWasStarted = true }
    if interrupts > 1 || endedAt != nil { return [.startNoMore] + end(at: now, with: SIGKILL) }
    if rootIsGone { return end(at: now, with: SIGTERM) }
    // Those that the terminal reached have got it.
    guard !signal.isFromTerminal else { return [.startNoMore] }
    return [.startNoMore, .signal(signal.number, roots.values.filter { live[$0] != nil }.sorted())]
  }

  /// The session itself cannot go on.
  mutating func failed(_ error: SessionError, at now: Int64) -> [Action] {
    failure = error
    status = 125
    rootIsGone = true
    return [.startNoMore] + end(at: now, with: SIGTERM)
  }

  /// Nobody reads the ladder any more, as with `| head`: the programs are ended.
  mutating func readerHasGone(at now: Int64) -> [Action] {
    guard endedAt == nil else { return [] }
    clientWasStarted = true
    return [.startNoMore] + end(at: now, with: SIGTERM)
  }

  // MARK: what time brings

  /// Time has passed. `openConnections`: those of traced programs that are not closed.
  mutating func tick(at now: Int64, openConnections: Int) -> [Action] {
    if let endedAt, now - endedAt > 1_000_000_000, !wasKilled, !live.isEmpty {
      wasKilled = true
      return [.signal(SIGKILL, everybody)]
    }
    guard let pair else { return tickCommand(at: now) }
    let patience = Int64(pair.timeout) * 1_000_000_000
    if !clientWasStarted, failure == nil, now - startedAt > patience {
      failure = .serverSilent(pair.timeout)
      status = 125
      clientWasStarted = true
      return [.startNoMore] + end(at: now, with: SIGTERM)
    }
    guard let clientGoneAt, endedAt == nil, !live.isEmpty else { return [] }
    // What is still on its way is told within this time.
    let settled = now - clientGoneAt > 150_000_000 && openConnections == 0
    return settled || now - clientGoneAt > patience ? end(at: now, with: SIGTERM) : []
  }

  private mutating func tickCommand(at now: Int64) -> [Action] {
    guard let rootGoneAt, !hasToldOfDaemon, now - rootGoneAt > 1_000_000_000, !live.isEmpty else {
      return []
    }
    hasToldOfDaemon = true
    let names = everybody.map { "\(live[$0] ?? "?")[\($0)]" }.joined(separator: ", ")
    return [.tell(names)]
  }

  private mutating func end(at now: Int64, with signal: Int32) -> [Action] {
    endedAt = now
    if signal == SIGKILL { wasKilled = true }
    let targets = Set(everybody).union(roots.values.filter { live[$0] != nil })
    return targets.isEmpty ? [] : [.signal(signal, targets.sorted())]
  }
}
