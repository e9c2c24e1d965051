import Explain
import Testing

@Suite struct SentenceTests {
  @Test func sentencesTakeTheirArguments() {
    #expect(
      Language.english.tell(.closedInThree, "TCP 1", "client", "9", "server", "8")
        == "TCP 1 closed, client first, in 3 segments: 9 is the server's FIN and its "
        + "acknowledgement of 8.")
    #expect(Language.english.tell(.noData) == "no data")
  }
}
