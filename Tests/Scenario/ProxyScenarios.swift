import Calls
import Timeline

extension Scenario {
  /// A client asks a proxy, which asks a backend: three processes, of which the one in the middle is
  /// a server and a client at once, and waits for both in one epoll_wait().
  public static var proxy: Scenario {
    let script = Script()
    let backend = script.process(4130, "backend", .server)
    let proxy = script.process(4140, "proxy")
    let client = script.process(4150, "curl")
    let (behind, front) = (script.socket(fd: 3), script.socket(fd: 5))
    backend.listens(0, behind, "127.0.0.1:9000")
    proxy.listens(40, front, "127.0.0.1:8080")
    let waiting = backend.accept(80, behind)
    let first = proxy.enters(90, .epollWait)
    let asking = script.socket(fd: 7)
    let taken = script.socket(fd: 8)
    let outer = script.stream("127.0.0.1:50001", "127.0.0.1:8080")
    client.socket(95...97, asking)
    let connect = client.connect(100, asking, "127.0.0.1:8080", local: "127.0.0.1:50001")
    outer.handshake(105, 107, 109)
    connect.returns(115)
    first.returns(120, 1, ready: [front])
    proxy.accept(125, front).returns(
      130, accepted: taken, local: "127.0.0.1:8080", peer: "127.0.0.1:50001")
    let second = proxy.enters(135, .epollWait)
    client.write(140...150, asking, "GET / HTTP/1.0")
    outer.client(145, [.psh, .ack], length: 14)
    outer.server(147, .ack)
    let answer = client.read(160, asking)
    second.returns(165, 1, ready: [taken])
    proxy.read(170...175, taken, gives: 14)
    let (up, down) = (script.socket(fd: 9), script.socket(fd: 4))
    let inner = script.stream("127.0.0.1:50002", "127.0.0.1:9000", isn: (77_000, 88_000))
    proxy.socket(180...182, up)
    let reaching = proxy.connect(185, up, "127.0.0.1:9000", local: "127.0.0.1:50002")
    inner.handshake(190, 192, 194)
    reaching.returns(198)
    waiting.returns(200, accepted: down, local: "127.0.0.1:9000", peer: "127.0.0.1:50002")
    let asked = backend.read(205, down)
    proxy.write(210...220, up, "GET / HTTP/1.0")
    inner.client(215, [.psh, .ack], length: 14)
    inner.server(217, .ack)
    let third = proxy.enters(225, .epollWait)
    asked.returns(230, 14)
    backend.write(235...245, down, "200 OK")
    inner.server(240, [.psh, .ack], length: 6)
    inner.client(242, .ack)
    third.returns(250, 1, ready: [up])
    proxy.read(255...257, up, gives: 6)
    proxy.write(260...270, taken, "200 OK")
    outer.server(265, [.psh, .ack], length: 6)
    outer.client(267, .ack)
    answer.returns(275, 6)
    let fourth = proxy.enters(280, .epollWait)
    backend.close(285...295, down)
    inner.server(290, [.fin, .ack])
    inner.client(292, .ack)
    client.close(300...310, asking)
    outer.client(305, [.fin, .ack])
    fourth.returns(320, 2, ready: [up, taken])
    proxy.close(330...340, up)
    inner.client(335, [.fin, .ack])
    inner.server(337, .ack)
    proxy.close(350...360, taken)
    outer.server(355, [.fin, .ack])
    outer.client(357, .ack)
    client.dies(370...380, status: 0)
    proxy.event(390, .signalled(15))
    backend.dies(400...410, holding: [behind], signal: 9)
    proxy.dies(420...430, holding: [front], status: 0)
    return script.scenario
  }

  /// Two workers share a port (SO_REUSEPORT), and two clients of two programs ask them.
  public static var workers: Scenario {
    let script = Script()
    let workers = [4130, 4131].map { script.process($0, "worker", .server) }
    let clients = [script.process(4150, "curl"), script.process(4151, "wget")]
    for (index, worker) in workers.enumerated() {
      let listener = script.socket(fd: 3)
      worker.listens(40 * index, listener, "127.0.0.1:8080")
      let accept = worker.accept(100 + index, listener)
      let (own, taken) = (script.socket(fd: 3), script.socket(fd: 4))
      let local = "127.0.0.1:\(50_001 + index)"
      let stream = script.stream(
        local, "127.0.0.1:8080", isn: (UInt32(1000 + index), UInt32(9000 + index)))
      // Their rows alternate.
      clients[index].socket((110 + 2 * index)...(111 + 2 * index), own)
      let connect = clients[index].connect(120 + 2 * index, own, "127.0.0.1:8080", local: local)
      stream.handshake(130 + 2 * index, 140 + 2 * index, 150 + 2 * index)
      connect.returns(160 + 2 * index)
      accept.returns(170 + 2 * index, accepted: taken, local: "127.0.0.1:8080", peer: local)
      let request = worker.read(180 + 2 * index, taken)
      clients[index].write((190 + 20 * index)...(200 + 20 * index), own, "GET /")
      stream.client(195 + 20 * index, [.psh, .ack], length: 5)
      stream.server(197 + 20 * index, .ack)
      request.returns(240 + 2 * index, 5)
      clients[index].close((260 + 20 * index)...(270 + 20 * index), own)
      stream.client(265 + 20 * index, [.fin, .ack])
      worker.close((300 + 20 * index)...(310 + 20 * index), taken)
      stream.server(305 + 20 * index, [.fin, .ack])
      stream.client(307 + 20 * index, .ack)
    }
    return script.scenario
  }

  /// A server that runs another program for each connection, as inetd does: the accepted socket goes
  /// on under another name, and under another number.
  public static var launcher: Scenario {
    let pair = Pair()
    pair.connect(at: 100)
    let child = pair.server.forks(180, 4125, "server")
    pair.server.close(190...194, pair.accepted)
    child.event(
      195,
      .executed(name: "cat", command: ["cat"], closed: [], entered: pair.script.start + 194_000))
    let request = child.read(200, pair.accepted)
    let again = pair.server.accept(205, pair.listener)
    pair.client.write(210...236, pair.socket, "Hello, server")
    pair.stream.client(216, [.psh, .ack], length: 13)
    pair.stream.server(220, .ack)
    request.returns(232, 13)
    child.write(260...286, pair.accepted, "Hello, server")
    pair.stream.server(266, [.psh, .ack], length: 13)
    pair.stream.client(270, .ack)
    pair.client.close(300...320, pair.socket)
    pair.stream.client(306, [.fin, .ack])
    child.dies(350...360, holding: [pair.accepted], status: 0)
    pair.stream.server(355, [.fin, .ack])
    pair.stream.client(357, .ack)
    again.returns(400, error: 4)
    return pair.script.scenario
  }
}
