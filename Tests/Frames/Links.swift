/// EtherType of IPv4.
public let etherTypeIPv4: UInt16 = 0x0800
/// EtherType of IPv6.
public let etherTypeIPv6: UInt16 = 0x86DD

/// The EtherType of an IP packet, by its version.
private func etherType(_ packet: [UInt8]) -> UInt16 {
  packet.first.map { $0 >> 4 == 6 } == true ? etherTypeIPv6 : etherTypeIPv4
}

/// An Ethernet frame without padding.
///
/// - Parameter tags: VLAN tags, outermost first: EtherType and tag control.
public func ethernet(
  _ packet: [UInt8], type: UInt16? = nil, tags: [(type: UInt16, control: UInt16)] = []
) -> [UInt8] {
  let addresses: [UInt8] = [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1]
  let tagged = tags.flatMap { bytes($0.type) + bytes($0.control) }
  return addresses + tagged + bytes(type ?? etherType(packet)) + packet
}

/// A frame of BSD's loopback: the family in four bytes, in network order or the other one.
public func bsdLoopback(_ packet: [UInt8], family: UInt32, isBigEndian: Bool) -> [UInt8] {
  (isBigEndian ? bytes(family) : bytes(family).reversed()) + packet
}

/// A Linux "cooked" frame, version 1.
public func linuxSLL(_ packet: [UInt8], type: UInt16? = nil) -> [UInt8] {
  [0, 0, 3, 4, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0] + bytes(type ?? etherType(packet)) + packet
}

/// A Linux "cooked" frame, version 2, of interface 1.
public func linuxSLL2(_ packet: [UInt8], type: UInt16? = nil) -> [UInt8] {
  bytes(type ?? etherType(packet)) + [0, 0, 0, 0, 0, 1, 3, 4, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0] + packet
}
