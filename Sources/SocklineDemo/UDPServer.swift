import Glibc

/// The server of a UDP conversation: it waits for one datagram, answers it and exits.
///
///     socket → bind → recvfrom → sendto → close
enum UDPServer {
  static func run() {
    // SOCK_DGRAM means UDP over IPv4.
    let endpoint = socket(AF_INET, SocketType.datagram, 0)
    if endpoint == -1 { fail("socket") }

    let address = SocketAddress(INADDR_ANY, port: port)
    if unsafe address.passed(to: { unsafe bind(endpoint, $0, $1) }) == -1 { fail("bind") }

    // There is no listen() and no accept(): UDP has no connections. recvfrom() sleeps until a
    // datagram comes, and returns it whole together with its sender's address.
    //
    // A server that runs for ever does this and everything below in a loop, `while true`. This one
    // serves a single client, so that both programs come to their end while you watch.
    var buffer = [UInt8](repeating: 0, count: 1024)
    var client = SocketAddress()
    let count = unsafe client.filled {
      unsafe recvfrom(endpoint, &buffer, buffer.count, 0, $0, $1)
    }
    if count == -1 { fail("recvfrom") }
    say("server: got datagram from \(client)")
    say("server: received \(printable(buffer[..<count]))")

    // One sendto() is one datagram.
    let answer = Array("Hello, client".utf8)
    let sent = unsafe client.passed {
      unsafe sendto(endpoint, answer, answer.count, 0, $0, $1)
    }
    if sent == -1 { fail("sendto") }

    // No packet is sent: there is no connection to end.
    if close(endpoint) == -1 { fail("close") }
  }
}
