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

  /// Bytes that may wait before no more is to be drawn: a reader who pauses for a while, as a pager does,
  /// loses nothing of some hundred thousand lines.
  private let room: Int
  /// Bytes that were taken before room is made of theirs.
  private static let stale = 1 << 20
  /// Bytes that a pipe takes without a wait when it polls writable (PIPE_BUF, pipe(7)).
  private static let piece = 4096

  init(_ output: Output, room: Int = 16 << 20) {
    self.output = output
    self.room = room
  }

  func add(_ lines: Lines) {
    guard failure == 0 else { return }
    waiting.append(contentsOf: lines.bytes)
    flush()
    if waitingBytes > room { isBehind = true }
  }

  /// Nothing: the streams are the process's, and a file ends with it.
  func close() {}

  /// Bytes that the reader has not taken.
  var waitingBytes: Int { waiting.count - taken }

  /// Whether the reader has not taken everything.
  var isWaiting: Bool { taken < waiting.count }

  /// Whether so much waits that no more is to be drawn; it stays so until half of it was taken.
  private(set) var isBehind = false
  /// Bytes that the reader has taken so far.
  private(set) var delivered = 0

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
      delivered += end - taken
      taken = end
      if failure != 0 { break }
    }
    if failure == 0, !isWaiting, hasGone { failure = EPIPE }
    if !isWaiting || failure != 0 { forget() } else if taken > WaitingOutput.stale { drop() }
    if waitingBytes < room / 2 { isBehind = false }
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
    waiting.removeAll(keepingCapacity: waiting.count < WaitingOutput.stale)
    taken = 0
    isBehind = false
  }
}
