import Calls
import CaptureFile
import Recording
import Render
import Strace
import Timeline
import Wire

/// The packets of the captures that calls are joined with.
struct JoinedPackets {
  private(set) var flows = CapturedFlows()
  private(set) var damages: [ReplayDamage] = []
  private var link: LinkType?
  private var interface: String?
  private var snaplen = 0
  private var first = Instant(0)

  /// Reads captures for what the clocks are joined by.
  init(_ paths: [String]) throws(SessionError) {
    var sources = ReplaySources(paths, follows: false)
    var clock = ReplayClock()
    reading: while true {
      switch sources.next() {
      case .item(.packet(let record), let source):
        if let link, link != record.link { throw .mixedLinks(source.path, link, record.link) }
        let time = clock.time(of: record)
        if link == nil {
          link = record.link
          first = time
          interface = source.interfaces[record.interface].name
        }
        let packet = Packet.decode(
          record.bytes.span, link: record.link, frameLength: record.frameLength)
        flows.take(packet, at: time)
      case .item(.journal(let entry), let source):
        // A recording that has calls needs no others.
        if entry["SOCK_HAS_CALLS"] == "1" { throw .joinedRecording(source.path) }
      case .silence: sources.wait()
      case .over: break reading
      }
    }
    damages = sources.damages
    if link == nil { link = sources.firstInterface?.link }
    guard let link, sources.hasAny else {
      if let failure = damages.first { throw failure.error }
      throw .join(.noPackets)
    }
    if !link.isKnown { throw .link(paths[0], link) }
  }

  /// What the recording says of itself.
  func start(
    source: String, notes: [String], _ request: JoinRequest, _ join: StraceJoin
  ) -> RecordingStart {
    let earliest = min(first.nanoseconds, join.events.first?.time ?? first.nanoseconds)
    let run = String(UInt64(bitPattern: first.nanoseconds ^ Int64(flows.packets)), radix: 16)
    var start = RecordingStart(run: run, time: earliest)
    start.command = JoinedPackets.command(join.events)
    start.backend = "strace"
    start.payloadBytes = request.payloadBytes
    start.source = source
    start.notes = notes
    start.capturesOnlyLoopback = flows.isLoopback
    start.hidesOthers = true
    start.interface = interface ?? (flows.isLoopback ? "lo" : "")
    start.link = link ?? .ethernet
    start.application = request.application
    return start
  }

  /// What was run: the first program that the log shows.
  private static func command(_ events: [CallEvent]) -> String {
    for event in events {
      if case .executed(_, let command, _, _) = event.what { return command.joined(separator: " ") }
    }
    return ""
  }

  /// Reads the captures again, and gives a sink their packets with the calls.
  func write(
    _ calls: [CallEvent], _ paths: [String], _ notes: [String], _ sink: any Sink
  ) throws(SessionError) {
    do throws(RunStop) { try give(calls, paths, notes, sink) } catch {
      if case .failed(let failure) = error { throw failure }
    }
  }

  private func give(
    _ calls: [CallEvent], _ paths: [String], _ notes: [String], _ sink: any Sink
  ) throws(RunStop) {
    var analysis = LiveAnalysis(
      Timeline(hasCalls: true, capturesOnlyLoopback: flows.isLoopback, hidesOthers: true))
    var sources = ReplaySources(paths, follows: false)
    var clock = ReplayClock()
    var next = 0
    var latest = first
    reading: while true {
      switch sources.next() {
      case .item(.packet(let record), _):
        latest = clock.time(of: record)
        var batch: [Event] = []
        while next < calls.count, calls[next].time <= latest.nanoseconds {
          batch.append(.call(calls[next]))
          next += 1
        }
        let frame = Frame(
          time: latest.nanoseconds, length: record.frameLength, bytes: record.bytes)
        let packet = analysis.packet(frame, link: record.link, interface: record.interface)
        batch.append(.packet(packet))
        sink.keep(frame, number: packet.number)
        try sink.take(analysis.append(batch, until: latest))
      case .item(.journal, _): continue
      case .silence: sources.wait()
      case .over: break reading
      }
    }
    for call in calls[next...] {
      latest = max(latest, Instant(call.time))
      try sink.take(analysis.append([.call(call)], until: latest))
    }
    try sink.take(analysis.finish(at: latest))
    var end = RunEnd(
      totals: analysis.totals, ending: Ending(), exported: ExportedRecording(tool: ""))
    end.ending.notes = clock.notes + notes
    end.time = latest
    try sink.finish(end)
  }
}
