/// The "cooked" header of Linux, version 1 (LINKTYPE_LINUX_SLL).
///
///     +------+----------+-----------+-----------+--------------+
///     | type | hardware | its bytes |  address  |   protocol   |
///     | (2)  | type (2) |    (2)    |    (8)    |     (2)      |
///     +------+----------+-----------+-----------+--------------+
enum LinuxSLL {
  static let size = 16
  static let hardwareField = 2
  static let protocolField = 14
}

/// The "cooked" header of Linux, version 2 (LINKTYPE_LINUX_SLL2).
///
///     +----------+--------------+-----------+----------+------+-------+---------+
///     | protocol | reserved (2) | interface | hardware | type | bytes | address |
///     |   (2)    |              |    (4)    | type (2) | (1)  |  (1)  |   (8)   |
///     +----------+--------------+-----------+----------+------+-------+---------+
enum LinuxSLL2 {
  static let size = 20
  static let hardwareField = 8
  static let protocolField = 0
}

/// Types of hardware that give the protocol field another meaning (linux/if_arp.h).
private enum Hardware {
  static let ipGRE: UInt16 = 778
  static let ip6GRE: UInt16 = 823
  static let frameRelay: UInt16 = 770
  static let wlanRadiotap: UInt16 = 803
  static let netlink: UInt16 = 824
}

extension Packet {
  /// Reads a "cooked" packet of version 1.
  mutating func readCooked(_ frame: Span<UInt8>, _ part: Part) throws(DecodeError) {
    let bytes = frame.extracting(part.range(inCaptured: frame.count))
    try bytes.require(LinuxSLL.size, for: .sll, in: part)
    try readCooked(
      frame, part.dropping(LinuxSLL.size), type: bytes.uint16(at: LinuxSLL.protocolField),
      hardware: bytes.uint16(at: LinuxSLL.hardwareField))
  }

  /// Reads a "cooked" packet of version 2.
  mutating func readCooked2(_ frame: Span<UInt8>, _ part: Part) throws(DecodeError) {
    let bytes = frame.extracting(part.range(inCaptured: frame.count))
    try bytes.require(LinuxSLL2.size, for: .sll2, in: part)
    try readCooked(
      frame, part.dropping(LinuxSLL2.size), type: bytes.uint16(at: LinuxSLL2.protocolField),
      hardware: bytes.uint16(at: LinuxSLL2.hardwareField))
  }

  /// Reads what follows either header. The protocol is an EtherType but for a few small numbers
  /// (linux/if_ether.h), and for some types of hardware.
  private mutating func readCooked(
    _ frame: Span<UInt8>, _ part: Part, type: UInt16, hardware: UInt16
  ) throws(DecodeError) {
    guard type <= Ethernet.greatestLength else {
      return try readTagged(frame, part, etherType: type)
    }
    switch (hardware, type) {
    case (Hardware.netlink, _): setName("netlink", part, captured: frame.count)
    case (Hardware.wlanRadiotap, _): try readRadiotap(frame, part)
    case (Hardware.frameRelay, _): setName("frame relay", part, captured: frame.count)
    case (_, 1): setName("IPX", part, captured: frame.count)
    case (_, 4): try readLLC(frame, part)
    case (_, 7): try readPPP(frame, part)
    case (_, 0x0C): setName("CAN", part, captured: frame.count)
    case (_, 0x0D): setName("CAN FD", part, captured: frame.count)
    case (_, 0) where hardware == Hardware.ipGRE || hardware == Hardware.ip6GRE:
      setName("GRE keepalive", part, captured: frame.count)
    default:
      network = .other(etherType: type)
      networkOffset = part.offset
      setPayload(part, captured: frame.count)
    }
  }
}
