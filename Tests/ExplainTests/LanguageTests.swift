import Explain
import Testing

@Suite struct LanguageTests {
  @Test func languagesAreNamedByTheirCode() {
    #expect(Language(rawValue: "en") == .english)
    #expect(Language(rawValue: "xx") == nil)
  }
}
