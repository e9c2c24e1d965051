import Calls
import Timeline
import Wire

extension Scenario {
  /// The demo of TCP: times, names, numbers, ports and ISNs of the ladder in the design.
  public static var tcpDemo: Scenario {
    let script = Script()
    let server = script.process(4120, "server", .server)
    let client = script.process(4121, "client", .client)
    let listener = script.socket(fd: 3)
    let accepted = script.socket(fd: 4)
    let socket = script.socket(fd: 3)
    let stream = script.stream(
      "127.0.0.1:51514", "127.0.0.1:3490", isn: (305_419_896, 882_093_311))

    server.socket(0...8, listener)
    server.bind(21...26, listener, "0.0.0.0:3490")
    server.listen(34...40, listener)
    let accept = server.accept(52, listener)
    client.socket(1180...1188, socket)
    let connect = client.connect(1204, socket, "127.0.0.1:3490", local: "127.0.0.1:51514")
    stream.handshake(1219, 1223, 1227)
    connect.returns(1240)
    accept.returns(1251, accepted: accepted, local: "127.0.0.1:3490", peer: "127.0.0.1:51514")

    let request = server.read(1310, accepted)
    client.write(1362...1391, socket, "Hello, server")
    stream.client(1368, [.psh, .ack], length: 13)
    stream.server(1372, .ack)
    request.returns(1384, 13)
    let answer = client.read(1405, socket)
    server.write(1418...1437, accepted, "Hello, client")
    stream.server(1424, [.psh, .ack], length: 13)
    stream.client(1428, .ack)
    answer.returns(1441, 13)

    let end = server.read(1460, accepted)
    client.close(1502...1524, socket)
    stream.client(1509, [.fin, .ack])
    end.returns(1520, 0)
    server.close(1540...1561, accepted)
    stream.server(1546, [.fin, .ack])
    stream.client(1550, .ack)
    server.close(1570...1575, listener)
    client.dies(1600...1610, status: 0)
    server.dies(1620...1630, status: 0)
    return script.scenario
  }

  /// The packets of `tcpDemo`, as a capture without a tracer holds them.
  public static var withoutCalls: Scenario { tcpDemo.withoutCalls }

  /// connect() to a port where nobody listens: SYN, RST.
  public static var refused: Scenario {
    let script = Script()
    let client = script.process(4121, "client", .client)
    let socket = script.socket(fd: 3)
    let stream = script.stream("127.0.0.1:51514", "127.0.0.1:3490")
    client.socket(0...8, socket)
    let connect = client.connect(20, socket, "127.0.0.1:3490")
    stream.client(32, .syn)
    stream.server(36, [.rst, .ack])
    connect.returns(48, error: 111)
    client.close(60...65, socket)
    client.dies(80...90, status: 1)
    return script.scenario
  }

  /// close() of a socket with 13 bytes that nobody has read: RST.
  public static var reset: Scenario {
    let pair = Pair()
    pair.connect(at: 100)
    pair.client.write(200...220, pair.socket, "Hello, server")
    pair.stream.client(206, [.psh, .ack], length: 13)
    pair.stream.server(210, .ack)
    pair.server.close(300...320, pair.accepted)
    pair.stream.server(308, [.rst, .ack])
    pair.client.enters(400, .read, pair.socket) { $0.count = 1024 }.returns(405, error: 104)
    pair.client.close(410...414, pair.socket)
    pair.server.close(420...424, pair.listener)
    return pair.script.scenario
  }

  /// A segment that is lost and sent again after 200 ms; later the last segment of an answer, lost
  /// and probed for after some milliseconds.
  public static var retransmission: Scenario {
    let pair = Pair()
    pair.connect(at: 100)
    let request = pair.server.read(170, pair.accepted)
    pair.client.write(200...215, pair.socket, "Hello, server")
    pair.stream.client(208, [.psh, .ack], length: 13)
    let answer = pair.client.read(240, pair.socket)
    pair.stream.client(204_300, [.psh, .ack], length: 13, seq: 1)
    pair.stream.server(204_306, .ack)
    request.returns(204_320, 13)
    pair.server.write(204_400...204_420, pair.accepted, "Hello, client")
    pair.stream.server(204_408, [.psh, .ack], length: 13)
    pair.stream.server(207_600, [.psh, .ack], length: 13, seq: 1)
    pair.stream.client(207_606, .ack)
    answer.returns(207_620, 13)
    pair.close(at: 208_000)
    return pair.script.scenario
  }

  /// The exchange of `tcpDemo` over IPv6.
  public static var ipv6: Scenario {
    let pair = Pair(server: "[::1]:3490", client: "[::1]:51514", any: "[::]:3490")
    pair.connect(at: 100)
    pair.talk(at: 200)
    pair.close(at: 400)
    return pair.script.scenario
  }
}
