import Golden
import Scenario
import Testing
import Timeline

/// Whole rows of the ready scenarios.
@Suite struct ScenarioTests {
  static let all: [(name: String, scenario: Scenario)] = [
    ("tcp", .tcpDemo), ("udp", .udpDemo), ("refused", .refused),
    ("refused-datagram", .refusedDatagram), ("reset", .reset),
    ("retransmission", .retransmission), ("ipv6", .ipv6),
    ("four-connections", .fourConnections), ("fork", .fork),
    ("dying-program", .dyingProgram), ("without-calls", .withoutCalls),
  ]

  @Test(arguments: all.indices)
  func rowsAreThoseOfTheGoldenText(index: Int) {
    let (name, scenario) = ScenarioTests.all[index]
    let difference = Golden.difference(of: text(of: scenario.rows), from: "\(name).txt")
    #expect(difference == nil, "\(difference ?? "")")
  }
}
