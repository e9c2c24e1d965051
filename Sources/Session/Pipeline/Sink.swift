import Timeline

/// Where batches go: a ladder, a recording, an export, a picture.
///
/// A run gives all of its sinks the same batches, so that several cost one analysis.
protocol Sink: AnyObject {
  /// Whether it asks for the reports of all connections and for the life of processes.
  var needsReports: Bool { get }
  /// The bytes of packets of files whose rows are not made yet, where it asks for them.
  var frames: ExportFrames? { get }

  /// Takes a packet as it was captured, before its row is made.
  func keep(_ frame: Frame, number: Int)
  /// Notes which lane a process is drawn in.
  func hint(_ process: Int32, _ side: Side)
  /// Begins; it is called once, before all that follows.
  func begin(_ start: RunStart) throws(RunStop)
  /// Takes the next batch.
  func take(_ batch: Batch) throws(RunStop)
  /// Nothing of before this moment comes any more: what is complete is written.
  func advance(to time: Instant) throws(RunStop)
  /// Writes what is left; it is called once.
  func finish(_ end: RunEnd) throws(RunStop)
}

extension Sink {
  var needsReports: Bool { false }
  var frames: ExportFrames? { nil }
  func keep(_ frame: Frame, number: Int) {}
  func hint(_ process: Int32, _ side: Side) {}
  func begin(_ start: RunStart) throws(RunStop) {}
  func advance(to time: Instant) throws(RunStop) {}
  func finish(_ end: RunEnd) throws(RunStop) {}
}

/// The sinks of a run. One whose reader has gone gets no more; the run ends with the last.
struct Sinks {
  private var sinks: [any Sink]

  init(_ sinks: [any Sink]) { self.sinks = sinks }

  /// Whether one asks for reports.
  var needReports: Bool { sinks.contains(where: \.needsReports) }
  /// The bytes of packets that one asks for.
  var frames: ExportFrames? { sinks.lazy.compactMap(\.frames).first }

  /// Does something with each.
  mutating func each(_ body: (any Sink) throws(RunStop) -> Void) throws(RunStop) {
    var hasGone = false
    for index in sinks.indices.reversed() {
      do throws(RunStop) { try body(sinks[index]) } catch {
        guard case .readerIsGone = error else { throw error }
        sinks.remove(at: index)
        hasGone = true
      }
    }
    if hasGone, sinks.isEmpty { throw .readerIsGone }
  }
}
