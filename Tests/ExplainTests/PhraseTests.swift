import Explain
import Testing

@Suite struct PhraseTests {
  @Test func phrasesTakeTheirArguments() {
    #expect(Language.english.say(.answers, "4") == "kernel answers 4")
    #expect(Language.english.say(.wokenIn, "0.036", "2") == "in 0.036, woken by 2")
    #expect(Language.english.say(.keepAlive) == "keep-alive")
  }
}
