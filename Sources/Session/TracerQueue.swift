import Glibc
import Synchronization
import Tracing

/// The recorder by ptrace(2): the thread that traces, and what the main thread asks of it.
final class TracerQueue: CallRecorder {
  static let backend = "ptrace"

  private struct State: Sendable {
    var orders: [RecorderOrder] = []
    /// Running programs to be attached to.
    var targets: [AttachTarget] = []
    /// Whether they are to be let go of.
    var isLeaving = false
    /// Whether the tracer is to look now and then.
    var isSettling = false
    var isFinished = false
    var thread: TracerThread?
  }

  private let progress = TracerProgress()
  private let state = Mutex(State())
  private let inbox: Inbox

  init(_ inbox: Inbox) { self.inbox = inbox }

  func start(_ order: RecorderOrder, isLast: Bool) {
    state.withLock { state in
      state.orders.append(order)
      state.isFinished = isLast
    }
    nudge()
  }

  func attach(_ targets: [AttachTarget]) {
    state.withLock { state in
      state.targets = targets
      state.isSettling = true
      state.isFinished = true
    }
    nudge()
  }

  func letGo() {
    state.withLock { $0.isLeaving = true }
    nudge()
  }

  func finish() { state.withLock { $0.isFinished = true } }

  /// Calls the tracer back from its wait, where something is to be done.
  func nudge() {
    let thread = state.withLock { state in
      let isNeeded =
        !state.orders.isEmpty || !state.targets.isEmpty || state.isLeaving || state.isSettling
      return isNeeded ? state.thread : nil
    }
    thread?.interrupt()
  }

  func told(at now: Int64) -> Int64? { progress.told(at: now) }
  var cost: TracingCost { progress.cost }

  func run(_ wish: RecorderWish) {
    Thread.start { [self] in
      progress.note(measured: TracingCost.measure())
      state.withLock { $0.thread = .current() }
      let paths = wish.sources.map { sources in PathBook { sources.look(for: $0) } }
      let tracer = Tracer(
        payloadBytes: wish.payloadBytes, printers: wish.printers, attaches: wish.attaches,
        paths: paths, progress: progress, backlog: { [inbox] in inbox.backlog }
      ) { [inbox] in
        inbox.post($0)
      }
      while true {
        let (orders, isFinished) = takeOrders()
        for order in orders { start(order, tracer) }
        if wish.attaches { attach(tracer) }
        if isFinished, !orders.isEmpty { InheritedSockets.close() }
        let isLeft = tracer.serve()
        if !isLeft, isFinished, orders.isEmpty { break }
        if !isLeft { usleep(1_000) }
      }
      inbox.endTracing()
    }
  }

  private func takeOrders() -> ([RecorderOrder], Bool) {
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

  private func start(_ order: RecorderOrder, _ tracer: Tracer) {
    do throws(TracingError) {
      let process = try tracer.start(order.program)
      inbox.post(Inbox.Start(role: order.role, result: .success(process)))
    } catch {
      inbox.post(Inbox.Start(role: order.role, result: .failure(error)))
    }
  }
}
