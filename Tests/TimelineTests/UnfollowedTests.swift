import Calls
import Scenario
import Testing
import Timeline
import Wire

/// Packets of traced sockets that no connection ties to calls.
@Suite struct UnfollowedTests {
  private let script = Script()
  private let client: Program

  init() { client = script.process(4121, "client", .client) }

  private static let home = IPAddress.v4(0x7F00_0001)

  /// A packet of another protocol over the loopback interface.
  private func packet(_ time: Int, _ proto: UInt8, _ body: [UInt8], to goal: IPAddress = home) {
    let (bytes, length) = Frame.other(proto, from: Self.home, to: goal, body: body)
    script.frame(time, bytes, length: length)
  }

  /// sendto() of so many bytes.
  private func sends(
    _ times: ClosedRange<Int>, _ socket: Socket, _ count: Int, to peer: String = "127.0.0.1:0"
  ) {
    client.enters(times.lowerBound, .sendto, socket) {
      $0.count = count
      $0.address = .internet(Endpoint(parsing: peer))
    }.returns(times.upperBound, count)
  }

  // MARK: MPTCP

  private func subflows() -> Socket {
    let socket = script.socket(fd: 3, .mptcp)
    client.socket(0...4, socket)
    let connect = client.connect(10, socket, "127.0.0.1:3490", local: "127.0.0.1:51514")
    let stream = script.stream("127.0.0.1:51514", "127.0.0.1:3490")
    stream.client(15, .syn)
    stream.server(20, [.syn, .ack])
    stream.client(25, .ack)
    connect.returns(40)
    client.write(100...120, socket, count: 5)
    stream.client(110, [.psh, .ack], length: 5)
    stream.server(112, .ack)
    return socket
  }

  @Test func subflowsAreTheirSockets() {
    _ = subflows()
    let played = script.played
    #expect(played.cause(1) == "unknown subflow")
    #expect(played.cause(3).hasPrefix("reply handshakeAck"))
    #expect(played.cause(4) == "unknown subflow")
    // The other end is a program's that is not traced.
    #expect(played.cause(2) == "untraced notTraced")
    let report = played.totals.reports.first
    #expect(report?.connection.clientProcess?.id == 4121)
  }

  /// The server's end goes by the port on which a socket of MPTCP listens.
  @Test func aListenersSubflowsAreItsToo() {
    let listener = script.socket(fd: 3, .mptcp)
    client.listens(0, listener, "127.0.0.1:3490")
    let stream = script.stream("127.0.0.1:51514", "127.0.0.1:3490")
    stream.client(100, .syn)
    stream.server(105, [.syn, .ack])
    stream.client(110, .ack)
    stream.server(200, [.psh, .ack], length: 4)
    let played = script.played
    #expect(played.cause(1) == "untraced notTraced")
    #expect(played.cause(2).hasPrefix("reply synAck"))
    #expect(played.cause(4) == "unknown subflow")
  }

  // MARK: other protocols

  @Test func udpLiteGoesByItsCalls() {
    let socket = script.socket(fd: 3, .udpLite, local: "127.0.0.1:40000")
    client.socket(0...4, socket)
    sends(100...120, socket, 7, to: "127.0.0.1:40001")
    packet(110, 136, [0x9C, 0x40, 0x9C, 0x41, 0, 15, 0, 0] + [UInt8](repeating: 1, count: 7))
    // Another program's: no call of ours ran.
    packet(300, 136, [0x9C, 0x42, 0x9C, 0x41, 0, 15, 0, 0] + [UInt8](repeating: 1, count: 7))
    let played = script.played
    #expect(played.cause(1) == "call datagram c2")
    #expect(played.cause(2) == "untraced otherProtocol")
  }

  /// An echo request goes by its call, its reply by the request.
  @Test(arguments: [TransportKind.icmp, .raw]) func anEchoGoesByItsCall(_ kind: TransportKind) {
    let socket = script.socket(fd: 3, kind)
    client.socket(0...4, socket)
    sends(100...140, socket, 16)
    let text = [UInt8](repeating: 7, count: 8)
    packet(110, 1, [8, 0, 0, 0, 0, 77, 0, 1] + text)
    packet(115, 1, [0, 0, 0, 0, 0, 77, 0, 1] + text)
    // Somebody else's.
    packet(300, 1, [8, 0, 0, 0, 0, 78, 0, 1] + text)
    let played = script.played
    #expect(played.cause(1) == "call datagram c2")
    #expect(played.cause(2) == "reply echoReply of p1")
    #expect(played.cause(3).hasPrefix("untraced"))
  }

  /// Of a raw socket the header that the program made counts too.
  @Test func whatARawSocketMadeIsItsOwn() {
    let socket = script.socket(fd: 3, .raw)
    client.socket(0...4, socket)
    sends(100...120, socket, 10)
    packet(110, 253, [UInt8](repeating: 1, count: 10))
    sends(200...220, socket, 34, to: "127.0.0.1:3490")
    script.flow("127.0.0.1:1234", "127.0.0.1:3490").client(210, 6)
    let played = script.played
    #expect(played.cause(1) == "call datagram c2")
    #expect(played.cause(2) == "call datagram c3")
  }

  /// A protocol that the kernel speaks by itself (SCTP): whose it is is known, why it was sent is not.
  @Test func aProtocolOfTheKernelIsNotFollowed() {
    let socket = script.socket(fd: 3, .other)
    client.socket(0...4, socket)
    packet(110, 132, [UInt8](repeating: 1, count: 12))
    #expect(script.played.cause(1) == "unknown notFollowed")
  }

  // MARK: groups

  @Test func groupsAreJoinedByTheirCalls() {
    let socket = script.socket(fd: 3, .udp)
    client.socket(0...4, socket)
    let report = [0x22] + [UInt8](repeating: 0, count: 15)
    packet(50, 2, report, to: .v4(0xE000_0016))
    client.setsockopt(100...120, socket, level: 0, name: 35)
    packet(110, 2, report, to: .v4(0xE000_0016))
    packet(500, 2, report, to: .v4(0xE000_0016))
    let played = script.played
    #expect(played.cause(2) == "call datagram c2")
    #expect(played.cause(3) == "unknown membership")
  }

  // MARK: addresses that are changed on the way

  /// A service on port 80 that is on another one: each end of the connection is captured with an address
  /// that the other does not know.
  @Test func aRedirectedConnectionIsItsSockets() {
    let server = script.process(4120, "server", .server)
    let (listener, socket) = (script.socket(fd: 3), script.socket(fd: 3))
    let accepted = script.socket(fd: 4)
    server.listens(0, listener, "127.0.0.1:3490")
    let accept = server.accept(40, listener)
    client.socket(50...58, socket)
    let connect = client.connect(100, socket, "127.0.0.1:80", local: "127.0.0.1:51514")
    let there = script.stream("127.0.0.1:51514", "127.0.0.1:3490")
    let back = script.stream("127.0.0.1:51514", "127.0.0.1:80")
    there.client(110, .syn)
    back.server(115, [.syn, .ack])
    there.client(120, .ack, seq: 1, ack: 1)
    connect.returns(130)
    accept.returns(
      140, accepted: accepted, local: "127.0.0.1:3490", peer: "127.0.0.1:51514")
    client.write(200...220, socket, count: 5)
    there.client(210, [.psh, .ack], length: 5, seq: 1, ack: 1)
    server.write(300...320, accepted, count: 4)
    back.server(310, [.psh, .ack], length: 4, seq: 1, ack: 6)
    let played = script.played
    #expect(!played.causes.contains { $0.hasPrefix("untraced") })
    #expect(played.cause(1) == "unknown rewritten")
    #expect(!played.cause(4).hasPrefix("call") || played.cause(4).contains("bytes 0..<5"))
  }

  /// The source is changed (SNAT): the connection is its socket's, and counted as any other.
  @Test func aMasqueradedConnectionIsCounted() {
    let socket = script.socket(fd: 3)
    client.socket(0...8, socket)
    let connect = client.connect(100, socket, "10.0.0.1:3490", local: "192.168.0.2:51514")
    let stream = script.stream("10.0.0.2:51514", "10.0.0.1:3490")
    stream.handshake(110, 115, 120)
    connect.returns(130)
    client.write(200...220, socket, count: 5)
    stream.client(210, [.psh, .ack], length: 5)
    let played = script.played
    #expect(played.cause(1) == "call connect c2")
    #expect(played.cause(4) == "call data c3 bytes 0..<5")
    #expect(played.totals.reports.count == 1)
  }

  @Test func aRedirectedDatagramGoesByItsCall() {
    let server = script.process(4120, "server", .server)
    let (own, socket) = (script.socket(fd: 3, .udp), script.socket(fd: 3, .udp))
    server.socket(0...4, own)
    server.bind(10...14, own, "127.0.0.1:3491")
    client.socket(20...24, socket)
    client.bind(30...34, socket, "127.0.0.1:40512")
    client.sendto(100...120, socket, "127.0.0.1:53", "query")
    script.flow("127.0.0.1:40512", "127.0.0.1:3491").client(110, 5)
    server.sendto(200...220, own, "127.0.0.1:40512", "answer")
    script.flow("127.0.0.1:53", "127.0.0.1:40512").client(210, 6)
    let played = script.played
    #expect(played.cause(1) == "call datagram c5")
    #expect(played.cause(2) == "call datagram c6")
  }
}
