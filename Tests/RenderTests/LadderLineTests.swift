import Testing
import Timeline

@testable import Render

@Suite struct LadderLineTests {
  @Test func lanesAreFoundBySide() {
    var line = LadderLine()
    line[.client].words = [Word(text: "left")]
    line[.server].end = .runs
    #expect(line.client.words == [Word(text: "left")])
    #expect(line.server.end == .runs)
    #expect(line[.server] == line.server)
  }
}
