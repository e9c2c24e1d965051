import Glibc

/// The client of a UDP conversation: it sends one datagram and waits for the answer.
///
///     socket → sendto → recvfrom → close
enum UDPClient {
  static func run() {
    let endpoint = socket(AF_INET, SocketType.datagram, 0)
    if endpoint == -1 { fail("socket") }

    // No connect(), no handshake: the datagram goes out at once, and sendto() succeeds whether or
    // not anybody waits for it. The kernel picks this socket's port now.
    let server = SocketAddress(INADDR_LOOPBACK, port: port)
    let question = Array("Hello, server".utf8)
    let sent = unsafe server.passed {
      unsafe sendto(endpoint, question, question.count, 0, $0, $1)
    }
    if sent == -1 { fail("sendto") }

    // Nothing says that the datagram has arrived, except an answer. If it was lost, this call
    // sleeps for ever; a program that cannot afford that sets a limit (SO_RCVTIMEO) and asks again.
    var buffer = [UInt8](repeating: 0, count: 1024)
    var sender = SocketAddress()
    let count = unsafe sender.filled {
      unsafe recvfrom(endpoint, &buffer, buffer.count, 0, $0, $1)
    }
    if count == -1 { fail("recvfrom") }
    say("client: received \(printable(buffer[..<count]))")

    if close(endpoint) == -1 { fail("close") }
  }
}
