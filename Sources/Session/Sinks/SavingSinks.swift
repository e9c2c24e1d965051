import Recording
import Render
import Timeline
import Tracing
import Wire

/// A file that grows while a run goes on, and that the footer may tell of.
protocol SavingSink: Sink {
  /// Bytes that were written.
  var size: Int { get }
}

/// Writes a recording: packets with their causes, and the calls.
final class RecordingSink: SavingSink {
  private var file: RecordingFile

  /// Creates the file.
  init(_ path: String, _ start: RecordingStart) throws(SessionError) {
    file = try RecordingFile(path, start)
  }

  var size: Int { file.size }

  func keep(_ frame: Frame, number: Int) { file.keep(frame, number: number) }
  func hint(_ process: Int32, _ side: Side) { file.hint(process, side) }

  func take(_ batch: Batch) throws(RunStop) {
    try RunStop.failing { () throws(SessionError) in
      try file.add(batch.events, batch.rows, until: batch.until)
    }
  }

  func finish(_ end: RunEnd) throws(RunStop) {
    try RunStop.failing { () throws(SessionError) in
      try file.finish([], end.ending, end.offsets, at: end.time)
    }
  }
}

/// Writes the packets alone, as pcap, in the order of their capture.
final class PcapSink: SavingSink {
  private var file: PacketFile

  /// Creates the file.
  init(_ path: String, link: LinkType, snaplen: Int) throws(SessionError) {
    file = try PacketFile(path, link: link, snaplen: snaplen)
  }

  var size: Int { file.size }

  func keep(_ frame: Frame, number: Int) { file.add(frame) }

  func take(_ batch: Batch) throws(RunStop) {
    try RunStop.failing { () throws(SessionError) in try file.flush() }
  }

  func advance(to time: Instant) throws(RunStop) {
    try RunStop.failing { () throws(SessionError) in try file.flush() }
  }

  func finish(_ end: RunEnd) throws(RunStop) {
    try RunStop.failing { () throws(SessionError) in try file.close() }
  }
}

/// What a live run or a capture saves besides what it draws.
enum SavedFile {
  /// Whether a name is that of a recording.
  static func isRecording(_ path: String?) -> Bool { path?.hasSuffix(".pcapng") ?? false }

  /// What tells a new recording from others.
  static var newRun: String {
    let run = String(UInt32.random(in: .min ... .max), radix: 16)
    return String(repeating: "0", count: 8 - run.count) + run
  }

  /// Creates the file that a request names: packets alone into `.pcap`, everything into `.pcapng`.
  static func create(
    _ path: String, _ start: RecordingStart
  ) throws(SessionError) -> (any SavingSink)? {
    if isRecording(path) { return try RecordingSink(path, start) }
    guard start.hasPackets else { return nil }
    return try PcapSink(path, link: start.link, snaplen: start.snaplen)
  }
}

/// A moment by both clocks.
struct RunBeginning {
  /// Nanoseconds since the epoch (CLOCK_REALTIME).
  var time = Clock.now
  /// Nanoseconds of the clock that is never set (CLOCK_MONOTONIC).
  var monotonic = Clock.monotonic
}
