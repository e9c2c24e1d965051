import Frames
import Testing
import Wire

@Suite struct DecodeErrorTests {
  /// The offset is that of the header in the captured packet, whatever stands before it.
  @Test func offsetsCountFromTheStartOfTheCapture() {
    let packet = ipv6(6, [1, 2, 3], extensions: [.hopByHop], checksum: .kept)
    let frame = ethernet(packet, tags: [(0x8100, 1)])
    #expect(
      decode(frame, .ethernet).stop
        == DecodeError(
          layer: .tcp, offset: 14 + 4 + 40 + 8,
          reason: .tooShort(need: 20, have: 3, limit: .ipv6PayloadLength)))
  }
}
