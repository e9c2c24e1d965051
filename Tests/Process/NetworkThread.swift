import CProcess
import Dispatch
import Glibc
import Synchronization

/// A thread in a network namespace of its own, which runs a test from its start to its end.
final class NetworkThread: TaskExecutor {
  private struct State {
    var jobs: [UnownedJob] = []
    var isEnded = false
  }

  private let state = Mutex(State())
  private let signal = DispatchSemaphore(value: 0)

  /// Starts a thread, and waits until it is in there.
  static func start() async throws -> NetworkThread {
    let thread = NetworkThread()
    let failure = await withCheckedContinuation { continuation in
      let entry = Entry { [thread] in
        let failure = namespace_enter()
        continuation.resume(returning: failure)
        if failure == 0 { thread.serve() }
      }
      var identifier = pthread_t()
      let status = pthread_create(
        &identifier, nil,
        { pointer in
          guard let pointer else { return nil }
          Unmanaged<Entry>.fromOpaque(pointer).takeRetainedValue().body()
          return nil
        }, Unmanaged.passRetained(entry).toOpaque())
      guard status == 0 else { return continuation.resume(returning: status) }
      pthread_detach(identifier)
    }
    guard failure == 0 else { throw ProcessError.system(call: "unshare", errno: failure) }
    return thread
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    state.withLock { $0.jobs.append(job) }
    signal.signal()
  }

  /// Lets the thread end when it has done all that it was given.
  func end() {
    state.withLock { $0.isEnded = true }
    signal.signal()
  }

  private func serve() {
    while true {
      signal.wait()
      let job = state.withLock { $0.jobs.isEmpty ? nil : $0.jobs.removeFirst() }
      if let job {
        job.runSynchronously(on: asUnownedTaskExecutor())
      } else if state.withLock({ $0.isEnded }) {
        return
      }
    }
  }

  /// What the thread does.
  private final class Entry {
    let body: () -> Void
    init(_ body: @escaping () -> Void) { self.body = body }
  }
}

/// As many live tests at a time as there are processors: each has a thread, so nothing else would
/// hold them back.
final class Slots: Sendable {
  static let shared = Slots(max(2, sysconf(Int32(_SC_NPROCESSORS_ONLN))))

  private struct State {
    var free: Int
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  private let state: Mutex<State>

  private init(_ count: Int) { state = Mutex(State(free: count)) }

  func take() async {
    await withCheckedContinuation { continuation in
      let isFree = state.withLock { state in
        guard state.free > 0 else {
          state.waiting.append(continuation)
          return false
        }
        state.free -= 1
        return true
      }
      if isFree { continuation.resume() }
    }
  }

  func giveBack() {
    let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
      if state.waiting.isEmpty {
        state.free += 1
        return nil
      }
      return state.waiting.removeFirst()
    }
    next?.resume()
  }
}
