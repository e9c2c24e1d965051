import Testing
import Timeline
import Wire

@testable import Render

@Suite struct SegmentPartsTests {
  /// Segments with and without data, options and flags, and numbers of all lengths.
  private static let rows: [PacketRow] = [0, 1, 5, 1448].flatMap { length in
    [TCPFlags.syn, [.syn, .ack], .ack, [.psh, .ack], [.fin, .ack], .rst, []].map { flags in
      var options = TCPOptions()
      if flags.contains(.syn) {
        options.maximumSegmentSize = 65_495
        options.windowScale = 10
        options.sackPermitted = true
      } else if length == 0 {
        let block = SACKBlock(left: SequenceNumber(5), right: SequenceNumber(9))
        options.sackBlocks = [block, block]
      }
      var packet = Packet()
      packet.transport = .tcp(
        TCP(
          source: 1, destination: 2, sequence: SequenceNumber(4_294_967_295),
          acknowledgement: SequenceNumber(7), flags: flags, options: options))
      packet.payloadLength = length
      let captured = CapturedPacket(
        number: 1, time: Instant(0), frameLength: 60, capturedLength: 60, packet: packet)
      var row = PacketRow(packet: captured, cause: Cause(.untraced, .noCalls), sender: .client)
      row.relativeSequence = length == 5 ? nil : -12
      row.relativeAcknowledgement = 1_000_000
      return row
    }
  }

  /// A label is as long as it was measured, so that what fits is what is drawn.
  @Test(arguments: rows.indices, [LadderStyle.SequenceNumbers.relative, .raw, .both])
  func labelsAreMeasured(_ index: Int, _ numbers: LadderStyle.SequenceNumbers) throws {
    let row = Self.rows[index]
    let parts = SegmentParts(row, try #require(row.packet.packet.tcp), numbers)
    for bits in UInt8(1)..<128 {
      let way = SegmentParts.Way(rawValue: bits)
      #expect(parts.count(of: way) == parts.text(of: way).utf8.count, "\(bits)")
    }
  }

  /// The label of a plain line is the longest that there is.
  @Test(arguments: rows.indices)
  func aPlainLineHasTheLongest(_ index: Int) {
    let label = PacketLabel(row: Self.rows[index], sequence: .relative, isDetailed: true)
    var line: [UInt8] = []
    label.add(to: &line)
    #expect(String(decoding: line, as: UTF8.self) == label.text(room: 1000))
    for room in 1..<100 { #expect(label.text(room: room).utf8.count <= room) }
  }
}
