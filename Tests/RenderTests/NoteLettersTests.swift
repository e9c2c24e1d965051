import Testing
import Timeline

@testable import Render

@Suite struct NoteLettersTests {
  @Test func lettersGoOnAfterZ() {
    let letters = [0, 25, 26, 51, 52, 701, 702].map { NoteLetters.letter($0) }
    #expect(letters == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"])
    #expect(Set((0..<2000).map { NoteLetters.letter($0) }).count == 2000)
  }

  @Test func lettersStandWhereTheyWereAdded() {
    var letters = NoteLetters()
    letters.add("A", packet: 3)
    letters.add("B", packet: 3)
    letters.add("C", .call(CallID(3)))
    #expect(letters.letters(packet: 3) == ["A", "B"])
    #expect(letters.letters(call: CallID(3)) == ["C"])
    #expect(letters.letters(packet: 4) == [])
  }

  @Test func aLegendIsAsWideAsThePage() {
    let notes = [
      (letter: "A", text: "short"),
      (letter: "AB", text: "words that go on for longer than one line of this page has room"),
    ]
    let lines = NoteLetters.legend(notes, width: 40, isASCII: true)
    #expect(lines.first == "")
    #expect(lines[1] == "(A) short")
    #expect(lines.allSatisfy { $0.utf8.count <= 41 })
    #expect(lines.dropFirst(3).allSatisfy { $0.hasPrefix("    ") })
    #expect(NoteLetters.legend([], width: 40, isASCII: true) == [])
  }
}
