import Scenario
import Testing
import Timeline
import Wire

/// The processes of a table of connections, held against those that the timeline finds.
@Suite struct FlowProcessesTests {
  @Test(arguments: FlowTableTests.scenarios.indices)
  func agreesWithTheTimeline(index: Int) {
    let scenario = FlowTableTests.scenarios[index].scenario
    var processes = FlowProcesses()
    var timeline = scenario.timeline
    timeline.keepsReports = true
    for event in scenario.events {
      if case .call(let call) = event { processes.take(call) }
      _ = timeline.append(event)
    }
    _ = timeline.finish()
    for report in timeline.takeReports() {
      let facts = report.connection
      let client = processes.process(facts.kind, facts.client, facts.server, at: report.last)
      let server = processes.process(facts.kind, facts.server, facts.client, at: report.last)
      // A connect() that fails is told its own port by nobody.
      if FlowTableTests.scenarios[index].name.hasPrefix("refused") { continue }
      #expect(client != nil && client == facts.clientProcess)
      #expect(server != nil && server?.id == facts.serverProcess?.id)
    }
  }

  @Test func nothingIsKnownWithoutCalls() {
    let processes = FlowProcesses()
    #expect(processes.isEmpty)
    let end = Endpoint(.loopback4, 80)
    #expect(processes.process(.tcp, end, end, at: Instant(0)) == nil)
  }
}
