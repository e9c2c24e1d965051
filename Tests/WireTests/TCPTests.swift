import Testing
import Wire

@Suite struct TCPTests {
  @Test func theNineFlagsAreTheBitsOfTheHeader() {
    let flags: [TCPFlags] = [.fin, .syn, .rst, .psh, .ack, .urg, .ece, .cwr, .ae]
    #expect(flags.map(\.rawValue) == [1, 2, 4, 8, 16, 32, 64, 128, 256])
  }

  @Test func aMadeHeaderHasNoOptions() {
    let header = TCP(source: 1, destination: 2, sequence: SequenceNumber(3), flags: .syn)
    #expect(header.headerLength == 20 && header.options == TCPOptions())
    #expect(header.options.maximumSegmentSize == nil && !header.options.sackPermitted)
  }
}
