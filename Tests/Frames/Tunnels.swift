/// A packet behind GRE.
///
/// - Parameters:
///   - flags: the first two bytes.
///   - fields: what they say that stands before the packet.
public func gre(
  _ packet: [UInt8], type: UInt16 = etherTypeIPv4, flags: UInt16 = 0, fields: [UInt8] = []
)
  -> [UInt8]
{
  bytes(flags) + bytes(type) + fields + packet
}

/// A frame in a datagram of VXLAN.
public func vxlan(_ network: UInt32, _ frame: [UInt8], port: UInt16 = 4789) -> [UInt8] {
  udp(40_000, port, payload: [8, 0, 0, 0] + bytes(network << 8) + frame)
}

/// A packet in a datagram of GTP.
public func gtp(_ tunnel: UInt32, _ packet: [UInt8], flags: UInt8 = 0x30, more: [UInt8] = [])
  -> [UInt8]
{
  udp(
    2152, 2152,
    payload: [flags, 255] + bytes(UInt16(packet.count + more.count)) + bytes(tunnel)
      + more + packet)
}

/// An entry of a stack of MPLS labels.
public func label(_ number: UInt32, isBottom: Bool) -> [UInt8] {
  bytes(number << 12 | (isBottom ? 0x100 : 0) | 64)
}

/// A packet behind LLC and SNAP.
public func snap(_ packet: [UInt8], type: UInt16? = nil, organization: [UInt8] = [0, 0, 0])
  -> [UInt8]
{
  let isSix = packet.first.map { $0 >> 4 == 6 } ?? false
  return [0xAA, 0xAA, 3] + organization
    + bytes(type ?? (isSix ? etherTypeIPv6 : etherTypeIPv4)) + packet
}

/// A frame of IEEE 802.3, with a length in the place of the type.
public func lengthFrame(_ rest: [UInt8]) -> [UInt8] { ethernet(rest, type: UInt16(rest.count)) }

/// A data frame of IEEE 802.11.
public func wlan(_ rest: [UInt8], control: [UInt8] = [8, 2], more: [UInt8] = []) -> [UInt8] {
  control + [0, 0] + [UInt8](repeating: 2, count: 18) + [0, 0] + more + rest
}

/// The parts of an IPv4 packet that begin at these bytes of its data.
public func fragments(
  of transport: [UInt8], proto: UInt8, at cuts: [Int], identification: UInt16 = 7
)
  -> [[UInt8]]
{
  let whole = ipv4(proto, transport)[20...]
  return zip([0] + cuts, cuts + [whole.count]).map { start, end in
    let more: UInt16 = end < whole.count ? 0x2000 : 0
    return ipv4(
      proto, Array(whole.dropFirst(start).prefix(end - start)), identification: identification,
      fragment: more | UInt16(start / 8), checksum: .kept)
  }
}
