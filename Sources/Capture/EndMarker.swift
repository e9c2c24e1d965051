import CPcap
import Glibc
public import Wire

/// A datagram that ends a capture on `lo`: once it is seen, all packets sent before it have been
/// too.
///
/// It goes to the discard port (RFC 863), where usually nobody listens; then the kernel answers
/// with an ICMP error. Create it in the network namespace of the capture.
public final class EndMarker: Sendable {
  /// The end that sends it: 127.0.0.1 and a port that is this marker's for its lifetime.
  public let source: Endpoint
  /// The end it is sent to.
  public static let destination = Endpoint(.loopback4, 9)
  private let descriptor: Int32

  /// Binds a port of 127.0.0.1.
  ///
  /// C: `socket`, `bind`, `getsockname`
  public init() throws(CaptureError) {
    descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw .other("socket: error \(errno)") }
    var own = EndMarker.socketAddress(Endpoint(.loopback4, 0))
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    // `own` is a sockaddr_in, `length` its size; the kernel reads and writes no more than that.
    let status = unsafe withUnsafeMutablePointer(to: &own) { [descriptor] in
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        let bound = unsafe bind(descriptor, $0, length)
        return unsafe bound == 0 ? getsockname(descriptor, $0, &length) : bound
      }
    }
    guard status == 0 else {
      let error = errno
      close(descriptor)
      throw .other("bind to 127.0.0.1: error \(error)")
    }
    source = Endpoint(.loopback4, UInt16(bigEndian: own.sin_port))
  }

  deinit { close(descriptor) }

  /// Sends it. May be called again if it does not arrive: it costs one empty datagram.
  ///
  /// C: `sendto`
  public func send() throws(CaptureError) {
    var target = EndMarker.socketAddress(EndMarker.destination)
    // No payload, and a sockaddr_in of the stated length.
    let status = unsafe withUnsafePointer(to: &target) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe sendto(
          descriptor, nil, 0, Int32(MSG_DONTWAIT), $0,
          socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    if status < 0 { throw .other("sendto 127.0.0.1:9: error \(errno)") }
  }

  /// Lets it through any filter, as `InactiveCapture.alsoKept`.
  public var filterExpression: String {
    "src host 127.0.0.1 and dst host 127.0.0.1 and udp src port \(source.port) and udp dst port 9"
  }

  /// Whether a packet is this marker: the capture has seen everything that was sent before it.
  public func isEnd(_ packet: Packet) -> Bool {
    packet.udp != nil && packet.source == source && packet.destination == EndMarker.destination
  }

  /// Whether a packet is this marker or the error that answers it: neither is the user's.
  public func isMarker(_ packet: Packet) -> Bool {
    if isEnd(packet) { return true }
    guard let message = packet.icmp, message.isPortUnreachable, let quoted = message.quoted else {
      return false
    }
    return quoted.source == source && quoted.destination == EndMarker.destination
      && quoted.proto == 17
  }

  /// An IPv4 end as the kernel takes it, in network byte order.
  private static func socketAddress(_ end: Endpoint) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = end.port.bigEndian
    if case .v4(let value) = end.address { address.sin_addr.s_addr = value.bigEndian }
    return address
  }
}
