/// 127.0.0.1
public let loopback4: [UInt8] = [127, 0, 0, 1]
/// ::1
public let loopback6 = [UInt8](repeating: 0, count: 15) + [1]

/// An IPv4 packet with the right header checksum.
///
/// - Parameters:
///   - fragment: the word of flags and fragment offset.
///   - totalLength: the total length, where it is to lie.
///   - finalDestination: the last stop of a source route.
public func ipv4(
  _ proto: UInt8, _ transport: [UInt8], from source: [UInt8] = loopback4,
  to destination: [UInt8] = loopback4, timeToLive: UInt8 = 64, trafficClass: UInt8 = 0,
  identification: UInt16 = 1, fragment: UInt16 = 0x4000, options: [UInt8] = [],
  totalLength: Int? = nil, checksum: MadeChecksum = .right, finalDestination: [UInt8]? = nil
) -> [UInt8] {
  let padded = options + [UInt8](repeating: 0, count: (4 - options.count % 4) % 4)
  let length = UInt16(20 + padded.count + transport.count)
  var header =
    [UInt8(0x45 + padded.count / 4), trafficClass] + bytes(totalLength.map(UInt16.init) ?? length)
    + bytes(identification) + bytes(fragment) + [timeToLive, proto, 0, 0] + source + destination
    + padded
  header.replaceSubrange(10..<12, with: bytes(~internetSum(header)))
  let pseudo =
    source + (finalDestination ?? destination) + [0, proto] + bytes(UInt16(transport.count))
  return header + summed(transport, proto: proto, pseudo: pseudo, checksum)
}

/// An extension header of IPv6, without the number of the next one.
public struct MadeExtension: Hashable, Sendable {
  /// The header's own number.
  public var number: UInt8
  /// What follows its next-header byte: the length field and the data.
  public var rest: [UInt8]
  /// Makes an extension header.
  public init(_ number: UInt8, _ rest: [UInt8]) {
    self.number = number
    self.rest = rest
  }

  /// A fragment header (RFC 8200, section 4.5).
  public static func fragment(offset: Int, more: Bool, identification: UInt32 = 7) -> MadeExtension
  {
    MadeExtension(44, [0] + bytes(UInt16(offset) | (more ? 1 : 0)) + bytes(identification))
  }
  /// A routing header of type 2 (RFC 6275, section 6.4) with one address.
  public static func routing(_ address: [UInt8], segmentsLeft: UInt8) -> MadeExtension {
    MadeExtension(43, [2, 2, segmentsLeft, 0, 0, 0, 0] + address)
  }
  /// Hop-by-hop options that hold padding only.
  public static let hopByHop = MadeExtension(0, [0, 1, 4, 0, 0, 0, 0])
  /// Hop-by-hop options with a jumbo payload length (RFC 2675, section 2).
  public static func jumbo(_ length: UInt32) -> MadeExtension {
    MadeExtension(0, [0, 0xC2, 4] + bytes(length))
  }
  /// Destination options of sixteen bytes that hold padding only.
  public static let destinationOptions = MadeExtension(
    60, [1, 1, 12] + [UInt8](repeating: 0, count: 12))
  /// An authentication header with a check value of twelve bytes (RFC 4302).
  public static let authentication = MadeExtension(51, [4] + [UInt8](repeating: 9, count: 22))
}

/// An IPv6 packet.
///
/// - Parameters:
///   - payloadLength: the payload length, where it is to lie.
///   - finalDestination: the last stop of a routing header.
public func ipv6(
  _ proto: UInt8, _ transport: [UInt8], from source: [UInt8] = loopback6,
  to destination: [UInt8] = loopback6, hopLimit: UInt8 = 64, trafficClass: UInt8 = 0,
  flowLabel: UInt32 = 0, extensions: [MadeExtension] = [], payloadLength: Int? = nil,
  checksum: MadeChecksum = .right, finalDestination: [UInt8]? = nil
) -> [UInt8] {
  let pseudo =
    source + (finalDestination ?? destination) + bytes(UInt32(transport.count)) + [0, 0, 0, proto]
  var body: [UInt8] = []
  for (index, made) in extensions.enumerated() {
    let next = index + 1 < extensions.count ? extensions[index + 1].number : proto
    body += [next] + made.rest
  }
  body += summed(transport, proto: proto, pseudo: pseudo, checksum)
  let first = 6 << 28 | UInt32(trafficClass) << 20 | flowLabel
  return bytes(first) + bytes(payloadLength.map(UInt16.init) ?? UInt16(body.count))
    + [extensions.first?.number ?? proto, hopLimit] + source + destination + body
}
