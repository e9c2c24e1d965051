import Testing

@testable import Explain

@Suite struct EnglishTests {
  @Test(arguments: Phrase.allCases)
  func everyPhraseHasAText(phrase: Phrase) {
    let text = English.template(of: phrase)
    #expect(!text.isEmpty)
    #expect(text.unicodeScalars.allSatisfy { 0x20...0x7E ~= $0.value })
  }

  @Test func argumentsAreNumberedWithoutGaps() {
    for phrase in Phrase.allCases {
      let text = English.template(of: phrase)
      if text.contains("{1}") { #expect(text.contains("{0}"), "\(phrase)") }
      if text.contains("{2}") { #expect(text.contains("{1}"), "\(phrase)") }
      #expect(!text.contains("{3}"), "\(phrase)")
    }
  }
}
