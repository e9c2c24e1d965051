import Frames
import Testing
import Wire

@Suite struct UDPDecodeTests {
  @Test func allFields() {
    let packet = decode(
      ipv4(17, [0xFF, 0xFE, 0x0D, 0xA2, 0, 11, 0x12, 0x34, 1, 2, 3], checksum: .kept))
    #expect(
      packet.udp == UDP(source: 0xFFFE, destination: 3490, length: 11, checksum: 0x1234))
    #expect(packet.payload == 28..<31 && packet.payloadLength == 3 && packet.checksum == .bad)
  }

  @Test func anEmptyDatagram() {
    let packet = decode(ipv4(17, udp(1, 2)))
    #expect(packet.payload == 28..<28 && packet.checksum == .valid && packet.stop == nil)
  }

  @Test func theLargestDatagram() {
    let packet = decode(ipv4(17, udp(1, 2, payload: [UInt8](repeating: 7, count: 65_507))))
    #expect(packet.payloadLength == 65_507 && packet.checksum == .valid && packet.stop == nil)
  }

  @Test(arguments: 1..<8)
  func lengthsBelowTheHeaderAreSaid(length: Int) {
    let packet = decode(ipv4(17, udp(1, 2, length: length, payload: [1, 2])))
    #expect(packet.stop == DecodeError(layer: .udp, offset: 20, reason: .badLength(length)))
    #expect(packet.udp?.destination == 2 && packet.payloadLength == 0)
  }

  @Test func aLengthOfZeroIsALieOverIPv4() {
    let packet = decode(ipv4(17, udp(1, 2, length: 0, payload: [1, 2])))
    #expect(packet.stop == DecodeError(layer: .udp, offset: 20, reason: .badLength(0)))
  }

  @Test func aLengthBeyondThePacketIsSaid() {
    let packet = decode(ipv4(17, udp(1, 2, length: 11, payload: [1, 2])))
    #expect(packet.stop == DecodeError(layer: .udp, offset: 20, reason: .badLength(11)))
    #expect(packet.payload == 28..<30 && packet.checksum == .unknown)
  }

  @Test func aLengthShortOfThePacketEndsThePayload() {
    let pseudo = loopback4 + loopback4 + [0, 17, 0, 10]
    var datagram = udp(1, 2, length: 10, payload: [1, 2])
    datagram.replaceSubrange(6..<8, with: bytes(~internetSum(pseudo + datagram)))
    let packet = decode(ipv4(17, datagram + [9, 9, 9], checksum: .kept))
    #expect(packet.payload == 28..<30 && packet.payloadLength == 2)
    #expect(packet.checksum == .valid && packet.stop == nil)
  }
}
