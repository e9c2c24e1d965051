import Calls
import Recording
import Scenario
import Timeline
import Wire

/// A recording of a scenario, as a live session writes it.
public struct RecordedScenario: Sendable {
  /// The header, and then each block as it is written.
  public private(set) var blocks: [[UInt8]] = []
  /// How many blocks were written before the end was known.
  public private(set) var early = 0
  /// The rows that the timeline made.
  public private(set) var rows: [Row] = []

  /// The whole file.
  public var bytes: [UInt8] { Array(blocks.joined()) }

  /// Records a scenario; `change` fills in what the recording says of itself at its start.
  public init(
    _ scenario: Scenario, run: String = "5f3a", _ change: (inout RecordingStart) -> Void = { _ in }
  ) {
    let first = scenario.events.first?.time ?? Instant(0)
    var start = RecordingStart(run: run, time: first.nanoseconds - 1_000_000)
    start.command = "demo tcp"
    start.source = "lo, private network"
    start.hasCalls = scenario.hasCalls
    start.snaplen = 256
    start.payloadBytes = 64
    start.application = "sockline 0.1.0"
    start.system = "Linux"
    change(&start)
    self.init(scenario, start)
  }

  private init(_ scenario: Scenario, _ start: RecordingStart) {
    var writer = RecordingWriter(start) { record in
      let end = record.outcome.map { " = \($0.result)" } ?? ""
      return record.call.rawValue + "()" + end
    }
    var timeline = scenario.timeline
    var bytes: [UInt8] = []
    for (process, side) in scenario.hints { writer.hint(process, side) }
    blocks.append(writer.header())
    for event in scenario.events {
      let made = timeline.append(event)
      rows += made
      writer.take(made)
      if case .packet(let packet) = event {
        writer.add(event, frame: scenario.frames[packet.number] ?? [])
      } else {
        writer.add(event)
      }
      // What happened at the same moment may still come.
      _ = writer.advance(to: event.time, into: &bytes)
      take(&bytes)
    }
    early = blocks.count
    let last = (scenario.events.last?.time ?? Instant(start.time)) + 1_000
    let rest = timeline.advance(to: last) + timeline.finish()
    rows += rest
    writer.take(rest)
    var end = RecordingEnd(time: last.nanoseconds)
    end.lostByKernel = 0
    end.lostByInterface = 0
    end.stretch = 2
    end.addedNanoseconds = 14_000
    writer.finish(end, into: &bytes)
    take(&bytes)
  }

  /// Takes what was written, block by block.
  private mutating func take(_ bytes: inout [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let length = rest.dropFirst(4).prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
      blocks.append(Array(rest.prefix(length)))
      rest = rest.dropFirst(length)
    }
    bytes = []
  }
}
