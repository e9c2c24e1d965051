import Capture
import Glibc
import Synchronization
import Tracing

/// A packet as it left the capture, before it is decoded.
struct Frame: Sendable {
  var time: Int64
  var length: Int
  var bytes: [UInt8]
}

/// The one place where the tracer's thread and the capture's thread leave what they have for the
/// main thread.
final class Inbox: Sendable {
  /// What was left since the last look.
  struct Contents: Sendable {
    var reports: [CallReport] = []
    /// Programs that were started, or could not be.
    var starts: [Start] = []
    var frames: [Frame] = []
    /// Whether no tracee is left, and none will come.
    var tracingIsOver = false
    /// Whether the capture has ended, with its counts and what stopped it, if anything did.
    var captureIsOver = false
    var statistics: CaptureStatistics?
    var captureError: CaptureError?
    fileprivate var backlog = Backlog.none
  }

  /// What became of the start of a program.
  struct Start: Sendable {
    var role: Role
    var result: Result<Int32, TracingError>
  }

  /// Reports that may wait before calls that only move bytes are left out, and before all are.
  private static let much = 60_000
  private static let full = 90_000
  /// Reports that may wait at all: nothing but processes that come and go fills it so far.
  private static let most = 400_000
  /// Frames that may wait. Where more come, the kernel counts lost packets.
  private static let room = 100_000

  private let contents = Mutex(Contents())

  /// How much waits. Once it is much, it is so until half of that was taken.
  var backlog: Backlog {
    contents.withLock { contents in
      let count = contents.reports.count
      let least = count < Inbox.much / 2 ? .none : contents.backlog
      let now: Backlog = count > Inbox.full ? .full : count > Inbox.much ? .much : .none
      contents.backlog = max(least, now)
      return contents.backlog
    }
  }

  /// Leaves a report. The program whose call it is waits meanwhile: it is not to wait for the main thread.
  func post(_ report: CallReport) {
    while contents.withLock({ $0.reports.count > Inbox.most }) { usleep(1_000) }
    contents.withLock { $0.reports.append(report) }
  }

  func post(_ frames: [Frame]) {
    if frames.isEmpty { return }
    while contents.withLock({ $0.frames.count > Inbox.room }) { usleep(1_000) }
    contents.withLock { $0.frames += frames }
  }

  /// Whether tracees are left, or will come.
  var isTraced: Bool { contents.withLock { !$0.tracingIsOver } }

  func post(_ start: Start) { contents.withLock { $0.starts.append(start) } }
  func endTracing() { contents.withLock { $0.tracingIsOver = true } }

  func endCapture(_ statistics: CaptureStatistics?, _ error: CaptureError?) {
    contents.withLock {
      $0.captureIsOver = true
      $0.statistics = statistics
      $0.captureError = error
    }
  }

  /// Takes all events; the marks stay.
  func take() -> Contents {
    contents.withLock { contents in
      let taken = contents
      contents.reports.removeAll()
      contents.starts.removeAll()
      contents.frames.removeAll()
      return taken
    }
  }
}
