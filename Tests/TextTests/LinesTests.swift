import Testing
import Text

@Suite struct LinesTests {
  @Test func linesHaveTheirEnds() {
    var lines = Lines()
    #expect(lines.isEmpty && lines.texts == [])
    lines.add("one")
    lines.add(["", "three"])
    lines.line { $0.add("four") }
    #expect(String(decoding: lines.bytes, as: UTF8.self) == "one\n\nthree\nfour\n")
    #expect(lines.texts == ["one", "", "three", "four"])
    lines.removeAll()
    #expect(lines.isEmpty && lines.texts == [])
  }
}
