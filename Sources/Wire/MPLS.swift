/// An entry of a stack of labels of Multiprotocol Label Switching (RFC 3032, section 2.1).
///
///      0                   1                   2                   3
///      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
///     +---------------------------------------+-----+-+---------------+
///     |                 label                 |class|S| time to live  |
///     +---------------------------------------+-----+-+---------------+
///
/// S is the bottom of the stack. What follows it no field tells: the first four bits do, as they do to
/// the routers on the way (RFC 4928).
private enum MPLS {
  static let size = 4
  static let bottom: UInt32 = 0x100
  /// The control word before a frame of Ethernet (RFC 4385, section 3) begins with four zeros.
  static let controlSize = 4
}

/// The header of provider backbone bridging (IEEE 802.1ah): flags (1) and service (3), then a frame of
/// Ethernet.
private enum BackboneBridge {
  static let size = 4
  static let serviceMask: UInt32 = 0xFF_FFFF
}

extension Packet {
  /// Reads a stack of labels and what it carries.
  mutating func readMPLS(_ frame: Span<UInt8>, _ part: Part) throws(DecodeError) {
    var rest = part
    var entry: UInt32 = 0
    repeat {
      let bytes = frame.extracting(rest.range(inCaptured: frame.count))
      try bytes.require(MPLS.size, for: .mpls, in: rest)
      entry = bytes.uint32(at: 0)
      rest = rest.dropping(MPLS.size)
    } while entry & MPLS.bottom == 0
    let inner = rest
    try enter(.mpls, entry >> 12, at: inner) { (packet) throws(DecodeError) in
      try packet.readLabelled(frame, inner)
    }
  }

  /// Reads what stands below the labels: IP, or Ethernet with or without a control word.
  private mutating func readLabelled(_ frame: Span<UInt8>, _ part: Part) throws(DecodeError) {
    let bytes = frame.extracting(part.range(inCaptured: frame.count))
    try bytes.require(1, for: .mpls, in: part)
    let first = bytes.uint8(at: 0)
    switch first >> 4 {
    case 4 where Packet.isIPv4(bytes, part): return try readIPv4(frame, part)
    case 6 where !Packet.isEthernet(bytes): return try readIPv6(frame, part)
    case 1 where !Packet.isEthernet(bytes):
      return setName("MPLS control channel", part, captured: frame.count)
    case 0:
      let behind = part.dropping(MPLS.controlSize)
      let frameBytes = frame.extracting(behind.range(inCaptured: frame.count))
      if Packet.isEthernet(frameBytes) || !Packet.isEthernet(bytes) {
        return try readEthernet(frame, behind)
      }
    default: break
    }
    try readEthernet(frame, part)
  }

  /// Whether bytes that begin with a 4 are an IPv4 header, and not the address of an adapter.
  private static func isIPv4(_ bytes: Span<UInt8>, _ part: Part) -> Bool {
    guard bytes.count >= 4 else { return true }
    let total = Int(bytes.uint16(at: 2))
    let fits = total == 0 || total >= IPv4.size && total <= part.length
    return bytes.uint8(at: 0) & 15 >= 5 && (fits || !isEthernet(bytes))
  }

  /// Whether the bytes may be a frame of Ethernet: what stands in the type's place is a known type, or
  /// a length of LLC that is there.
  private static func isEthernet(_ bytes: Span<UInt8>) -> Bool {
    guard bytes.count >= Ethernet.size + 3 else { return false }
    let type = bytes.uint16(at: Ethernet.typeField)
    if type > Ethernet.greatestLength {
      return ProtocolName.etherType(type) != nil || EtherType.isTag(type)
    }
    return Int(type) >= 3 && Int(type) <= bytes.count - Ethernet.size
      && bytes.uint8(at: Ethernet.size) == bytes.uint8(at: Ethernet.size + 1)
  }

  /// Reads a frame that a provider's backbone carries.
  mutating func readBackboneBridge(_ frame: Span<UInt8>, _ part: Part) throws(DecodeError) {
    let bytes = frame.extracting(part.range(inCaptured: frame.count))
    try bytes.require(BackboneBridge.size, for: .tunnel, in: part)
    let service = bytes.uint32(at: 0) & BackboneBridge.serviceMask
    let rest = part.dropping(BackboneBridge.size)
    try enter(.backboneBridge, service, at: rest) { (inner) throws(DecodeError) in
      try inner.readEthernet(frame, rest)
    }
  }
}
