import Timeline
import Wire

/// Segments between two ends that follow no rule.
enum RandomSegments {
  static let client = Endpoint(.v4(0x0A00_0001), 40_000)
  static let server = Endpoint(.v4(0x0A00_0002), 3490)

  /// A segment, `number` milliseconds after the start.
  static func packet(
    _ number: Int, _ side: Side, _ sequence: UInt32, _ acknowledgement: UInt32, _ flags: UInt16,
    _ length: Int, window: UInt16 = 500, scale: UInt8? = 2
  ) -> CapturedPacket {
    let (source, destination) = side == .client ? (client, server) : (server, client)
    var header = TCP(
      source: source.port, destination: destination.port, sequence: SequenceNumber(sequence),
      acknowledgement: SequenceNumber(acknowledgement), flags: TCPFlags(rawValue: flags),
      window: window)
    if flags & 0x02 != 0 { header.options.windowScale = scale }
    var packet = Packet()
    packet.network = .ipv4(IPv4(source: source.address, destination: destination.address))
    packet.transport = .tcp(header)
    packet.payloadLength = length
    return CapturedPacket(
      number: number, time: Instant(1_700_000_000_000_000_000 + Int64(number) * 1_000_000),
      frameLength: 54 + length, capturedLength: 54 + length, packet: packet)
  }

  /// Segments whose numbers are near to each other, so that many of them fit.
  static func packets(_ numbers: inout Random, count: Int) -> [CapturedPacket] {
    let flags: [UInt16] = [0x02, 0x12, 0x10, 0x10, 0x18, 0x18, 0x11, 0x11, 0x14, 0x04, 0x01, 0x00]
    let isOrderly = numbers.next() % 2 == 0
    var tops: [Side: UInt32] = [.client: 1000, .server: 0xFFFF_FFF0]
    return (1...count).map { number in
      let side = numbers.next() % 2 == 0 ? Side.client : .server
      var flag = flags[Int(numbers.next() % UInt64(flags.count))]
      if isOrderly, number < 4 { flag = [0x02, 0x12, 0x10][number - 1] }
      let sender = isOrderly && number < 4 ? (number == 2 ? Side.server : .client) : side
      // Mostly the next number, at times one a little before or behind it.
      let shift = isOrderly && numbers.next() % 4 != 0 ? 0 : UInt32(numbers.next() % 5) &- 2
      let length = flag & 0x08 != 0 ? Int(numbers.next() % 4) : 0
      let sequence = tops[sender, default: 0] &+ shift
      let acknowledgement = tops[sender.opposite, default: 0] &- UInt32(numbers.next() % 2)
      let control: UInt32 = flag & 0x03 != 0 ? 1 : 0
      tops[sender] = sequence &+ UInt32(length) &+ control
      return packet(
        number, sender, sequence, acknowledgement, flag, length,
        window: UInt16(numbers.next() % 1000), scale: numbers.next() % 3 == 0 ? nil : 2)
    }
  }

  /// A segment in a line, for a test that fails.
  static func text(_ captured: CapturedPacket) -> String {
    guard let header = captured.packet.tcp else { return "?" }
    let side = captured.packet.source == client ? "client" : "server"
    return "\(captured.number) \(side) \(header.flags.tcpdumpText) seq \(header.sequence.rawValue) "
      + "ack \(header.acknowledgement.rawValue) len \(captured.packet.payloadLength) "
      + "win \(header.window) scale \(header.options.windowScale.map { "\($0)" } ?? "-")"
  }
}
