import Calls
import Timeline
import Wire

/// A server and a client with one connection: the beginning of many scenarios.
public final class Pair {
  /// Where they are written down.
  public let script: Script
  /// Process 4120.
  public let server: Program
  /// Process 4121.
  public let client: Program
  /// The server's listening socket.
  public let listener: Socket
  /// The server's end of the connection.
  public let accepted: Socket
  /// The client's end of the connection.
  public let socket: Socket
  /// The packets.
  public let stream: Stream
  private let serverEnd: String
  private let clientEnd: String

  /// Makes the two programs; the server listens by 30 microseconds.
  public init(
    server serverEnd: String = "127.0.0.1:3490", client clientEnd: String = "127.0.0.1:51514",
    any: String = "0.0.0.0:3490", isn: (client: UInt32, server: UInt32) = (1000, 5000),
    script: Script = Script()
  ) {
    self.script = script
    self.serverEnd = serverEnd
    self.clientEnd = clientEnd
    server = script.process(4120, "server", .server)
    client = script.process(4121, "client", .client)
    listener = script.socket(fd: 3)
    accepted = script.socket(fd: 4)
    socket = script.socket(fd: 3)
    stream = script.stream(clientEnd, serverEnd, isn: isn)
    server.listens(0, listener, any)
  }

  /// accept() waits, connect() makes the connection: 60 microseconds.
  public func connect(at time: Int) {
    let accept = server.accept(time - 50, listener)
    client.socket((time - 10)...(time - 2), socket)
    let connect = client.connect(time, socket, serverEnd, local: clientEnd)
    stream.handshake(time + 15, time + 19, time + 23)
    connect.returns(time + 36)
    accept.returns(time + 47, accepted: accepted, local: serverEnd, peer: clientEnd)
  }

  /// The client writes 13 bytes, the server answers with 13: 150 microseconds.
  public func talk(at time: Int) {
    let request = server.read(time, accepted)
    client.write((time + 10)...(time + 36), socket, "Hello, server")
    stream.client(time + 16, [.psh, .ack], length: 13)
    stream.server(time + 20, .ack)
    request.returns(time + 32, 13)
    let answer = client.read(time + 50, socket)
    server.write((time + 60)...(time + 86), accepted, "Hello, client")
    stream.server(time + 66, [.psh, .ack], length: 13)
    stream.client(time + 70, .ack)
    answer.returns(time + 90, 13)
  }

  /// The client closes, then the server, which had nothing to read: three segments in 80
  /// microseconds, and the listening socket closes.
  public func close(at time: Int) {
    let end = server.read(time, accepted)
    client.close((time + 5)...(time + 25), socket)
    stream.client(time + 10, [.fin, .ack])
    end.returns(time + 20, 0)
    server.close((time + 40)...(time + 60), accepted)
    stream.server(time + 46, [.fin, .ack])
    stream.client(time + 50, .ack)
    server.close((time + 70)...(time + 75), listener)
  }
}
