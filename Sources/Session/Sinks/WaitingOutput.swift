import Glibc
import Text

/// An output whose reader may be slow: what it has not taken waits here, so that signals are heard and
/// packets are recorded meanwhile.
final class WaitingOutput: LineOutput {
  private let output: Output
  /// Bytes that the reader has not taken, and how many of the first it has.
  private var waiting: [UInt8] = []
  private var taken = 0
  /// The errno(3) that ended the writing, such as EPIPE when the reader has gone.
  private(set) var failure: Int32 = 0

  /// Bytes that may wait before no more events are to be added.
  private static let room = 1 << 20
  /// Bytes that a pipe takes without a wait when it polls writable (PIPE_BUF, pipe(7)).
  private static let piece = 4096

  init(_ output: Output) { self.output = output }

  func add(_ lines: Lines) {
    guard failure == 0 else { return }
    waiting.append(contentsOf: lines.bytes)
    flush()
  }

  /// Nothing: the streams are the process's, and a file ends with it.
  func close() {}

  /// Whether the reader has not taken everything.
  var isWaiting: Bool { taken < waiting.count }

  /// Whether so much waits that no more events are to be added.
  var isBehind: Bool { waiting.count - taken > WaitingOutput.room }

  /// Whether the reader takes something within some milliseconds.
  ///
  /// C: `poll`
  func isTaken(within milliseconds: Int32) -> Bool {
    var entry = pollfd(fd: output.descriptor, events: Int16(POLLOUT), revents: 0)
    // The kernel writes `revents` of the one entry it is told of.
    return unsafe poll(&entry, 1, milliseconds) > 0
  }

  /// Gives the reader what it takes at once, and looks whether it is still there.
  func flush() {
    guard failure == 0 else { return }
    while isWaiting, isTaken(within: 0) {
      let end = min(taken + WaitingOutput.piece, waiting.count)
      failure = output.write(Array(waiting[taken..<end]))
      taken = end
      if failure != 0 { break }
    }
    if failure == 0, !isWaiting, hasGone { failure = EPIPE }
    if !isWaiting || failure != 0 { forget() } else if taken > WaitingOutput.room { drop() }
  }

  /// Whether nobody can read any more what would be written next.
  ///
  /// C: `poll`
  private var hasGone: Bool {
    var entry = pollfd(fd: output.descriptor, events: 0, revents: 0)
    // The kernel writes `revents` of the one entry it is told of.
    return unsafe poll(&entry, 1, 0) > 0 && entry.revents & Int16(POLLERR) != 0
  }

  /// Draws no more for a reader who does not read.
  func abandon() {
    failure = EPIPE
    forget()
  }

  private func drop() {
    waiting.removeFirst(taken)
    taken = 0
  }

  private func forget() {
    waiting.removeAll(keepingCapacity: waiting.count < WaitingOutput.room)
    taken = 0
  }
}
