import Calls
import Timeline
import Wire

extension Scenario {
  /// Four clients, two of them threads of one process, talk to one server at once.
  public static var fourConnections: Scenario {
    let script = Script()
    let server = script.process(4120, "server", .server)
    let threads = script.process(4121, "client", .client)
    let clients = [
      threads, threads.thread(4122), script.process(4123, "client", .client),
      script.process(4124, "client", .client),
    ]
    let listener = script.socket(fd: 3)
    server.listens(0, listener, "0.0.0.0:3490")
    var ends: [(client: Socket, server: Socket, stream: Stream)] = []
    for index in 0..<4 {
      let own: Int32 = index == 1 ? 4 : 3
      ends.append(
        (
          script.socket(fd: own), script.socket(fd: Int32(4 + index)),
          script.stream(
            "127.0.0.1:\(51514 + index)", "127.0.0.1:3490",
            isn: (UInt32(1000 * index), UInt32(5000 + 1000 * index)))
        ))
    }
    for (index, end) in ends.enumerated() {
      let time = 100 + 5 * index
      let local = "127.0.0.1:\(51514 + index)"
      clients[index].socket((time - 20)...(time - 18), end.client)
      let connect = clients[index].connect(time, end.client, "127.0.0.1:3490", local: local)
      end.stream.handshake(time + 31, time + 33, time + 35)
      connect.returns(time + 60)
      let accept = server.accept(200 + 10 * index, listener)
      accept.returns(
        206 + 10 * index, accepted: end.server, local: "127.0.0.1:3490", peer: local)
    }
    for (index, end) in ends.enumerated() {
      let time = 300 + 7 * index
      clients[index].write(time...(time + 30), end.client, "Hello, server")
      end.stream.client(time + 20, [.psh, .ack], length: 13)
      end.stream.server(time + 22, .ack)
      server.read((400 + 10 * index)...(404 + 10 * index), end.server, gives: 13)
      let close = 500 + 9 * index
      clients[index].close(close...(close + 12), end.client)
      end.stream.client(close + 6, [.fin, .ack])
      server.close((600 + 20 * index)...(610 + 20 * index), end.server)
      end.stream.server(605 + 20 * index, [.fin, .ack])
      end.stream.client(607 + 20 * index, .ack)
    }
    server.close(700...704, listener)
    return script.scenario
  }

  /// A server forks after accept(); both processes hold the connection: the parent's close() sends
  /// nothing, the child writes and closes.
  public static var fork: Scenario {
    let pair = Pair()
    pair.connect(at: 100)
    let child = pair.server.forks(180, 4125, "server")
    pair.server.close(190...194, pair.accepted)
    let request = child.read(200, pair.accepted)
    pair.client.write(210...236, pair.socket, "Hello, server")
    pair.stream.client(216, [.psh, .ack], length: 13)
    pair.stream.server(220, .ack)
    request.returns(232, 13)
    let answer = pair.client.read(250, pair.socket)
    child.write(260...286, pair.accepted, "Hello, client")
    pair.stream.server(266, [.psh, .ack], length: 13)
    pair.stream.client(270, .ack)
    answer.returns(290, 13)
    child.close(300...320, pair.accepted)
    pair.stream.server(306, [.fin, .ack])
    pair.stream.client(40_310, .ack)
    child.dies(350...360, holding: [pair.listener], status: 0)
    pair.client.close(41_000...41_020, pair.socket)
    pair.stream.client(41_006, [.fin, .ack])
    pair.stream.server(41_010, .ack)
    pair.server.close(42_000...42_005, pair.listener)
    return pair.script.scenario
  }

  /// The client is killed in the middle of a read(): its exit sends the FIN.
  public static var dyingProgram: Scenario {
    let pair = Pair()
    pair.connect(at: 100)
    let request = pair.server.read(190, pair.accepted)
    pair.client.write(200...226, pair.socket, "Hello, server")
    pair.stream.client(206, [.psh, .ack], length: 13)
    pair.stream.server(210, .ack)
    request.returns(222, 13)
    _ = pair.client.read(240, pair.socket)
    let end = pair.server.read(250, pair.accepted)
    pair.client.event(500, .exiting(holds: [pair.socket.id]))
    pair.stream.client(520, [.fin, .ack])
    end.returns(530, 0)
    pair.client.event(540, .exited(status: nil, signal: 9))
    pair.server.close(560...580, pair.accepted)
    pair.stream.server(566, [.fin, .ack])
    pair.stream.client(570, .ack)
    pair.server.close(600...604, pair.listener)
    return pair.script.scenario
  }
}
