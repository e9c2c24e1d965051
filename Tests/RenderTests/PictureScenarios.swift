import Calls
import Scenario
import Timeline

/// What is hard to lay out.
extension Scenario {
  /// Twelve clients, one after the other, each with a connection of its own.
  static var manyConnections: Scenario {
    let script = Script()
    let server = script.process(4120, "server", .server)
    let listener = script.socket(fd: 3)
    server.listens(0, listener, "0.0.0.0:3490")
    for index in 0..<12 {
      let time = 1_000 + 1_000 * index
      let client = script.process(4200 + Int32(index), "client-\(index)", .client)
      let socket = script.socket(fd: 3)
      let accepted = script.socket(fd: Int32(4 + index))
      let local = "127.0.0.1:\(50_000 + index)"
      let stream = script.stream(local, "127.0.0.1:3490", isn: (4_294_967_200, 4_000_000_000))
      let accept = server.accept(time, listener)
      client.socket((time + 10)...(time + 18), socket)
      let connect = client.connect(time + 20, socket, "127.0.0.1:3490", local: local)
      stream.handshake(time + 31, time + 33, time + 35)
      connect.returns(time + 60)
      accept.returns(time + 70, accepted: accepted, local: "127.0.0.1:3490", peer: local)
      client.write((time + 100)...(time + 120), socket, "Hello, server")
      stream.client(time + 110, [.psh, .ack], length: 13)
      stream.server(time + 112, .ack)
      server.read((time + 130)...(time + 140), accepted, gives: 13)
      client.close((time + 200)...(time + 220), socket)
      stream.client(time + 210, [.fin, .ack])
      server.close((time + 300)...(time + 320), accepted)
      stream.server(time + 310, [.fin, .ack])
      stream.client(time + 315, .ack)
    }
    return script.scenario
  }

  /// More than 200 packets on one connection: large numbers, and times of hours.
  static var manyPackets: Scenario {
    let pair = Pair(isn: (4_294_967_000, 4_294_967_290))
    pair.connect(at: 100)
    for index in 0..<70 {
      let time = 1_000 + index * 90_000_000
      pair.client.write(time...(time + 30), pair.socket, count: 65_483)
      pair.stream.client(time + 5, [.psh, .ack], length: 65_483)
      pair.stream.server(time + 7, .ack)
      pair.server.read((time + 50)...(time + 60), pair.accepted, count: 65_536, gives: 65_483)
      pair.stream.server(time + 65, .ack, window: 500)
    }
    pair.close(at: 7_000_000_000)
    return pair.script.scenario
  }

  /// Names of 40 letters, some of them wide, on both sides; several of a side call at once.
  static var longNames: Scenario {
    let script = Script()
    let long = "a-program-whose-name-has-forty-letters-x"
    let server = script.process(4_194_304, long, .server)
    let client = script.process(4_194_303, "이름이 아주 긴 한글 프로그램입니다 정말로요", .client)
    let (listener, accepted, socket) = (
      script.socket(fd: 1023), script.socket(fd: 1022), script.socket(fd: 1021)
    )
    let stream = script.stream("127.0.0.1:51514", "127.0.0.1:3490", isn: (1000, 5000))
    server.listens(0, listener, "0.0.0.0:3490")
    let accept = server.accept(40, listener)
    client.socket(60...68, socket)
    let connect = client.connect(80, socket, "127.0.0.1:3490", local: "127.0.0.1:51514")
    stream.handshake(95, 97, 99)
    connect.returns(110)
    accept.returns(120, accepted: accepted, local: "127.0.0.1:3490", peer: "127.0.0.1:51514")
    let threads = (0..<6).map { client.thread(4_194_000 + $0) }
    let reads = threads.enumerated().map { $0.element.read(200 + 3 * $0.offset, socket) }
    let others = (0..<6).map { server.thread(4_193_000 + $0).read(201 + 3 * Int($0), accepted) }
    client.write(300...330, socket, "안녕하세요, 서버님. 이것은 긴 글입니다.")
    stream.client(310, [.psh, .ack], length: 55)
    stream.server(312, .ack)
    others[0].returns(320, 55)
    for (index, read) in others.dropFirst().enumerated() { read.returns(340 + index, error: 4) }
    for (index, read) in reads.enumerated() { read.returns(350 + index, error: 4) }
    script.prints(400, server, "서버: 클라이언트로부터 \u{1B}[31m" + String(repeating: "긴 글 ", count: 40))
    server.event(410, .blind("io_uring_setup() on fd 9, and many other words about it\n"))
    server.event(420, .signalled(13))
    client.dies(500...510, holding: [socket], signal: 9)
    stream.client(505, [.fin, .ack])
    server.close(520...540, accepted)
    stream.server(530, [.fin, .ack])
    stream.client(532, .ack)
    return script.scenario
  }

  /// The longest addresses that IPv6 writes.
  static var longAddresses: Scenario {
    let server = "[2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff]:65535"
    let client = "[2001:db8:1111:2222:3333:4444:5555:6666]:65534"
    let pair = Pair(server: server, client: client, any: "[::]:65535")
    pair.connect(at: 100)
    pair.talk(at: 200)
    pair.close(at: 400)
    return pair.script.scenario
  }

  /// A server with four listening sockets at once, one of which goes and comes again.
  static var listeners: Scenario {
    let pair = Pair()
    let others = (0..<4).map { pair.script.socket(fd: 20 + $0) }
    for (index, socket) in others.enumerated() {
      pair.server.listens(40 + 40 * index, socket, "0.0.0.0:\(4000 + index)")
    }
    pair.connect(at: 5_000)
    pair.server.close(5_100...5_110, others[1])
    let again = pair.script.socket(fd: 21)
    pair.server.listens(5_120, again, "0.0.0.0:5000")
    pair.talk(at: 90_000)
    pair.close(at: 95_000)
    for (index, socket) in (others + [again]).enumerated() where index != 1 {
      pair.server.close((99_000 + 20 * index)...(99_010 + 20 * index), socket)
    }
    return pair.script.scenario
  }
}
