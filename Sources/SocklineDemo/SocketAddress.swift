import Glibc

/// An IPv4 address and a port, as the socket calls take them (ip(7)).
///
/// In C the calls take a pointer to `struct sockaddr` and its length, whatever the protocol:
/// `passed(to:)` and `filled(by:)` make them from a `sockaddr_in`.
struct SocketAddress {
  /// The kernel's form: family, port and address, the latter two in network byte order.
  var raw = sockaddr_in()

  /// Size of the kernel's form in bytes.
  static let size = socklen_t(MemoryLayout<sockaddr_in>.size)

  /// Makes an address from numbers as people write them, such as 0x7F00_0001 and 3490.
  init(_ address: in_addr_t, port: in_port_t) {
    raw.sin_family = sa_family_t(AF_INET)
    // Network byte order is big-endian: htons() and htonl() in C.
    raw.sin_port = port.bigEndian
    raw.sin_addr = in_addr(s_addr: address.bigEndian)
  }

  /// Makes space for an address that a call fills in.
  init() {}
}

extension SocketAddress: CustomStringConvertible {
  /// The address as text, such as `127.0.0.1 port 51514`.
  var description: String {
    let address = UInt32(bigEndian: raw.sin_addr.s_addr)
    let parts = [24, 16, 8, 0].map { shift in String(address >> shift & 0xFF) }
    return "\(parts.joined(separator: ".")) port \(UInt16(bigEndian: raw.sin_port))"
  }
}

/// The socket types that socket() is asked for.
enum SocketType {
  /// A stream of bytes: TCP.
  static let stream = Int32(SOCK_STREAM.rawValue)
  /// Datagrams: UDP.
  static let datagram = Int32(SOCK_DGRAM.rawValue)
}

extension SocketAddress {
  /// Passes the address to a call as C takes it: a pointer to `struct sockaddr`, and its length.
  func passed<Result>(to call: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
    unsafe withUnsafePointer(to: raw) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe call($0, SocketAddress.size)
      }
    }
  }

  /// Lets a call fill the address in: a pointer to `struct sockaddr`, and one to its length, which
  /// the call changes to what it has written.
  mutating func filled<Result>(
    by call: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Result
  ) -> Result {
    var size = SocketAddress.size
    return unsafe withUnsafeMutablePointer(to: &raw) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe call($0, &size) }
    }
  }
}
