import Golden
import Render
import Scenario
import Testing
import Timeline

/// The text of a scenario, drawn row by row as a live run would.
func ladder(
  _ scenario: Scenario, _ selection: Selection = Selection(),
  source: String = "lo, private network", _ change: (inout LadderStyle) -> Void = { _ in }
) -> String {
  var style = LadderStyle()
  change(&style)
  let heading = Heading(source: source, hasCalls: scenario.hasCalls)
  var ladder = Ladder(heading, style: style, selection: selection)
  var timeline = scenario.timeline
  var lines: [String] = []
  for event in scenario.events { lines += ladder.append(timeline.append(event)) }
  lines += ladder.append(timeline.finish())
  var ending = Ending()
  if scenario.hasCalls {
    ending.lostByKernel = 0
    ending.lostByInterface = 0
    ending.stretch = 2
    ending.addedNanoseconds = 14_000
  }
  lines += ladder.finish(timeline.totals, ending)
  return lines.map { $0 + "\n" }.joined()
}

/// Whole ladders of the ready scenarios.
@Suite struct LadderTests {
  static let all: [(name: String, scenario: Scenario)] = [
    ("tcp", .tcpDemo), ("udp", .udpDemo), ("refused", .refused),
    ("refused-datagram", .refusedDatagram), ("reset", .reset),
    ("retransmission", .retransmission), ("ipv6", .ipv6),
    ("four-connections", .fourConnections), ("fork", .fork),
    ("dying-program", .dyingProgram), ("without-calls", .withoutCalls),
  ]

  @Test(arguments: all.indices, [80, 104, 152])
  func ladderIsTheGoldenText(index: Int, width: Int) {
    let (name, scenario) = LadderTests.all[index]
    let text = ladder(scenario) { $0.width = width }
    let difference = Golden.difference(of: text, from: "\(name)-\(width).txt")
    #expect(difference == nil, "\(difference ?? "")")
  }

  @Test(arguments: all.indices)
  func asciiLadderIsTheGoldenText(index: Int) {
    let (name, scenario) = LadderTests.all[index]
    let text = ladder(scenario) { $0.isASCII = true }
    #expect(text.utf8.allSatisfy { $0 == 10 || 0x20...0x7E ~= $0 })
    let difference = Golden.difference(of: text, from: "\(name)-ascii.txt")
    #expect(difference == nil, "\(difference ?? "")")
  }
}
