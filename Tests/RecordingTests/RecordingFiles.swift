import Calls
import CaptureFile
import Process
import Recording
import Scenario
import Testing
import Timeline
import Wire

/// What a file holds, read as a recording.
struct RecordingContents {
  var items: [RecordedItem] = []
  var reader = RecordingReader()
  var error: CaptureFileError?

  init(_ file: [UInt8], pieceSize: Int = .max) {
    var capture = CaptureReader()
    var index = 0
    do throws(CaptureFileError) {
      while index < file.count {
        let end = index + min(pieceSize, file.count - index)
        capture.append(Array(file[index..<end]))
        index = end
        while let item = try capture.nextItem() { take(item, capture) }
      }
      try capture.finish()
    } catch {
      self.error = error
    }
    items += reader.finish()
  }

  private mutating func take(_ item: CaptureItem, _ capture: CaptureReader) {
    switch item {
    case .journal(let entry): items += reader.take(entry)
    case .packet(let record):
      items += reader.take(
        record, at: Instant(record.time),
        interface: capture.interfaces[record.interface].description)
    }
  }

  /// What recorders saw, and packets by their numbers, in order.
  var order: [String] {
    items.compactMap { item in
      switch item.content {
      case .packet(let packet): "packet \(packet.number) \(packet.time.nanoseconds)"
      case .event(let event): "\(event)"
      default: nil
      }
    }
  }

  var packets: [RecordedPacket] {
    items.compactMap { if case .packet(let packet) = $0.content { packet } else { nil } }
  }

  var events: [Event] {
    items.compactMap { if case .event(let event) = $0.content { event } else { nil } }
  }

  var start: RecordingStart? {
    items.lazy.compactMap { if case .start(let start) = $0.content { start } else { nil } }.first
  }

  var end: RecordingEnd? {
    items.lazy.compactMap { if case .end(let end) = $0.content { end } else { nil } }.first
  }
}

extension RecordingContents {
  /// What the file tells, recorded again: with the causes that are worked out from it.
  func writtenAnew() throws -> [UInt8] {
    let start = try #require(start)
    let end = try #require(end)
    var writer = RecordingWriter(start) { $0.call.rawValue }
    var timeline = Timeline(
      hasCalls: start.hasCalls, capturesOnlyLoopback: start.capturesOnlyLoopback,
      hidesOthers: start.hidesOthers)
    var bytes = writer.header()
    for item in items {
      let event: Event
      var frame: [UInt8] = []
      switch item.content {
      case .event(let told): event = told
      case .packet(let packet):
        frame = packet.record.bytes
        event = .packet(
          CapturedPacket(
            number: packet.number, time: packet.time, frameLength: packet.record.frameLength,
            capturedLength: frame.count,
            packet: Packet.decode(
              frame.span, link: packet.record.link, frameLength: packet.record.frameLength)))
      case .hint(let process, let side):
        timeline.hint(process, side)
        writer.hint(process, side)
        continue
      default: continue
      }
      writer.take(timeline.append(event))
      writer.add(event, frame: frame)
      _ = writer.advance(to: event.time, into: &bytes)
    }
    writer.take(timeline.finish())
    writer.finish(end, into: &bytes)
    return bytes
  }
}

/// The packets of a file, as the file holds them.
func records(of file: [UInt8]) -> [CaptureRecord] {
  var reader = CaptureReader()
  reader.append(file)
  var records: [CaptureRecord] = []
  while let record = try? reader.next() { records.append(record) }
  return records
}

/// The folder of the captures.
let capturesFolder: String = {
  let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
  return parts.dropLast(3).joined(separator: "/") + "/captures/"
}()

/// The files of captures in it.
let captureNames: [String] = {
  let listing = (try? runText(["ls", capturesFolder]))?.text ?? ""
  return listing.split(separator: "\n").map(String.init).filter {
    $0.hasSuffix(".pcap") || $0.hasSuffix(".pcapng")
  }
}()

/// All scenarios by name.
let scenarios: [(name: String, scenario: Scenario)] = [
  ("tcp", .tcpDemo), ("udp", .udpDemo), ("refused", .refused),
  ("refused datagram", .refusedDatagram), ("reset", .reset), ("retransmission", .retransmission),
  ("ipv6", .ipv6), ("four connections", .fourConnections), ("fork", .fork),
  ("dying program", .dyingProgram), ("without calls", .withoutCalls),
]

extension Scenario {
  /// What was given to the timeline, as `RecordingContents.order` says it.
  var order: [String] {
    events.map { event in
      if case .packet(let packet) = event {
        "packet \(packet.number) \(packet.time.nanoseconds)"
      } else {
        "\(event)"
      }
    }
  }

  /// The scenario with all programs called otherwise.
  func renamed(_ name: String) -> Scenario {
    var copy = self
    copy.events = events.map { event in
      guard case .call(var call) = event else { return event }
      switch call.what {
      case .started(let parent, _): call.what = .started(parent: parent, name: name)
      case .executed(_, let command, let closed, let entered):
        call.what = .executed(name: name, command: command, closed: closed, entered: entered)
      case .named: call.what = .named(name)
      default: break
      }
      return .call(call)
    }
    return copy
  }

  /// The scenario with every time moved off the whole microsecond, and many times equal: `step` is
  /// what one microsecond of the script becomes.
  func squeezed(_ step: Int64) -> Scenario {
    let start = (events.first?.time.nanoseconds ?? 0)
    func moved(_ time: Int64) -> Int64 { start + 333 + (time - start) * step / 1_000 }
    var copy = self
    copy.events = events.map { event in
      switch event {
      case .packet(var packet):
        packet.time = Instant(moved(packet.time.nanoseconds))
        return .packet(packet)
      case .call(var call):
        call.time = moved(call.time)
        return .call(call)
      case .printed(var line):
        line.time = Instant(moved(line.time.nanoseconds))
        return .printed(line)
      }
    }
    return copy
  }
}
