import Calls
import Scenario
import Testing
import Timeline
import Wire

@Suite struct SwappedPortTests {
  /// A client is refused at a port of 127.0.0.1, perhaps while a server listens at another one.
  private func refused(at port: Int, listening: String? = nil) -> String {
    let script = Script()
    let client = script.process(4121, "client", .client)
    let socket = script.socket(fd: 3)
    if let listening {
      let server = script.process(4120, "server", .server)
      server.listens(0, script.socket(fd: 3), listening)
    }
    let goal = "127.0.0.1:\(port)"
    client.socket(90...95, socket)
    let connect = client.connect(100, socket, goal, local: "127.0.0.1:51514")
    let stream = script.stream("127.0.0.1:51514", goal)
    stream.client(110, .syn)
    stream.server(112, [.rst, .ack])
    connect.returns(120, error: 111)
    return script.played.cause(2)
  }

  @Test func aPortThatIsOftenUsedIsMeantPerhaps() {
    #expect(refused(at: 41485) == "reply refused of p1 htons 3490")
    #expect(refused(at: 36895) == "reply refused of p1 htons 8080")
  }

  @Test func aListenerWithTheBytesSwappedIsMeantPerhaps() {
    #expect(refused(at: 0x3930, listening: "127.0.0.1:12345") == "reply refused of p1 htons 12345")
    #expect(refused(at: 0x0ADA, listening: "0.0.0.0:55818") == "reply refused of p1 htons 55818")
  }

  @Test func nothingIsSaidWithoutCause() {
    #expect(refused(at: 3490) == "reply refused of p1")
    #expect(refused(at: 40001) == "reply refused of p1")
    // Both bytes are equal.
    #expect(refused(at: 0x2020) == "reply refused of p1")
    // Somebody listens at another address.
    #expect(refused(at: 0x0ADA, listening: "127.0.0.9:55818") == "reply refused of p1")
  }

  @Test func aDatagramIsToldOfToo() {
    let script = Script()
    let client = script.process(4121, "client", .client)
    let socket = script.socket(fd: 3, .udp)
    client.socket(0...4, socket)
    client.sendto(10...30, socket, "127.0.0.1:41485", "hello", local: "127.0.0.1:40000")
    let flow = script.flow("127.0.0.1:40000", "127.0.0.1:41485")
    flow.client(20, 5)
    flow.unreachable(22, 5)
    #expect(script.played.cause(2) == "reply icmpError of p1 htons 3490")
  }
}
