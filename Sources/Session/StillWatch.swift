import Glibc
import Synchronization
import Tracing

/// Ends a session whose main thread stands still, as in a write to a disk or a pipe that takes nothing: it
/// hears no signal there, and what an attached program does would be traced for nothing.
///
/// Make it on the main thread, which is watched. It stands still where a signal waits that it has to hear, or
/// was heard, and it has neither run nor asked for a processor for a while: otherwise it looks about every few
/// milliseconds.
final class StillWatch: Sendable {
  private let clock: clockid_t
  private let recorder = Mutex<(recorder: any CallRecorder, inbox: Inbox)?>(nil)
  private let isOver = Atomic<Bool>(false)
  /// The signal that the main thread has heard last; 0: none.
  private let heard = Atomic<Int32>(0)

  /// Microseconds between two looks.
  private static let tick: UInt32 = 100_000
  /// Looks at which nothing has changed.
  private static let patience = 5
  /// Looks for which it is waited that attached programs are let go of.
  private static let farewell = 10

  init() {
    var clock = clockid_t()
    // The call fills the one number.
    _ = unsafe pthread_getcpuclockid(pthread_self(), &clock)
    self.clock = clock
  }

  /// Says who lets go of attached programs.
  func note(_ recorder: any CallRecorder, _ inbox: Inbox) {
    self.recorder.withLock { $0 = (recorder, inbox) }
  }

  /// Notes that the main thread has heard a signal: it ends what it does, as long as it can.
  func note(_ signal: SignalWatch.Signal) {
    if !signal.isIgnored { heard.store(signal.number, ordering: .releasing) }
  }

  /// The signal by which the end was asked for, heard or not.
  private func wish(_ signals: SignalWatch) -> Int32? {
    let heard = heard.load(ordering: .acquiring)
    return heard > 0 ? heard : signals.pending
  }

  /// Ends watching.
  func finish() { isOver.store(true, ordering: .releasing) }

  /// Watches on a thread of its own for the signals that are heard.
  func run(_ signals: SignalWatch) {
    Thread.start { [self] in
      var (count, spent) = (0, Int64(-1))
      while !isOver.load(ordering: .acquiring) {
        usleep(StillWatch.tick)
        guard let signal = wish(signals), !isRunnable else {
          count = 0
          continue
        }
        let now = processorTime
        count = now == spent ? count + 1 : 0
        spent = now
        if count >= StillWatch.patience, !isOver.load(ordering: .acquiring) { end(by: signal) }
      }
    }
  }

  /// Nanoseconds that the main thread has run so far.
  private var processorTime: Int64 {
    var time = timespec()
    // The kernel fills the one structure.
    guard unsafe clock_gettime(clock, &time) == 0 else { return 0 }
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  /// Whether the main thread runs or waits for a processor only (proc_pid_stat(5)).
  private var isRunnable: Bool {
    let file = unsafe open("/proc/self/task/\(getpid())/stat", O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return false }
    defer { close(file) }
    let room = 512
    let text = unsafe [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
      // The buffer is as large as stated.
      count = max(0, unsafe read(file, buffer.baseAddress, room))
    }
    guard let end = text.lastIndex(of: UInt8(ascii: ")")), end + 2 < text.count else {
      return false
    }
    return text[end + 2] == UInt8(ascii: "R")
  }

  private func end(by signal: Int32) {
    let told = recorder.withLock { $0 }
    told?.recorder.letGo()
    for _ in 0..<StillWatch.farewell where told?.inbox.isTraced ?? false { usleep(StillWatch.tick) }
    if Output.error.takesSome {
      Output.error.write(lines: [
        "sockline: ended by a signal while an output took nothing: what was written into it is incomplete"
      ])
    }
    _exit(128 + signal)
  }
}

extension Output {
  /// Whether some bytes can be written without a wait.
  ///
  /// C: `poll`
  fileprivate var takesSome: Bool {
    var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    // The kernel writes `revents` of the one entry it is told of.
    return unsafe poll(&entry, 1, 0) > 0
  }
}
