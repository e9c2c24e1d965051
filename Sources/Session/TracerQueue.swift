import Glibc
import Synchronization
import Tracing

/// What a program is in a session.
enum Role: Hashable, Sendable {
  /// The command of `run`.
  case command
  case server
  case client
}

/// The thread that traces, and what the main thread asks of it.
final class TracerQueue: Sendable {
  /// A program to be started.
  struct Order: Sendable {
    var role: Role
    var program: Program
  }

  private struct State: Sendable {
    var orders: [Order] = []
    /// Running programs to be attached to.
    var targets: [AttachTarget] = []
    /// Whether they are to be let go of.
    var isLeaving = false
    /// Whether the tracer is to look now and then.
    var isSettling = false
    var isFinished = false
    var thread: TracerThread?
  }

  let progress = TracerProgress()
  private let state = Mutex(State())
  private let inbox: Inbox

  init(_ inbox: Inbox) { self.inbox = inbox }

  /// Asks for a program; `isLast` when no more will come.
  func start(_ order: Order, isLast: Bool) {
    state.withLock { state in
      state.orders.append(order)
      state.isFinished = isLast
    }
    nudge()
  }

  /// Asks for running programs to be attached to; no others will come.
  func attach(_ targets: [AttachTarget]) {
    state.withLock { state in
      state.targets = targets
      state.isSettling = true
      state.isFinished = true
    }
    nudge()
  }

  /// Asks for them to be let go of.
  func letGo() {
    state.withLock { $0.isLeaving = true }
    nudge()
  }

  /// Says that no more programs will come.
  func finish() { state.withLock { $0.isFinished = true } }

  /// Calls the tracer back from its wait, where something is to be done; call it now and then.
  func nudge() {
    let thread = state.withLock { state in
      let isNeeded =
        !state.orders.isEmpty || !state.targets.isEmpty || state.isLeaving || state.isSettling
      return isNeeded ? state.thread : nil
    }
    thread?.interrupt()
  }

  /// Runs the tracer on a thread of its own, until all programs are gone.
  ///
  /// - Parameter sources: gets the paths by which calls are made; nil: they are not asked for.
  func run(
    payloadBytes: Int, printers: Set<UInt64>, attaches: Bool = false, sources: SourceQueue? = nil
  ) {
    Thread.start { [self] in
      progress.note(measured: TracingCost.measure())
      state.withLock { $0.thread = .current() }
      let paths = sources.map { sources in PathBook { sources.look(for: $0) } }
      let tracer = Tracer(
        payloadBytes: payloadBytes, printers: printers, attaches: attaches, paths: paths,
        progress: progress
      ) { [inbox] in
        inbox.post($0)
      }
      while true {
        let (orders, isFinished) = takeOrders()
        for order in orders { start(order, tracer) }
        if attaches { attach(tracer) }
        if isFinished, !orders.isEmpty { InheritedSockets.close() }
        let isLeft = tracer.serve()
        if !isLeft, isFinished, orders.isEmpty { break }
        if !isLeft { usleep(1_000) }
      }
      inbox.endTracing()
    }
  }

  private func takeOrders() -> ([Order], Bool) {
    state.withLock { state in
      defer { state.orders = [] }
      return (state.orders, state.isFinished)
    }
  }

  /// Attaches to programs and lets go of them, as far as that is asked for.
  private func attach(_ tracer: Tracer) {
    let targets = state.withLock { state in
      defer { state.targets = [] }
      return state.targets
    }
    do throws(AttachError) {
      if !targets.isEmpty { try tracer.attach(targets) }
    } catch {
      tracer.leave()
      inbox.post(.refused(error))
    }
    tracer.settleOverdue()
    if state.withLock({ $0.isLeaving }) { tracer.leave() }
    state.withLock { $0.isSettling = tracer.isSettling }
  }

  private func start(_ order: Order, _ tracer: Tracer) {
    do throws(TracingError) {
      let process = try tracer.start(order.program)
      inbox.post(Inbox.Start(role: order.role, result: .success(process)))
    } catch {
      inbox.post(Inbox.Start(role: order.role, result: .failure(error)))
    }
  }
}
