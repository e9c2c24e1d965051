import Explain
import Testing
import Timeline
import Wire

@Suite struct CallRemarkTextTests {
  private static let server = ProcessName(id: 4120, name: "server")
  private static func end(_ port: UInt16) -> Endpoint { Endpoint(.v4(0x7F00_0001), port) }

  @Test(arguments: [
    (CallRemark.inUse(.listener(end(3490), server)), "server[4120] listens on 127.0.0.1:3490"),
    (.inUse(.listener(end(3490), nil)), "another program listens on 127.0.0.1:3490"),
    (.inUse(.socket(end(3490), server)), "server[4120] is bound to 127.0.0.1:3490"),
    (
      .inUse(.connection(end(3490), peer: end(40000), .timeWait, ConnectionID(2), nil)),
      "TCP 2, 127.0.0.1:3490 ⇄ 127.0.0.1:40000 is in TIME-WAIT"
    ),
    (
      .inUse(.connection(end(3490), peer: end(40000), .closeWait, nil, server)),
      "127.0.0.1:3490 ⇄ 127.0.0.1:40000 is in CLOSE-WAIT, server[4120]"
    ),
    (
      .swappedPort(41485, meant: 3490),
      "41485 is 3490 with its bytes swapped: is htons() missing?"
    ),
    (
      .swappedListener(server, on: 41485, wanted: 3490),
      "server[4120] listens on 41485, which is 3490 with its bytes swapped: no htons()?"
    ),
    (
      .swappedAddress(.v4(0x0100_007F), meant: .v4(0x7F00_0001)),
      "1.0.0.127 is 127.0.0.1 with its bytes swapped: is htonl() missing?"
    ),
    (.neverAccepted(1), "1 connection was never accepted"),
    (.neverAccepted(3), "3 connections were never accepted"),
  ])
  func theLongestWay(_ remark: CallRemark, _ text: String) {
    #expect(CallRemarkText().texts(remark).first == text)
  }
}
