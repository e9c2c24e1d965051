import CProcess
import Glibc

/// Whether this process may capture in its network namespace: it runs as root.
public var isAllowedToCapture: Bool { geteuid() == 0 }

/// A socket of 127.0.0.1 with a port of its own, for traffic that a test makes.
public final class LoopbackSocket {
  private let descriptor: Int32
  /// The port that the kernel chose.
  public let port: UInt16

  /// Makes a socket and binds it.
  public convenience init(datagrams: Bool) throws {
    let kind = datagrams ? SOCK_DGRAM : SOCK_STREAM
    try self.init(socket(AF_INET, Int32(kind.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0))
  }

  /// Takes over a socket, and binds it if it is not bound.
  private init(_ descriptor: Int32) throws {
    self.descriptor = descriptor
    guard descriptor >= 0 else { throw ProcessError.system(call: "socket", errno: errno) }
    // Nothing waits for ever: not a datagram that was lost, not a peer that is gone.
    var limit = timeval(tv_sec: 10, tv_usec: 0)
    setsockopt(
      descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    var address = LoopbackSocket.address(port: 0)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    port = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length)
        getsockname(descriptor, $0, &length)
      }
      return UInt16(bigEndian: $0.pointee.sin_port)
    }
  }

  deinit { close(descriptor) }

  /// Sends a datagram to a port of 127.0.0.1.
  public func send(_ bytes: [UInt8], to port: UInt16) throws {
    let count = LoopbackSocket.withAddress(port: port) {
      sendto(descriptor, bytes, bytes.count, 0, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
    }
    guard count == bytes.count else { throw ProcessError.system(call: "sendto", errno: errno) }
  }

  /// Receives one datagram, or what a stream has.
  public func receive() throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 70_000)
    let count = recv(descriptor, &bytes, bytes.count, 0)
    guard count >= 0 else { throw ProcessError.system(call: "recv", errno: errno) }
    return Array(bytes.prefix(count))
  }

  /// Lets a stream socket listen, with a queue of 10.
  public func listen() throws {
    guard Glibc.listen(descriptor, 10) == 0 else {
      throw ProcessError.system(call: "listen", errno: errno)
    }
  }

  /// Connects a stream socket to a port of 127.0.0.1.
  public func connect(to port: UInt16) throws {
    let status = LoopbackSocket.withAddress(port: port) {
      Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
    }
    guard status == 0 else { throw ProcessError.system(call: "connect", errno: errno) }
  }

  /// Accepts a connection.
  public func accept() throws -> LoopbackSocket {
    // No program that another test starts at that moment gets it.
    try LoopbackSocket(process_accept(descriptor))
  }

  /// Writes to a stream.
  public func write(_ bytes: [UInt8]) throws {
    guard Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count
    else { throw ProcessError.system(call: "send", errno: errno) }
  }

  private static func address(port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return address
  }

  private static func withAddress<Value>(
    port: UInt16, _ body: (UnsafePointer<sockaddr>) -> Value
  ) -> Value {
    var address = address(port: port)
    return withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0) }
    }
  }
}

/// A whole connection over 127.0.0.1: a string each way, then both close.
///
/// - Returns: the ports of client and server.
public func exchangeStrings(
  _ request: String = "Hello, server", _ reply: String = "Hello, client"
) throws -> (client: UInt16, server: UInt16) {
  let server = try LoopbackSocket(datagrams: false)
  try server.listen()
  return try exchangeStrings(with: server, request, reply)
}

/// The same with a server that listens already, so that its port is known before.
public func exchangeStrings(
  with server: LoopbackSocket, _ request: String = "Hello, server",
  _ reply: String = "Hello, client"
) throws -> (client: UInt16, server: UInt16) {
  let client = try LoopbackSocket(datagrams: false)
  try client.connect(to: server.port)
  let accepted = try server.accept()
  try client.write(Array(request.utf8))
  _ = try accepted.receive()
  try accepted.write(Array(reply.utf8))
  _ = try client.receive()
  return (client.port, server.port)
}
