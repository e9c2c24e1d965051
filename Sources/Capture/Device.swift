import CPcap
import Glibc
public import Wire

/// A network interface, as libpcap lists it (pcap_findalldevs(3PCAP)).
public struct Device: Hashable, Sendable {
  /// The kernel's name, such as `lo`.
  public var name: String
  /// What libpcap says about it, if anything.
  public var description: String?
  /// Whether it is up.
  public var isUp: Bool
  /// Whether it is running: up, and with a carrier.
  public var isRunning: Bool
  /// Whether what is sent on it comes back to this machine.
  public var isLoopback: Bool
  /// Whether it is a radio interface.
  public var isWireless: Bool
  /// Its addresses, IPv4 and IPv6.
  public var internetAddresses: [IPAddress]

  /// The addresses as text, such as `127.0.0.1` and `::1`.
  public var addresses: [String] { internetAddresses.map(\.description) }

  /// The interfaces of this network namespace, in libpcap's order: most likely first.
  ///
  /// C: `pcap_findalldevs`
  public static func all() throws(CaptureError) -> [Device] {
    var message = ErrorBuffer()
    var first: UnsafeMutablePointer<pcap_if_t>?
    let status = unsafe message.filled { unsafe pcap_findalldevs(&first, $0) }
    guard status == 0 else { throw .other(message.message) }
    defer { unsafe pcap_freealldevs(first) }
    var devices: [Device] = []
    var next = unsafe first
    // The list ends with a null `next`, and lives until pcap_freealldevs.
    while let entry = unsafe next {
      devices.append(unsafe Device(entry.pointee))
      unsafe next = entry.pointee.next
    }
    return devices
  }

  /// Copies one entry of libpcap's list.
  private init(_ entry: pcap_if_t) {
    // Both strings end with a zero byte; a device without a description has none.
    unsafe name = String(cString: entry.name)
    unsafe description = entry.description.map { unsafe String(cString: $0) }
    let flags = unsafe Int32(bitPattern: entry.flags)
    isUp = flags & PCAP_IF_UP != 0
    isRunning = flags & PCAP_IF_RUNNING != 0
    isLoopback = flags & PCAP_IF_LOOPBACK != 0
    isWireless = flags & PCAP_IF_WIRELESS != 0
    internetAddresses = []
    var next = unsafe entry.addresses
    while let address = unsafe next {
      if let found = unsafe IPAddress(address.pointee.addr) { internetAddresses.append(found) }
      unsafe next = address.pointee.next
    }
  }
}

extension IPAddress {
  /// Reads AF_INET and AF_INET6; nil for other families, such as AF_PACKET.
  fileprivate init?(_ address: UnsafeMutablePointer<sockaddr>?) {
    guard let address = unsafe address else { return nil }
    let raw = UnsafeRawPointer(address)
    // The family determines the length of the structure: sockaddr_in 16 bytes, sockaddr_in6 28.
    switch unsafe Int32(address.pointee.sa_family) {
    case AF_INET:
      let value = unsafe raw.loadUnaligned(
        fromByteOffset: MemoryLayout<sockaddr_in>.offset(of: \.sin_addr) ?? 4, as: UInt32.self)
      self = .v4(UInt32(bigEndian: value))
    case AF_INET6:
      let offset = MemoryLayout<sockaddr_in6>.offset(of: \.sin6_addr) ?? 8
      let high = unsafe raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      let low = unsafe raw.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self)
      self = .v6(high: UInt64(bigEndian: high), low: UInt64(bigEndian: low))
    default:
      return nil
    }
  }
}
