public import Calls
import Explain
import Text
public import Timeline
import Wire

/// Writes a recording in the Trace Event Format, which Perfetto and chrome://tracing open: a track for
/// each thread with its calls, one for each connection with its packets, and arrows from calls to the
/// packets that they sent.
///
/// Source: "Trace Event Format" of the Chromium project; times are microseconds from the first event.
public struct PerfettoPen: ExportPen {
  private var zero: Instant?
  private var latest = Instant(0)
  private var hasEvent = false
  private var threads = PerfettoThreads()
  private var tracks = PerfettoTracks()
  private var nextFlow: Int64 = 1

  /// Makes a pen.
  public init() {}

  /// The beginning of the object, up to the list of events.
  public mutating func begin(_ recording: ExportedRecording) -> [UInt8] {
    var bytes = Array("{\"displayTimeUnit\":\"ns\",\"otherData\":".utf8)
    JSONLinesObject.add(ExportObject.recording(recording).fields, to: &bytes)
    bytes += Array(",\"traceEvents\":[\n".utf8)
    return bytes
  }

  /// Takes what a recorder of calls saw of the life of processes, which has no slice.
  public mutating func take(_ event: CallEvent) {}

  /// Takes a row.
  public mutating func append(_ row: Row) -> [UInt8] {
    if zero == nil { zero = row.time }
    latest = max(latest, row.time)
    switch row.content {
    // The events come first, in statements of their own: in one expression the pen would be copied
    // before it is changed.
    case .opening(let facts):
      let events = tracks.open(facts)
      return write(events)
    case .packet(let packet): return add(packet, row)
    case .call(let call):
      let events = threads.add(call)
      return write(events)
    case .signal(let signal, let process, _, let isOurs):
      let name = LifeText().signal(signal, isOurs: isOurs)
      let events = threads.announce(process, process.id) + [instant(name, process, row.time)]
      return write(events)
    case .exit(let status, let signal, let process, _, let isOurs):
      let how = LifeText().exit(status, signal, isOurs: isOurs)
      let ended = threads.close(process.id, at: row.time)
      let named = threads.announce(process, process.id)
      return write(ended + named + [instant(how, process, row.time)])
    case .output, .blind: return []
    }
  }

  /// Takes the report of a connection that is over: its last packet is written.
  public mutating func append(_ report: ConnectionReport) -> [UInt8] {
    let events = tracks.close(report.connection.id)
    return write(events)
  }

  /// Ends the slices that are open, and the object.
  public mutating func finish(_ recording: ExportedRecording) -> [UInt8] {
    let events = threads.closeAll(at: latest) + tracks.closeAll()
    return write(events) + Array("\n]}\n".utf8)
  }

  private func instant(_ name: String, _ process: ProcessName, _ time: Instant) -> PerfettoEvent {
    var event = PerfettoEvent("i", name, process: Int64(process.id), thread: Int64(process.id))
    event.time = time
    event.more = [ExportField("s", .text("p"))]
    return event
  }

  /// A packet's slice, with an arrow from each call that sent it.
  private mutating func add(_ packet: PacketRow, _ row: Row) -> [UInt8] {
    var arrows: [PerfettoArrow] = []
    if packet.cause.kind == .call || packet.cause.kind == .released {
      for call in packet.cause.calls {
        guard let start = threads.start(of: call, at: row.time) else { continue }
        arrows.append(PerfettoArrow(number: nextFlow, start: start))
        nextFlow += 1
      }
    }
    let events = tracks.add(packet, row, arrows)
    return write(events)
  }

  private mutating func write(_ events: [PerfettoEvent]) -> [UInt8] {
    var bytes: [UInt8] = []
    for event in events {
      if hasEvent { bytes += Array(",\n".utf8) }
      hasEvent = true
      JSONLinesObject.add(event.fields(zero: zero ?? latest), to: &bytes)
    }
    return bytes
  }
}
