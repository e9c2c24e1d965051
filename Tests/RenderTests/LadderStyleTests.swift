import Golden
import Render
import Scenario
import Testing

/// Whole ladders in each style that a user can ask for.
@Suite struct LadderStyleTests {
  static let styles: [(name: String, change: @Sendable (inout LadderStyle) -> Void)] = [
    ("lines", { $0.isLines = true }),
    (
      "lines-c",
      {
        $0.isLines = true
        $0.calls = .c
        $0.sequence = .both
      }
    ),
    ("c", { $0.calls = .c }),
    ("both", { $0.sequence = .both }),
    (
      "raw",
      {
        $0.sequence = .raw
        $0.zero = .packet
      }
    ),
    ("delta", { $0.time = .delta }),
    ("absolute", { $0.time = .absolute }),
    ("color", { $0.hasColor = true }),
  ]

  @Test(arguments: styles.indices)
  func tcpIsTheGoldenText(index: Int) {
    let (name, change) = LadderStyleTests.styles[index]
    let difference = Golden.difference(
      of: ladder(.tcpDemo, Selection(), change), from: "style-\(name).txt")
    #expect(difference == nil, "\(difference ?? "")")
  }

  @Test func connectionsStandOneAfterTheOther() {
    let text = ladder(.fourConnections) { $0.isByConnection = true }
    let difference = Golden.difference(of: text, from: "style-by-connection.txt")
    #expect(difference == nil, "\(difference ?? "")")
  }

  @Test func doubleWidthTerminalsGetASCII() {
    #expect(ladder(.tcpDemo) { $0.ambiguousWidth = 2 } == ladder(.tcpDemo) { $0.isASCII = true })
  }

  @Test func colorChangesNoText() {
    for scenario in [Scenario.tcpDemo, .udpDemo, .busy, .fourConnections] {
      let colored = ladder(scenario) { $0.hasColor = true }
      #expect(colored.contains("\u{1B}["))
      #expect(withoutColor(colored) == ladder(scenario))
    }
  }

  private func withoutColor(_ text: String) -> String {
    var result = ""
    var isInside = false
    for character in text {
      if character == "\u{1B}" { isInside = true }
      if !isInside { result.append(character) }
      if character == "m" { isInside = false }
    }
    return result
  }
}
