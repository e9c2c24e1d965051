import Calls
import Glibc
import Symbols
import Synchronization
import Tracing

/// The thread that finds source lines, and what waits for it.
final class SourceQueue: Sendable {
  private struct State {
    var waiting: [CallPath] = []
    var found: [Int: CallSource?] = [:]
    var isOver = false
    var isFull = false
  }

  private let state = Mutex(State())
  /// The ends of a pipe, by which the thread is woken.
  private let reading: Int32
  private let writing: Int32

  init() {
    var ends: [Int32] = [-1, -1]
    // The call fills the two numbers it is given.
    _ = unsafe pipe(&ends)
    // No program runs yet that could inherit them.
    for end in ends {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
    (reading, writing) = (ends[0], ends[1])
  }

  deinit {
    close(reading)
    close(writing)
  }

  /// Asks for the source of a path.
  func look(for path: CallPath) {
    state.withLock { state in
      state.waiting.append(path)
      if path.number >= PathBook.usualLimit { state.isFull = true }
    }
    ring()
  }

  /// Whether calls by further paths are not looked up.
  var isFull: Bool { state.withLock { $0.isFull } }

  /// Says that no more paths will come, and lets the thread end.
  func finish() {
    state.withLock { $0.isOver = true }
    ring()
  }

  /// What was found since the last call, by the numbers of paths.
  func take() -> [Int: CallSource?] {
    state.withLock { state in
      defer { state.found.removeAll() }
      return state.found
    }
  }

  /// Starts the thread.
  func run() {
    Thread.start { [self] in
      let finder = SourceFinder()
      while true {
        let (path, isOver) = state.withLock { state in
          (state.waiting.isEmpty ? nil : state.waiting.removeFirst(), state.isOver)
        }
        if let path {
          let source = finder.source(of: path)
          state.withLock { $0.found[path.number] = .some(source) }
        } else if isOver {
          return
        } else {
          wait()
        }
      }
    }
  }

  /// Wakes the thread. Where the pipe is full it will wake anyway.
  private func ring() {
    var byte: UInt8 = 0
    // One byte is read from the one there is.
    _ = unsafe write(writing, &byte, 1)
  }

  /// Waits to be woken, at most a second.
  private func wait() {
    var entry = pollfd(fd: reading, events: Int16(POLLIN), revents: 0)
    // The kernel writes `revents` of the one entry it is told of.
    _ = unsafe poll(&entry, 1, 1_000)
    // The kernel writes at most as many bytes as there are.
    var bytes = [UInt8](repeating: 0, count: 256)
    _ = unsafe read(reading, &bytes, bytes.count)
  }
}
