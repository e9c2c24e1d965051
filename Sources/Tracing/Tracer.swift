import CPtrace
import Calls
import Glibc

/// Traces programs: each socket call at its entry and its return, each process from start to exit.
///
/// Everything happens on one thread, since ptrace(2) obeys only the one that attached: create the
/// tracer, start programs and serve them there. When sockline dies, so do the programs that it
/// started (PTRACE_O_EXITKILL); those it was attached to run on.
public final class Tracer {
  private let deliver: (CallReport) -> Void
  private let backlog: () -> Backlog
  private var gaps = CallGaps()
  let payloadBytes: Int
  /// The inodes of pipes whose text is reported.
  let printers: Set<UInt64>
  /// Finds by which paths calls are made; nil if nobody asks.
  let paths: PathBook?
  let filter: SystemCallFilter
  /// Whether programs that were already running are traced: without a filter, so that every call
  /// stops.
  let attaches: Bool
  /// What is known about those programs while attaching and detaching.
  var attachment = Attachment()
  let architecture: Architecture
  var book: SocketBook
  var processes: [Int32: TracedProcess] = [:]
  var threads: [Int32: TracedThread] = [:]
  /// Threads whose clone call has had CLONE_UNTRACED removed.
  var cloners: Set<Int32> = []
  /// Threads that exited before their first stop was seen.
  var goneUnseen: Set<Int32> = []
  var nextCall = 1
  /// Finds out who has an address that is in use.
  var holders = AddressHolders()
  /// Threads in a connect() whose port is not reported yet, with the attempts that remain.
  var connecting: [Int32: Int] = [:]
  /// When the stop that is being handled was seen.
  var time: Int64 = 0
  private var cost = TracingCost()
  let progress: TracerProgress

  /// Makes a tracer.
  ///
  /// - Parameters:
  ///   - payloadBytes: bytes of payload to keep of each call.
  ///   - printers: inodes of pipes; what programs write into them is reported line by line.
  ///   - usesInodes: identifies sockets by inode from the start, as where pidfd_getfd(2) is
  ///     refused.
  ///   - attaches: traces programs that are already running, by `attach`; otherwise those that it
  ///     starts.
  ///   - paths: finds by which path in its code a program makes each call; nil: not wanted.
  ///   - progress: where it publishes how far its reports are complete.
  ///   - backlog: how much of it waits; where that is much, calls are left out, which is reported.
  ///   - report: gets what is recorded, in time order, on the tracer's thread.
  public init(
    payloadBytes: Int, printers: Set<UInt64> = [], usesInodes: Bool = false,
    attaches: Bool = false, paths: PathBook? = nil, progress: TracerProgress,
    backlog: @escaping () -> Backlog = { .none }, report: @escaping (CallReport) -> Void
  ) {
    self.payloadBytes = payloadBytes
    self.printers = printers
    self.paths = paths
    deliver = report
    self.backlog = backlog
    self.progress = progress
    self.attaches = attaches
    architecture = .own
    filter = SystemCallFilter(.own)
    book = SocketBook(usesInodes: usesInodes)
  }

  /// Whether sockets had to be identified by inode, since the kernel did not give their cookies.
  public var usesInodes: Bool { book.usesInodes }

  /// Starts a program; it runs on when `serve` is called.
  ///
  /// - Returns: its process ID.
  public func start(_ program: Program) throws(TracingError) -> Int32 {
    let (id, failure) = try program.start(filter)
    let process = TracedProcess(id)
    process.isPreparing = true
    process.failure = failure
    processes[id] = process
    threads[id] = TracedThread(id, process)
    return id
  }

  /// Handles stops until no tracee is left, or until a signal comes for this thread.
  ///
  /// - Returns: whether a tracee is left.
  public func serve() -> Bool {
    while true {
      let stop = Stop.wait()
      progress.begin()
      time = Clock.now
      progress.handle(time)
      defer { progress.end() }
      switch stop {
      case .nobody: return false
      case .interrupted: return true
      case .ended(let thread, let status, let signal):
        ended(thread, status, signal)
        if attaches { missed(thread) }
      case .stopped(let stopped, let reason):
        let before = Clock.monotonic
        if !connecting.isEmpty { tellConnects(but: stopped.id) }
        guard handle(stopped, reason) else { continue }
        cost.add(stop: Clock.monotonic - before)
        progress.publish(cost)
      }
    }
  }

  /// Reports something, or leaves it out where too much waits.
  func report(_ report: CallReport) {
    guard let process = gaps.take(report, backlog(), tell: deliver) else { return }
    processes[process]?.hasGaps = true
  }

  func emit(_ what: CallEvent.What, process: Int32, thread: Int32) {
    report(
      .event(CallEvent(time: time, process: process, thread: thread, what: what)))
  }

  /// Counts a call that has returned, for the cost of tracing.
  func count(_ running: RunningCall) {
    cost.add(call: running.call, nanoseconds: time - running.entered)
  }

  /// How a thread runs to its next stop: where the tracer's filter is the only one, to the next
  /// call that it stops, otherwise to the next call.
  func onward(_ thread: TracedThread) -> StoppedThread.Way {
    attaches || thread.process.stopsAtAll ? .toReturn : .on
  }

  /// Handles a stop.
  ///
  /// - Returns: whether it was a stop of a reported call.
  private func handle(_ stopped: StoppedThread, _ reason: Stop.Reason) -> Bool {
    let thread = thread(stopped.id)
    if attaches { remind(thread, reason) }
    if let born = thread.born {
      thread.born = nil
      born.restore(in: stopped)
    }
    switch reason {
    case .entry(let number, let registers, let isNative, let verdict):
      let way = reached(
        thread, number, registers, isNative: isNative, verdict: verdict, stopped)
      thread.isInCall = way == .toReturn
      stopped.resume(way)
      return thread.call != nil
    case .returned(let result):
      let isTold = thread.call != nil
      thread.isInCall = false
      thread.isAtCall = false
      returned(thread, result, stopped)
      stopped.resume(onward(thread))
      return isTold
    case .cloned(let id):
      cloned(id, by: thread)
      // The call that made it has not returned.
      stopped.resume(thread.isInCall ? .toReturn : onward(thread))
    case .executed(let former):
      executed(thread, former: former)
      stopped.resume(onward(self.thread(stopped.id)))
    case .exiting(let isKilled):
      exiting(thread, isKilled: isKilled)
      stopped.resume(onward(thread))
      if attaches { missed(thread.id) }
    case .begun where attaches: arrived(thread, stopped, onward(thread))
    case .begun, .other:
      heard(thread, stopped)
      stopped.resume(onward(thread))
    case .group(let signal):
      beginsAgain(thread)
      if !thread.process.isPreparing, !isAsked(thread) {
        signalled(thread, signal, always: true)
      }
      if attaches { arrived(thread, stopped, .listening) } else { stopped.resume(.listening) }
    case .signal(let signal):
      if reachedHandler(thread, signal, stopped) {
        stopped.resume(onward(thread))
        break
      }
      if interrupts(signal, thread, stopped) { break }
      signalled(thread, signal, always: false)
      stopped.resume(onward(thread), signal: signal)
    }
    return false
  }

  /// Reports the signals that a reader of the timeline looks for.
  private func signalled(_ thread: TracedThread, _ signal: Int32, always: Bool) {
    let told = [
      SIGPIPE, SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGSYS,
    ]
    let isFirst = always ? thread.id == thread.process.id : true
    guard isFirst, always || told.contains(signal), !thread.process.isPreparing else { return }
    emit(.signalled(signal), process: thread.process.id, thread: thread.id)
  }
}
