import Calls
import Render
import Scenario
import Timeline
import Wire

extension Scenario {
  /// The scenario with other names of its two programs.
  func named(server: String, client: String) -> Scenario {
    var scenario = self
    for (index, event) in events.enumerated() {
      guard case .call(var call) = event, case .started(let parent, let name) = call.what else {
        continue
      }
      call.what = .started(parent: parent, name: name == "server" ? server : client)
      scenario.events[index] = .call(call)
    }
    return scenario
  }
}

/// Summaries of scenarios, one after the other as if in one capture.
enum Summaries {
  static let mixed: [Scenario] = [
    .tcpDemo, .udpDemo, .refused, .refusedDatagram, .reset, .retransmission, .ipv6, .dyingProgram,
  ]

  /// The table of the packets, and who held the sockets.
  static func table(_ scenarios: [Scenario]) -> (table: FlowTable, facts: SummaryFacts) {
    var table = FlowTable(seed: (1, 2))
    var processes = FlowProcesses()
    for (index, scenario) in scenarios.enumerated() {
      // A minute between them.
      let shift = Int64(index) * 60_000_000_000
      for event in scenario.events {
        switch event {
        case .packet(let captured):
          let time = captured.time.nanoseconds + shift
          let header = FlowHeader(captured.packet)
          if !table.add(header, time: time, frameLength: captured.frameLength) {
            table.addOther(captured.packet, time: time, frameLength: captured.frameLength)
          }
        case .call(var call):
          call.time += shift
          processes.take(call)
        case .printed: break
        }
      }
    }
    return (table, SummaryFacts(processes: processes))
  }

  /// The whole text.
  static func text(
    _ scenarios: [Scenario], hasCalls: Bool = false,
    _ selection: SummarySelection = SummarySelection(),
    _ change: (inout SummaryStyle) -> Void = { _ in }
  ) -> String {
    let (table, facts) = table(hasCalls ? scenarios : scenarios.map(\.withoutCalls))
    var style = SummaryStyle()
    change(&style)
    var pen = SummaryPen(table, facts, style: style, selection: selection)
    var bytes: [UInt8] = []
    while let piece = pen.next() { bytes += piece }
    return String(decoding: bytes, as: UTF8.self)
  }
}
