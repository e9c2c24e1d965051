/// Numbers of network protocols in link headers (IEEE 802 EtherTypes).
enum EtherType {
  static let ipv4: UInt16 = 0x0800
  static let ipv6: UInt16 = 0x86DD
  static let bridged: UInt16 = 0x6558
  static let ppp: UInt16 = 0x880B
  static let mpls: UInt16 = 0x8847
  static let mplsMulticast: UInt16 = 0x8848
  static let pppoeSession: UInt16 = 0x8864
  static let llc: UInt16 = 0x8870
  static let backboneBridge: UInt16 = 0x88E7
  static let hsr: UInt16 = 0x892F

  /// Whether a VLAN tag follows: IEEE 802.1Q, 802.1ad, or 0x9100, used before the latter.
  static func isTag(_ type: UInt16) -> Bool {
    type == 0x8100 || type == 0x88A8 || type == 0x9100
  }
}

/// The header of an Ethernet frame (IEEE 802.3, clause 3).
///
///     +-----------------+-----------------+-----------+
///     | destination (6) |    source (6)   |  type (2) |
///     +-----------------+-----------------+-----------+
enum Ethernet {
  static let size = 14
  static let typeField = 12
  /// The greatest number in the type's place that is no type but a length.
  static let greatestLength: UInt16 = 1500
}

/// A tag of IEEE 802.1Q: three bits of priority, one of drop eligibility, twelve of identifier;
/// then the type of what follows.
enum VLAN {
  static let size = 4
  static let typeField = 2
  static let identifierMask: UInt16 = 0x0FFF
}

/// The header of loopback captures of the BSD systems (LINKTYPE_NULL, LINKTYPE_LOOP): the protocol
/// family in four bytes.
enum Loopback {
  static let size = 4

  /// The EtherType of the family: 2 is IPv4; 10 (Linux), 24 (NetBSD, OpenBSD), 28 (FreeBSD) and
  /// 30 (macOS) are IPv6.
  ///
  /// In host order the family may stand in either byte order, since the file may come from
  /// another machine: families are small, so the order that gives a small number is the right one.
  static func etherType(
    _ bytes: Span<UInt8>, _ part: Part, inNetworkOrder: Bool
  ) throws(DecodeError) -> UInt16 {
    try bytes.require(size, for: .loopback, in: part)
    let value = bytes.uint32(at: 0)
    let family = inNetworkOrder ? value : min(value, value.byteSwapped)
    switch family {
    case 2: return EtherType.ipv4
    case 10, 24, 28, 30: return EtherType.ipv6
    default:
      throw DecodeError(
        layer: .loopback, offset: part.offset, reason: .badVersion(Int(family)))
    }
  }
}
