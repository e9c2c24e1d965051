import Calls
import Render
import Timeline
import Wire

/// Numbers and decodes packets in the order of their capture, and works out the rows of them and of
/// calls: what a live run, a capture and a join of files have in common.
struct LiveAnalysis {
  private var timeline: Timeline
  private var assembler = Assembler()
  /// Packets that were numbered.
  private(set) var packets = 0
  /// Calls that were entered.
  private(set) var calls = 0
  /// The owners of sockets, where no calls tell them.
  var names: CaptureNames?
  private let keepsLives: Bool

  /// - Parameter keepsReports: whether batches have the reports of connections and the life of processes.
  init(_ timeline: Timeline, keepsReports: Bool = false) {
    self.timeline = timeline
    self.timeline.keepsReports = keepsReports
    keepsLives = keepsReports
  }

  /// Decodes a packet and gives it its number, in the order of the capture.
  mutating func packet(_ frame: Frame, link: LinkType, interface: Int = 0) -> CapturedPacket {
    packets += 1
    let packet = assembler.decode(
      frame.bytes.span, link: link, frameLength: frame.length, number: packets, time: frame.time,
      interface: interface)
    return CapturedPacket(
      number: packets, time: Instant(frame.time), frameLength: frame.length,
      capturedLength: frame.bytes.count, packet: packet)
  }

  /// Says which lane a process is drawn in.
  mutating func hint(_ process: Int32, _ side: Side) { timeline.hint(process, side) }

  /// Takes events in the order of time, and what is known to have happened until `now`.
  mutating func take(_ events: [Event], until now: Instant) -> Batch {
    var batch = appended(events, until: now)
    timeline.advance(to: now, into: &batch.rows)
    return completed(batch)
  }

  /// Takes events in the order of time, where only they tell how late it is.
  mutating func append(_ events: [Event], until now: Instant) -> Batch {
    completed(appended(events, until: now))
  }

  private mutating func appended(_ events: [Event], until now: Instant) -> Batch {
    var batch = Batch(events: events, until: now)
    for event in events {
      note(event, in: &batch)
      timeline.append(event, into: &batch.rows)
    }
    return batch
  }

  /// The rows that are left.
  mutating func finish(at now: Instant) -> Batch {
    completed(Batch(rows: timeline.finish(), until: now))
  }

  /// Counts so far, with the owners of sockets.
  var totals: Totals { names?.named(timeline.totals) ?? timeline.totals }

  /// TCP connections of traced programs that are not closed yet.
  var openConnections: Int { timeline.openConnections }

  private mutating func note(_ event: Event, in batch: inout Batch) {
    guard case .call(let event) = event else { return }
    if case .entered = event.what { calls += 1 }
    if keepsLives, event.isOfLife { batch.lives.append(event) }
  }

  private mutating func completed(_ batch: Batch) -> Batch {
    var batch = batch
    if let named = names?.named(batch.rows) { batch.rows = named }
    if keepsLives { batch.reports = timeline.takeReports() }
    return batch
  }
}
