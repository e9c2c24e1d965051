import Calls
import Scenario
import Timeline

extension Scenario {
  /// Waits, output with control characters, a write in several packets, a closed window, a signal,
  /// something not seen, and a connection that comes after a long silence.
  static var busy: Scenario {
    let pair = Pair()
    pair.connect(at: 100)
    pair.script.prints(160, pair.server, "server: connection from 127.0.0.1 \u{1B}[31m port 51514")
    let poll = pair.server.enters(200, .poll) {
      $0.watched = [3, 4]
      $0.timeout = 500
    }
    let write = pair.client.write(300, pair.socket, count: 191_966)
    pair.stream.client(305, .ack, length: 65_483)
    pair.stream.client(307, [.psh, .ack], length: 65_483)
    pair.stream.server(309, .ack)
    poll.returns(330, 1, ready: [pair.accepted])
    write.returns(340, 191_966)
    pair.stream.client(350, [.psh, .ack], length: 61_000)
    pair.stream.server(352, .ack, window: 0)
    pair.server.read(400...410, pair.accepted, count: 300_000, gives: 191_966)
    pair.stream.server(412, .ack, window: 500)
    pair.client.event(500, .signalled(13))
    pair.server.event(600, .blind("io_uring_setup() on fd 9\n"))
    late(pair)
    pair.close(at: 1_600_000)
    return pair.script.scenario
  }

  private static func late(_ pair: Pair) {
    let socket = pair.script.socket(fd: 5)
    let accepted = pair.script.socket(fd: 6)
    let stream = pair.script.stream("127.0.0.1:40000", "127.0.0.1:3490", isn: (77, 99))
    let accept = pair.server.accept(1_500_000, pair.listener)
    pair.client.socket(1_500_010...1_500_012, socket)
    let connect = pair.client.connect(
      1_500_020, socket, "127.0.0.1:3490", local: "127.0.0.1:40000")
    stream.handshake(1_500_030, 1_500_032, 1_500_034)
    connect.returns(1_500_040)
    accept.returns(
      1_500_045, accepted: accepted, local: "127.0.0.1:3490", peer: "127.0.0.1:40000")
  }

  /// Two threads of the client inside calls on one connection at once.
  static var threads: Scenario {
    let pair = Pair()
    pair.connect(at: 100)
    let other = pair.client.thread(4122)
    let answer = other.read(200, pair.socket)
    let request = pair.server.read(210, pair.accepted)
    pair.client.write(220...240, pair.socket, "Hello, server")
    pair.stream.client(226, [.psh, .ack], length: 13)
    pair.stream.server(228, .ack)
    request.returns(235, 13)
    pair.server.write(250...270, pair.accepted, "Hello, client")
    pair.stream.server(256, [.psh, .ack], length: 13)
    pair.stream.client(258, .ack)
    answer.returns(265, 13)
    pair.close(at: 300)
    return pair.script.scenario
  }
}
