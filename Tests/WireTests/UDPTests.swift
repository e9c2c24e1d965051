import Testing
import Wire

@Suite struct UDPTests {
  @Test func aMadeHeaderHasNoChecksum() {
    let header = UDP(source: 4000, destination: 53, length: 8)
    #expect(header.checksum == 0 && header.length == 8)
  }
}
