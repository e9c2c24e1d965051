/// The Internet checksum (RFC 1071), in the plainest form, so that it can judge the fast one.
public func internetSum(_ bytes: [UInt8]) -> UInt16 {
  var sum = 0
  for index in stride(from: 0, to: bytes.count, by: 2) {
    sum += Int(bytes[index]) << 8 + (index + 1 < bytes.count ? Int(bytes[index + 1]) : 0)
    sum = sum & 0xFFFF + sum >> 16
  }
  return UInt16(sum)
}

/// Two bytes, the higher first.
public func bytes(_ value: UInt16) -> [UInt8] { [UInt8(value >> 8), UInt8(value & 0xFF)] }

/// Four bytes, the highest first.
public func bytes(_ value: UInt32) -> [UInt8] {
  bytes(UInt16(value >> 16)) + bytes(UInt16(value & 0xFFFF))
}

/// How the checksum of a made transport header is filled in.
public enum MadeChecksum: Hashable, Sendable {
  /// The right sum.
  case right
  /// The right sum, plus one.
  case wrong
  /// The sum of the pseudo-header alone, as senders leave it to the network card.
  case partial
  /// As the transport's bytes say.
  case kept
}
