import Glibc

/// An IPv4 address and a port, as the socket calls take them (ip(7)).
///
/// In C the calls take a pointer to `struct sockaddr` and its length, whatever the protocol. The
/// functions below pass a `sockaddr_in` that way; each is its namesake and nothing more.
struct SocketAddress {
  /// The kernel's form: family, port and address, the latter two in network byte order.
  var raw = sockaddr_in()

  /// Bytes of the kernel's form.
  static let size = socklen_t(MemoryLayout<sockaddr_in>.size)

  /// Makes an address of numbers as people write them, such as 0x7F00_0001 and 3490.
  init(_ address: in_addr_t, port: in_port_t) {
    raw.sin_family = sa_family_t(AF_INET)
    // Network byte order is big-endian: htons() and htonl() in C.
    raw.sin_port = port.bigEndian
    raw.sin_addr = in_addr(s_addr: address.bigEndian)
  }

  /// Makes room for an address that a call fills in.
  init() {}
}

extension SocketAddress: CustomStringConvertible {
  /// Such as `127.0.0.1 port 51514`.
  var description: String {
    let address = UInt32(bigEndian: raw.sin_addr.s_addr)
    let parts = [24, 16, 8, 0].map { shift in String(address >> shift & 0xFF) }
    return "\(parts.joined(separator: ".")) port \(UInt16(bigEndian: raw.sin_port))"
  }
}

/// What socket() may be asked for.
enum SocketType {
  /// A stream of bytes: TCP.
  static let stream = Int32(SOCK_STREAM.rawValue)
  /// Datagrams: UDP.
  static let datagram = Int32(SOCK_DGRAM.rawValue)
}

/// bind(2)
func bind(_ descriptor: Int32, _ address: SocketAddress) -> Int32 {
  unsafe withUnsafePointer(to: address.raw) { pointer in
    unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      unsafe bind(descriptor, $0, SocketAddress.size)
    }
  }
}

/// connect(2)
func connect(_ descriptor: Int32, _ address: SocketAddress) -> Int32 {
  unsafe withUnsafePointer(to: address.raw) { pointer in
    unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      unsafe connect(descriptor, $0, SocketAddress.size)
    }
  }
}

/// accept(2): the connection's descriptor, or -1, and the client's address.
func accept(_ descriptor: Int32) -> (connection: Int32, client: SocketAddress) {
  var client = SocketAddress()
  var size = SocketAddress.size
  let connection = unsafe withUnsafeMutablePointer(to: &client.raw) { pointer in
    unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      unsafe accept(descriptor, $0, &size)
    }
  }
  return (connection, client)
}

/// sendto(2): how many bytes were sent, or -1.
func sendto(_ descriptor: Int32, _ bytes: [UInt8], _ receiver: SocketAddress) -> Int {
  unsafe withUnsafePointer(to: receiver.raw) { pointer in
    unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      unsafe sendto(descriptor, bytes, bytes.count, 0, $0, SocketAddress.size)
    }
  }
}

/// recvfrom(2): how many bytes came, or -1, and the sender's address.
func recvfrom(_ descriptor: Int32, _ buffer: inout [UInt8]) -> (count: Int, sender: SocketAddress) {
  var sender = SocketAddress()
  var size = SocketAddress.size
  let count = unsafe withUnsafeMutablePointer(to: &sender.raw) { pointer in
    unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      unsafe recvfrom(descriptor, &buffer, buffer.count, 0, $0, &size)
    }
  }
  return (count, sender)
}
