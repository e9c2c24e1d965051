import Explain
import Testing

@Suite struct LifeTextTests {
  @Test func whoEndedAProgram() {
    let text = LifeText()
    #expect(text.signal(15, isOurs: false) == "gets SIGTERM")
    #expect(text.signal(15, isOurs: true) == "gets SIGTERM from sockline")
    #expect(text.exit(3, nil, isOurs: false) == "exit 3")
    #expect(text.exit(nil, 11, isOurs: false) == "killed by SIGSEGV")
    #expect(text.exit(nil, 15, isOurs: true) == "ended by sockline with SIGTERM")
  }
}
