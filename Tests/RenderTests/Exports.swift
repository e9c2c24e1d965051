import Render
import Scenario
import Timeline

/// Exports of scenarios.
enum Exports {
  static let all: [(name: String, scenario: Scenario)] = [
    ("tcp", .tcpDemo), ("udp", .udpDemo), ("refused", .refused),
    ("refused-datagram", .refusedDatagram), ("reset", .reset),
    ("retransmission", .retransmission), ("four-connections", .fourConnections), ("fork", .fork),
    ("dying-program", .dyingProgram), ("without-calls", .withoutCalls),
  ]

  /// What a pen writes of a scenario, row by row.
  ///
  /// - Parameter size: events whose rows are given at once.
  static func text(
    _ scenario: Scenario, _ pen: some ExportPen, _ selection: Selection = Selection(),
    size: Int = 1, matches: (Int) -> Bool = { _ in true }
  ) -> String {
    var feed = ExportFeed(pen, selection)
    var timeline = scenario.timeline
    timeline.keepsReports = true
    var recording = ExportedRecording(tool: "sockline 0.1")
    recording.command = "demo tcp"
    recording.backend = scenario.hasCalls ? "ptrace" : "none"
    recording.interface = "lo"
    recording.isPrivate = true
    var bytes = feed.begin(recording)
    var rows: [Row] = []
    for (index, event) in scenario.events.enumerated() {
      if case .call(let call) = event { feed.take(call) }
      rows += timeline.append(event)
      guard (index + 1).isMultiple(of: size) else { continue }
      bytes += feed.append(rows, timeline.takeReports(), matches: matches)
      rows = []
    }
    bytes += feed.append(rows, timeline.takeReports(), matches: matches)
    bytes += feed.append(timeline.finish(), timeline.takeReports(), matches: matches)
    recording.packets = timeline.totals.packets
    recording.calls = timeline.totals.calls
    bytes += feed.finish(recording)
    return String(decoding: bytes, as: UTF8.self)
  }
}
