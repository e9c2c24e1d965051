import Frames
import Testing
import Wire

@Suite struct TransportDecodeTests {
  @Test(arguments: [UInt8(2), 46, 50, 132, 255])
  func otherTransportsKeepTheirNumber(number: UInt8) {
    for packet in [
      decode(ipv4(number, [1, 2, 3], checksum: .kept)),
      decode(ipv6(number, [1, 2, 3], checksum: .kept)),
    ] {
      #expect(packet.transport == .other(number))
      #expect(packet.payloadLength == 3 && packet.payload.count == 3 && packet.stop == nil)
    }
  }

  @Test func aTransportWithoutAByte() {
    let missing = DecodeError.Reason.tooShort(need: 20, have: 0, limit: .ipv4TotalLength)
    let packet = decode(ipv4(6, []))
    #expect(packet.stop == DecodeError(layer: .tcp, offset: 20, reason: missing))
    #expect(packet.transport == nil && packet.payload.isEmpty && packet.payloadLength == 0)
  }
}
