import Calls
import Capture
import Synchronization
import Timeline

/// A packet as it left the capture, before it is decoded.
struct Frame: Sendable {
  var time: Int64
  var length: Int
  var bytes: [UInt8]
}

/// The one place where the tracer's thread, the capture's thread and the readers of program
/// output leave what they have for the main thread.
final class Inbox: Sendable {
  /// What was left since the last look.
  struct Contents: Sendable {
    var calls: [CallEvent] = []
    var frames: [Frame] = []
    var lines: [PrintedLine] = []
    /// Whether no tracee is left.
    var tracingIsOver = false
    /// Whether the capture has ended, with its counts and what stopped it, if anything did.
    var captureIsOver = false
    var statistics: CaptureStatistics?
    var captureError: CaptureError?
  }

  private let contents = Mutex(Contents())

  func post(_ event: CallEvent) { contents.withLock { $0.calls.append(event) } }
  func post(_ frames: [Frame]) { contents.withLock { $0.frames += frames } }
  func post(_ line: PrintedLine) { contents.withLock { $0.lines.append(line) } }
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
      contents.calls.removeAll(keepingCapacity: true)
      contents.frames.removeAll(keepingCapacity: true)
      contents.lines.removeAll(keepingCapacity: true)
      return taken
    }
  }
}
