import Testing

@testable import Explain

@Suite struct EnglishSentencesTests {
  @Test(arguments: Sentence.allCases)
  func everySentenceHasAText(sentence: Sentence) {
    let text = English.template(of: sentence)
    #expect(!text.isEmpty)
    #expect(text.unicodeScalars.allSatisfy { 0x20...0x7E ~= $0.value })
  }

  @Test func argumentsAreNumberedWithoutGaps() {
    for sentence in Sentence.allCases {
      let text = English.template(of: sentence)
      let used = (0..<6).filter { text.contains("{\($0)}") }
      #expect(used == Array(0..<used.count), "\(sentence)")
    }
  }
}
