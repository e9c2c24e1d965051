import Scenario
import Testing
import Timeline

@testable import Render

@Suite struct MarkdownReportTests {
  private func report(_ scenario: Scenario, picture: String = "figure.svg", notes: [String] = [])
    throws -> [String]
  {
    let (figure, totals, ending) = try RenderTests.figure(scenario, notes: notes)
    return try figure.markdown(picture: picture, totals, ending)
      .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  @Test(arguments: FigureOverlapTests.scenarios.indices)
  func theTableHasARowForEachConnection(index: Int) throws {
    let (name, scenario) = FigureOverlapTests.scenarios[index]
    let lines = try report(scenario)
    #expect(lines[0].hasPrefix("# "))
    #expect(lines[2].hasPrefix("!["))
    let table = lines.filter { $0.hasPrefix("|") }
    #expect(table.count == 2 + Set(scenario.rows.compactMap(\.connection)).count, "\(name)")
    // Cells: bars that no backslash makes letters.
    let counts = table.map { $0.replacing("\\|", with: "").count { $0 == "|" } }
    #expect(Set(counts).count == 1, "\(name)")
  }

  @Test func eachLetterIsInTheLegend() throws {
    let lines = try report(.tcpDemo, notes: ["call c6: | *bold* <b> [x](javascript:y)"])
    let legend = lines.filter { $0.hasPrefix("- **") }
    #expect(legend.count == 9)
    #expect(legend[0] == "- **A** (call c6) \\| \\*bold\\* \\<b\\> \\[x\\]\\(javascript:y\\)")
  }

  @Test func addressesOfPicturesAreEscaped() throws {
    let lines = try report(.refused, picture: "a b<c>%(d)\"&\\.svg")
    #expect(lines[2].hasSuffix("](<a%20b%3cc%3e%25(d)&quot;&amp;%5c.svg>)"))
  }
}
