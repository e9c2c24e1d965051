import Testing
import Timeline
import Wire

@testable import Render

@Suite struct PacketLabelTests {
  private func row(
    _ flags: TCPFlags, length: Int = 0, seq: Int64 = 1, ack: Int64 = 14, window: Int = 65_536,
    options: TCPOptions = TCPOptions()
  ) -> PacketRow {
    var packet = Packet()
    packet.transport = .tcp(
      TCP(
        source: 1, destination: 2, sequence: SequenceNumber(305_419_897),
        acknowledgement: SequenceNumber(882_093_312), flags: flags, options: options))
    packet.payloadLength = length
    let captured = CapturedPacket(
      number: 4, time: Instant(0), frameLength: 100, capturedLength: 100, packet: packet)
    var row = PacketRow(packet: captured, cause: Cause(.reply, .ackData), sender: .client)
    row.relativeSequence = seq
    row.relativeAcknowledgement = ack
    row.window = window
    return row
  }

  private func text(
    _ row: PacketRow, _ room: Int, _ sequence: LadderStyle.SequenceNumbers = .relative,
    isDetailed: Bool = false
  ) -> String {
    PacketLabel(row: row, sequence: sequence, isDetailed: isDetailed).text(room: room)
  }

  @Test func segmentsSayWhatMatters() {
    #expect(text(row(.syn, seq: 0), 23) == "SYN seq=0")
    #expect(text(row([.syn, .ack], seq: 0, ack: 1), 23) == "SYN,ACK seq=0 ack=1")
    #expect(text(row(.ack), 23) == "ACK ack=14")
    #expect(text(row([.psh, .ack], length: 13), 23) == "PSH,ACK seq=1 len=13")
    #expect(text(row([.fin, .ack]), 23) == "FIN,ACK seq=1 ack=14")
    #expect(text(row(.rst), 23) == "RST seq=1")
    #expect(text(row([.rst, .ack]), 23) == "RST,ACK seq=1 ack=14")
    #expect(text(row([]), 23) == "no flags")
  }

  @Test func labelsLoseWhatTheyMust() {
    let data = row([.psh, .ack], length: 65_483, seq: 130_967)
    #expect(text(data, 40) == "PSH,ACK seq=130967 len=65483")
    #expect(text(data, 23) == "P. seq=130967 len=65483")
    #expect(text(data, 20) == "PSH,ACK len=65483")
    #expect(text(data, 10) == "PSH,ACK")
    #expect(text(data, 3) == "PSH")
  }

  @Test func wideLabelsShowWindowAndOptions() {
    var options = TCPOptions()
    options.maximumSegmentSize = 65_495
    options.windowScale = 7
    options.sackPermitted = true
    let syn = row(.syn, seq: 0, window: 65_495, options: options)
    #expect(
      text(syn, 43, isDetailed: true) == "SYN seq=0 win=65495 mss=65495 scale=7 sack")
    #expect(text(syn, 35, isDetailed: true) == "SYN seq=0 mss=65495 scale=7 sack")
    #expect(text(row(.ack), 43, isDetailed: true) == "ACK seq=1 ack=14 win=65536")
  }

  @Test func rawNumbersAreThoseOfTheHeader() {
    #expect(text(row(.ack), 30, .raw) == "ACK ack=882093312")
    #expect(text(row(.ack), 30, .both) == "ACK ack=14(882093312)")
    #expect(text(row(.ack), 12, .both) == "ACK ack=14")
  }

  @Test func aClosedWindowIsNews() {
    #expect(text(row(.ack, window: 0), 23) == "ACK ack=14 win=0")
    #expect(text(row([.rst, .ack], window: 0), 23) == "RST,ACK seq=1 ack=14")
    var update = row(.ack)
    update.cause = Cause(.reply, .windowUpdate)
    #expect(text(update, 23) == "ACK ack=14 win=65536")
  }

  @Test func otherPacketsAreNamed() {
    var row = row(.ack)
    row.packet.packet.transport = .icmp(ICMP(isVersion6: false, type: 3, code: 3))
    #expect(text(row, 23) == "ICMP port unreachable")
    row.packet.packet.transport = .icmp(ICMP(isVersion6: true, type: 128, code: 0))
    #expect(text(row, 23) == "ICMPv6 type=128 code=0")
    row.packet.packet.transport = .other(132)
    #expect(text(row, 23) == "SCTP")
    row.packet.packet.transport = nil
    row.packet.packet.network = .other(etherType: 0x806)
    #expect(text(row, 23) == "ARP")
    row.packet.packet.network = nil
    row.packet.packet.stop = DecodeError(layer: .tcp, reason: .badLength(3))
    #expect(text(row, 23) == "tcp header cut or wrong")
  }
}
