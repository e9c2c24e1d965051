/// A TCP segment without its checksum; the options are padded with zeros.
///
/// - Parameter headerWords: the header's length in words of four bytes, where it is to lie.
public func tcp(
  _ source: UInt16, _ destination: UInt16, sequence: UInt32 = 0, acknowledgement: UInt32 = 0,
  flags: UInt16, window: UInt16 = 0xFFFF, urgentPointer: UInt16 = 0, options: [UInt8] = [],
  headerWords: Int? = nil, payload: [UInt8] = []
) -> [UInt8] {
  let padded = options + [UInt8](repeating: 0, count: (4 - options.count % 4) % 4)
  let words = headerWords ?? 5 + padded.count / 4
  return bytes(source) + bytes(destination) + bytes(sequence) + bytes(acknowledgement)
    + bytes(UInt16(words) << 12 | flags) + bytes(window) + [0, 0] + bytes(urgentPointer) + padded
    + payload
}

/// A UDP datagram without its checksum.
///
/// - Parameter length: the length field, where it is to lie.
public func udp(
  _ source: UInt16, _ destination: UInt16, length: Int? = nil, payload: [UInt8] = []
) -> [UInt8] {
  bytes(source) + bytes(destination) + bytes(UInt16(length ?? 8 + payload.count)) + [0, 0]
    + payload
}

/// An ICMP or ICMPv6 message without its checksum.
public func icmp(_ type: UInt8, _ code: UInt8, rest: UInt32 = 0, data: [UInt8] = []) -> [UInt8] {
  [type, code, 0, 0] + bytes(rest) + data
}

/// The transport's bytes with the checksum that `kind` asks for.
func summed(
  _ transport: [UInt8], proto: UInt8, pseudo: [UInt8], _ kind: MadeChecksum
) -> [UInt8] {
  let field: [UInt8: Int] = [1: 2, 6: 16, 17: 6, 58: 2]
  guard kind != .kept, let offset = field[proto], offset + 2 <= transport.count else {
    return transport
  }
  var result = transport
  result.replaceSubrange(offset..<(offset + 2), with: [0, 0])
  let isICMP = proto == 1
  var value = ~internetSum((isICMP ? [] : pseudo) + result)
  if value == 0, proto == 17 { value = 0xFFFF }
  switch kind {
  case .wrong: value = value &+ 1
  case .partial: value = internetSum(pseudo)
  case .right, .kept: break
  }
  result.replaceSubrange(offset..<(offset + 2), with: bytes(value))
  return result
}
