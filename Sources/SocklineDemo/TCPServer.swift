import Glibc

/// The server of a TCP conversation: it waits for one client, answers it and exits.
///
///     socket → bind → listen → accept → read → write → read → close, close
enum TCPServer {
  /// Connections that may wait in the queue for accept().
  static let backlog: Int32 = 10

  static func run() {
    // The operating system creates a socket and returns its number, the descriptor. AF_INET with
    // SOCK_STREAM means TCP over IPv4. No packet is sent.
    let listener = socket(AF_INET, SocketType.stream, 0)
    if listener == -1 { fail("socket") }

    // The socket gets the port that clients know. INADDR_ANY, written 0.0.0.0, means every address
    // of this machine. No packet is sent.
    let address = SocketAddress(INADDR_ANY, port: port)
    if unsafe address.passed(to: { unsafe bind(listener, $0, $1) }) == -1 { fail("bind") }

    // From now on the kernel answers clients: it performs the handshakes by itself and queues the
    // established connections. This socket never carries data. No packet is sent.
    if listen(listener, backlog) == -1 { fail("listen") }

    // accept() takes one connection out of the queue, or sleeps until there is one. It returns a
    // second socket, the connection's own, and who the client is. No packet is sent.
    //
    // A server that runs for ever does this and everything below in a loop, `while true`. This one
    // serves a single client, so that both programs come to their end while you watch.
    var client = SocketAddress()
    let connection = unsafe client.filled { unsafe accept(listener, $0, $1) }
    if connection == -1 { fail("accept") }
    say("server: got connection from \(client)")

    // read() sleeps until bytes are there and returns how many it got: up to 1024, as many as have
    // arrived. TCP is a stream of bytes, so a longer message could take several calls.
    var buffer = [UInt8](repeating: 0, count: 1024)
    var count = unsafe read(connection, &buffer, buffer.count)
    if count == -1 { fail("read") }
    say("server: received \(printable(buffer[..<count]))")

    let answer = Array("Hello, client".utf8)
    if unsafe write(connection, answer, answer.count) == -1 { fail("write") }

    // read() returns 0 when the client has closed its side and all its bytes have been read.
    while count > 0 {
      count = unsafe read(connection, &buffer, buffer.count)
      if count == -1 { fail("read") }
    }

    // The connection ends here. The client closed first, so the port is free again at once: the
    // side that closes first keeps the pair of ports in TIME-WAIT for a minute.
    if close(connection) == -1 { fail("close") }
    // The listening socket is a separate one. Closing it releases port 3490 for other programs.
    if close(listener) == -1 { fail("close") }
  }
}
