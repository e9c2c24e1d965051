import Explain
import Testing

@Suite struct SignalTextTests {
  @Test func signalsHaveTheirNames() {
    #expect(SignalText.name(of: 9) == "SIGKILL")
    #expect(SignalText.name(of: 13) == "SIGPIPE")
    #expect(SignalText.name(of: 40) == "signal 40")
    #expect(SignalText.name(of: -1) == "signal -1")
  }
}
