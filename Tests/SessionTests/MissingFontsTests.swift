import Testing

@testable import Session

@Suite struct MissingFontsTests {
  @Test func namesThePackageOfTheScript() throws {
    let korean = MissingFonts(in: "<text>시작 = 0</text>") { _ in false }
    let sentence = try #require(korean.sentence(.png))
    #expect(sentence.contains("시작") && sentence.contains("fonts-nanum"))
    #expect(try #require(korean.sentence(.svg)).contains("the machine that shows the picture"))
    let other = MissingFonts(in: "漢字") { _ in false }
    #expect(try #require(other.sentence(.pdf)).contains("install fonts-noto-cjk"))
  }

  @Test func saysNothingWhereNothingIsMissing() {
    #expect(MissingFonts(in: "seq=0 → ┃ é") { _ in false }.sentence(.png) == nil)
    #expect(MissingFonts(in: "시작") { _ in true }.sentence(.png) == nil)
    #expect(MissingFonts(in: "시작") { _ in nil }.sentence(.png) == nil)
  }

  /// No one font has all letters, but each letter has a font.
  @Test func asksForEachLetter() {
    #expect(MissingFonts(in: "시漢") { $0.count == 1 }.letters == [])
    #expect(MissingFonts(in: "시漢") { $0 == ["시"] }.letters == ["漢"])
  }
}
