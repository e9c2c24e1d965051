import Scenario
import Testing
import Timeline

@Suite struct TallyTests {
  private func played(_ scenario: Scenario) -> ConnectionReport? {
    var timeline = scenario.timeline
    timeline.keepsReports = true
    for event in scenario.events { _ = timeline.append(event) }
    _ = timeline.finish()
    return timeline.takeReports().first
  }

  @Test func countsWhatEachEndSent() throws {
    let report = try #require(played(.tcpDemo))
    #expect(report.client.packets == 6)
    #expect(report.server.packets == 4)
    #expect(report.client.payloadBytes == 13 && report.server.payloadBytes == 13)
    #expect(report.client.state == .timeWait && report.server.state == .closed)
    #expect(report.client.resets == 0)
    #expect(report.last - report.first == 331_000)
    #expect(report.isClosedByExit == false)
  }

  @Test func countsRetransmissionsByTheirSender() throws {
    let report = try #require(played(.retransmission))
    #expect(report.client.retransmissions == 1)
    #expect(report.server.retransmissions == 1)
    #expect(report.retransmissions == 2)
  }

  @Test func countsResets() throws {
    let report = try #require(played(.reset))
    #expect(report.server.resets == 1)
    #expect(report.client.resets == 0)
  }

  @Test func knowsThatAnExitClosed() throws {
    #expect(try #require(played(.dyingProgram)).isClosedByExit == true)
    // Nobody saw what closed it.
    #expect(try #require(played(.withoutCalls)).isClosedByExit == nil)
  }

  /// Reports are taken once, and only where somebody asks for them.
  @Test func reportsAreTakenOnce() {
    var timeline = Scenario.tcpDemo.timeline
    for event in Scenario.tcpDemo.events { _ = timeline.append(event) }
    _ = timeline.finish()
    #expect(timeline.takeReports().isEmpty)
    timeline = Scenario.fourConnections.timeline
    timeline.keepsReports = true
    for event in Scenario.fourConnections.events { _ = timeline.append(event) }
    _ = timeline.finish()
    #expect(timeline.takeReports().map(\.connection.id.rawValue).sorted() == [1, 2, 3, 4])
    #expect(timeline.takeReports().isEmpty)
  }

  /// The ranges of calls, counted from 0 in their direction of the stream.
  @Test func callsTellTheirBytes() {
    let calls = Scenario.tcpDemo.rows.compactMap { row -> String? in
      guard case .call(let call) = row.content, let bytes = call.bytes else { return nil }
      return "c\(call.record.id.rawValue) \(call.record.call.rawValue) \(bytes)"
    }
    #expect(
      calls.sorted() == ["c10 write 0..<13", "c7 read 0..<13", "c8 write 0..<13", "c9 read 0..<13"])
  }
}
