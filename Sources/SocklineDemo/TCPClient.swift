import Glibc

/// The client of a TCP conversation: it asks, reads the answer and closes.
///
///     socket → connect → write → read → close
enum TCPClient {
  static func run() {
    let connection = socket(AF_INET, SocketType.stream, 0)
    if connection == -1 { fail("socket") }

    // connect() sends the SYN and sleeps until the server's kernel has answered it. There is no
    // bind(): nobody needs to know the client's port beforehand, so the kernel picks a free one.
    let server = SocketAddress(INADDR_LOOPBACK, port: port)
    if unsafe server.passed(to: { unsafe connect(connection, $0, $1) }) == -1 { fail("connect") }

    // write() returns as soon as the kernel has taken the bytes, not when they have arrived.
    let question = Array("Hello, server".utf8)
    if unsafe write(connection, question, question.count) == -1 { fail("write") }

    // The answer is 13 bytes and comes in one piece. A program that expects more reads in a loop.
    var buffer = [UInt8](repeating: 0, count: 1024)
    let count = unsafe read(connection, &buffer, buffer.count)
    if count == -1 { fail("read") }
    say("client: received \(printable(buffer[..<count]))")

    // close() tells the server that no more bytes will come: its read() returns 0.
    if close(connection) == -1 { fail("close") }
  }
}
