import Calls
import Timeline
import Wire

extension Scenario {
  /// The demo of UDP: one datagram each way.
  public static var udpDemo: Scenario {
    let script = Script()
    let server = script.process(4120, "server", .server)
    let client = script.process(4121, "client", .client)
    let bound = script.socket(fd: 3, .udp)
    let socket = script.socket(fd: 3, .udp)
    let flow = script.flow("127.0.0.1:40512", "127.0.0.1:3490")
    server.socket(0...8, bound)
    server.bind(21...26, bound, "0.0.0.0:3490")
    let request = server.recvfrom(40, bound)
    client.socket(1180...1188, socket)
    client.sendto(
      1204...1232, socket, "127.0.0.1:3490", "Hello, server", local: "0.0.0.0:40512")
    flow.client(1216, 13)
    request.returns(1228, 13, from: "127.0.0.1:40512")
    let answer = client.recvfrom(1250, socket)
    server.sendto(1262...1284, bound, "127.0.0.1:40512", "Hello, client")
    flow.server(1270, 13)
    answer.returns(1288, 13, from: "127.0.0.1:3490")
    client.close(1310...1316, socket)
    server.close(1320...1325, bound)
    client.dies(1340...1350, status: 0)
    server.dies(1360...1370, status: 0)
    return script.scenario
  }

  /// A datagram to a port where nobody receives: ICMP port unreachable, and the error on the next
  /// call of the connected socket.
  public static var refusedDatagram: Scenario {
    let script = Script()
    let client = script.process(4121, "client", .client)
    let socket = script.socket(fd: 3, .udp)
    let flow = script.flow("127.0.0.1:40512", "127.0.0.1:3490")
    client.socket(0...8, socket)
    client.connect(20, socket, "127.0.0.1:3490", local: "127.0.0.1:40512").returns(28)
    client.write(40...60, socket, "Hello, server")
    flow.client(48, 13)
    flow.unreachable(52, 13)
    client.read(80, socket).returns(84, error: 111)
    client.close(100...105, socket)
    client.dies(120...130, status: 1)
    return script.scenario
  }
}
