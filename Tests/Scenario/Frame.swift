import Wire

/// The bytes of frames as the loopback interface shows them: Ethernet with zero addresses, valid
/// IPv4 header checksums, and transport checksums left to a network card that is not there.
public enum Frame {
  /// Bytes kept of a frame: enough for every header, as the default snap length does.
  public static let snapLength = 256

  /// A TCP segment; `header.headerLength` and `header.checksum` are filled in here.
  ///
  /// - Returns: the captured bytes, and the frame's length on the wire.
  public static func segment(
    from source: Endpoint, to destination: Endpoint, _ header: TCP, payload: [UInt8], length: Int
  ) -> (bytes: [UInt8], length: Int) {
    let options = bytes(of: header.options)
    let headerLength = 20 + options.count
    var segment: [UInt8] = []
    segment.put(source.port)
    segment.put(destination.port)
    segment.put(header.sequence.rawValue)
    segment.put(header.acknowledgement.rawValue)
    segment.put(UInt16(headerLength / 4) << 12 | header.flags.rawValue)
    segment.put(header.window)
    segment.put(pseudoSum(source.address, destination.address, 6, headerLength + length))
    segment.put(header.urgentPointer)
    segment += options + payload
    return packet(source.address, destination.address, 6, segment, headerLength + length)
  }

  /// A UDP datagram.
  public static func datagram(
    from source: Endpoint, to destination: Endpoint, payload: [UInt8], length: Int
  ) -> (bytes: [UInt8], length: Int) {
    let bytes = udpHeader(source, destination, length) + payload
    return packet(source.address, destination.address, 17, bytes, 8 + length)
  }

  /// An ICMP port unreachable that quotes a UDP datagram from `source` to `destination`, sent by
  /// the latter's host.
  public static func portUnreachable(
    from source: Endpoint, to destination: Endpoint, length: Int
  ) -> (bytes: [UInt8], length: Int) {
    let quoted = packet(
      source.address, destination.address, 17, udpHeader(source, destination, length), 8 + length)
    let isVersion6 = if case .v6 = source.address { true } else { false }
    var message: [UInt8] = isVersion6 ? [1, 4, 0, 0] : [3, 3, 0, 0]
    message += [0, 0, 0, 0] + quoted.bytes.dropFirst(14)
    var words = message
    if isVersion6 {
      let pseudo = pseudoSum(destination.address, source.address, 58, message.count)
      words.put(pseudo)
    }
    let sum = ~folded(words)
    message[2] = UInt8(sum >> 8)
    message[3] = UInt8(sum & 0xFF)
    return packet(
      destination.address, source.address, isVersion6 ? 58 : 1, message, message.count)
  }

  /// A packet of any other protocol, whose whole body is given.
  public static func other(
    _ proto: UInt8, from source: IPAddress, to destination: IPAddress, body: [UInt8]
  ) -> (bytes: [UInt8], length: Int) {
    packet(source, destination, proto, body, body.count)
  }

  private static func udpHeader(
    _ source: Endpoint, _ destination: Endpoint, _ length: Int
  ) -> [UInt8] {
    var header: [UInt8] = []
    header.put(source.port)
    header.put(destination.port)
    header.put(UInt16(8 + length))
    header.put(pseudoSum(source.address, destination.address, 17, 8 + length))
    return header
  }

  /// Ethernet and IP around a transport of `length` bytes, of which `bytes` are at hand.
  private static func packet(
    _ source: IPAddress, _ destination: IPAddress, _ proto: UInt8, _ bytes: [UInt8], _ length: Int
  ) -> (bytes: [UInt8], length: Int) {
    var frame = [UInt8](repeating: 0, count: 12)
    switch (source, destination) {
    case (.v4(let one), .v4(let other)):
      frame.put(UInt16(0x0800))
      var header: [UInt8] = [0x45, 0]
      header.put(UInt16(20 + length))
      header += [0, 1, 0x40, 0, 64, proto, 0, 0]
      header.put(one)
      header.put(other)
      let sum = ~folded(header)
      header[10] = UInt8(sum >> 8)
      header[11] = UInt8(sum & 0xFF)
      frame += header
    default:
      frame.put(UInt16(0x86DD))
      frame.put(UInt32(0x6000_0000))
      frame.put(UInt16(length))
      frame += [proto, 64]
      for address in [source, destination] {
        guard case .v6(let high, let low) = address else { continue }
        for half in [high, low] {
          frame.put(UInt32(half >> 32))
          frame.put(UInt32(truncatingIfNeeded: half))
        }
      }
    }
    let whole = frame.count + length
    return (Array((frame + bytes).prefix(snapLength)), whole)
  }

  /// The options in the order of Linux, padded to whole words.
  private static func bytes(of options: TCPOptions) -> [UInt8] {
    var bytes: [UInt8] = []
    if let size = options.maximumSegmentSize {
      bytes += [2, 4]
      bytes.put(size)
    }
    if options.sackPermitted { bytes += [4, 2] }
    if let timestamp = options.timestamp {
      bytes += [8, 10]
      bytes.put(timestamp.value)
      bytes.put(timestamp.echo)
    }
    if let scale = options.windowScale { bytes += [1, 3, 3, scale] }
    if !options.sackBlocks.isEmpty {
      bytes += [5, UInt8(2 + 8 * options.sackBlocks.count)]
      for block in options.sackBlocks {
        bytes.put(block.left.rawValue)
        bytes.put(block.right.rawValue)
      }
    }
    while bytes.count % 4 != 0 { bytes.append(1) }
    return bytes
  }

  private static func pseudoSum(
    _ source: IPAddress, _ destination: IPAddress, _ proto: UInt8, _ length: Int
  ) -> UInt16 {
    var words: [UInt8] = []
    for address in [source, destination] {
      switch address {
      case .v4(let value): words.put(value)
      case .v6(let high, let low):
        for half in [high, low] {
          words.put(UInt32(half >> 32))
          words.put(UInt32(truncatingIfNeeded: half))
        }
      }
    }
    words.put(UInt32(proto))
    words.put(UInt32(length))
    return folded(words)
  }

  /// The ones' complement sum of 16-bit words (RFC 1071), not complemented.
  private static func folded(_ bytes: [UInt8]) -> UInt16 {
    var sum = 0
    for index in bytes.indices {
      sum += index % 2 == 0 ? Int(bytes[index]) << 8 : Int(bytes[index])
    }
    while sum > 0xFFFF { sum = (sum >> 16) + (sum & 0xFFFF) }
    return UInt16(sum)
  }
}

extension [UInt8] {
  /// Appends a number, its higher byte first.
  mutating func put(_ value: UInt16) {
    append(UInt8(value >> 8))
    append(UInt8(value & 0xFF))
  }

  /// Appends a number, its highest byte first.
  mutating func put(_ value: UInt32) {
    put(UInt16(value >> 16))
    put(UInt16(value & 0xFFFF))
  }
}
