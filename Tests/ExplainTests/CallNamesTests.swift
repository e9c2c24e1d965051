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

  @Test func theProtocolIsThatOfTheFamily() {
    #expect(CallNames.proto(262, family: 2) == "IPPROTO_MPTCP")
    #expect(CallNames.proto(58, family: 10) == "IPPROTO_ICMPV6")
    #expect(CallNames.proto(0, family: 2) == "0")
    #expect(CallNames.proto(6, family: 16) == "6")
  }
}
