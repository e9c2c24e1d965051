import Wire

extension SocketAddress {
  /// Bytes of the longest address that is read: struct sockaddr_un.
  static let longest = 110

  /// Reads a `sockaddr` (ip(7), ipv6(7), unix(7)); nil where there is none, or where it is too
  /// short for its family.
  init?(_ bytes: [UInt8]) {
    guard let family = MemoryWords(bytes: bytes).uint16(0) else { return nil }
    switch Int32(family) {
    case AddressFamily.unspecified: self = .unspecified
    case AddressFamily.internet4:
      guard bytes.count >= 8 else { return nil }
      let address = bytes[4..<8].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      self = .internet(Endpoint(.v4(address), SocketAddress.port(bytes)))
    case AddressFamily.internet6:
      guard bytes.count >= 24 else { return nil }
      let high = bytes[8..<16].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      let low = bytes[16..<24].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      self = .internet(Endpoint(.v6(high: high, low: low), SocketAddress.port(bytes)))
    case AddressFamily.local:
      // An abstract name begins with a zero byte and may hold more of them.
      let name = bytes.dropFirst(2)
      let path = name.first == 0 ? name : name.prefix { $0 != 0 }
      self = .local(String(decoding: path, as: UTF8.self))
    case let other: self = .other(family: other)
    }
  }

  private static func port(_ bytes: [UInt8]) -> UInt16 { UInt16(bytes[2]) << 8 | UInt16(bytes[3]) }

  /// Reads an address that a call was given, of the length it was given.
  static func read(
    at address: UInt64, length: Int, _ memory: MemoryReader
  ) -> SocketAddress? {
    guard address != 0, length >= 2 else { return nil }
    return SocketAddress(memory(address, min(length, longest)))
  }

  /// Reads an address that a call returned: the length is at `lengthAddress`.
  static func read(
    at address: UInt64, lengthAt lengthAddress: UInt64, _ memory: MemoryReader
  ) -> SocketAddress? {
    guard address != 0, lengthAddress != 0,
      let length = MemoryWords(bytes: memory(lengthAddress, 4)).uint32(0)
    else { return nil }
    return read(at: address, length: Int(length), memory)
  }
}
