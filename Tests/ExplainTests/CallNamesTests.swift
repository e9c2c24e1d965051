import Calls
import Testing

@testable import Explain

@Suite struct CallNamesTests {
  @Test func numbersHaveTheirNames() {
    #expect(CallNames.family(2) == "AF_INET")
    #expect(CallNames.family(99) == "99")
    #expect(CallNames.type(1) == "SOCK_STREAM")
    #expect(CallNames.type(2 | 0o4000) == "SOCK_DGRAM|SOCK_NONBLOCK")
    #expect(CallNames.how(1) == "SHUT_WR")
    #expect(CallNames.command(0) == "F_DUPFD")
    #expect(CallNames.request(0x1234) == "0x1234")
    #expect(CallNames.option(SocketOption(level: 1, name: 2)) == "SO_REUSEADDR")
    #expect(CallNames.option(SocketOption(level: 6, name: 1)) == "TCP_NODELAY")
    #expect(CallNames.option(SocketOption(level: 77, name: 5)) == "5")
    #expect(CallNames.level(SocketOption(level: 6, name: 1)) == "SOL_TCP")
  }

  @Test func socketsAreNamedByWhatTheySpeak() {
    #expect(
      [0, 6, 262, 132, 99].map { CallNames.stream($0) } == [
        "TCP", "TCP", "MPTCP", "SCTP", "stream 99",
      ])
    #expect(
      [0, 17, 1, 58, 136].map { CallNames.datagram($0) } == [
        "UDP", "UDP", "ICMP", "ICMP", "UDP-Lite",
      ])
  }

  @Test func bitsWithoutNameAreNumbers() {
    #expect(CallNames.flags(0x42, CallNames.messageFlags) == ["MSG_PEEK", "MSG_DONTWAIT"])
    #expect(CallNames.flags(-1, CallNames.socketFlags).last == "0xfff7f7ff")
    #expect(CallNames.flags(0, CallNames.messageFlags) == [])
  }
}
