import Frames
import Testing
import Wire

@Suite struct PacketTests {
  @Test func theEndsOfATransport() {
    let packet = decode(ipv4(6, tcp(4000, 3490, flags: 2), from: [10, 0, 0, 1]))
    #expect(packet.source == Endpoint(.v4(0x0A00_0001), 4000))
    #expect(packet.destination == Endpoint(.loopback4, 3490))
    #expect(packet.tcp != nil && packet.udp == nil && packet.icmp == nil)
  }

  @Test func whatHasNoAddressesHasNoEnds() {
    let packet = decode(ethernet([1, 2, 3], type: 0x0806), .ethernet)
    #expect(packet.source == nil && packet.destination == nil)
    #expect(Packet().sourceAddress == nil && Packet().tcp == nil)
  }
}
