import Frames
import Testing

@testable import Wire

@Suite struct ChecksumTests {
  private func sum(_ bytes: [UInt8]) -> UInt16 {
    var checksum = Checksum()
    checksum.add(bytes.span, 0..<bytes.count)
    return checksum.folded
  }

  /// The example of RFC 1071, section 3.
  @Test func theExampleOfTheStandard() {
    #expect(sum([0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7]) == 0xddf2)
  }

  @Test func theLastOddByteIsTheHigherHalf() {
    #expect(sum([0x12]) == 0x1200)
    #expect(sum([0xff, 0xff, 0x01]) == 0x0100)
    #expect(sum([]) == 0)
  }

  @Test func itAgreesWithThePlainSum() {
    for seed in UInt64(1)...200 {
      var numbers = SeededNumbers(seed: seed)
      let count = Int.random(in: 0...3_000, using: &numbers)
      let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &numbers) }
      #expect(sum(bytes) == internetSum(bytes), "seed \(seed)")
    }
    #expect(sum([UInt8](repeating: 0xFF, count: 65_535)) == 0xFF00)
  }

  @Test func aRangeIsSummedAlone() {
    let bytes: [UInt8] = [9, 9, 9, 1, 2, 3, 4, 9]
    var checksum = Checksum()
    checksum.add(bytes.span, 3..<7)
    #expect(checksum.folded == 0x0406)
  }

  @Test(arguments: [
    (MadeChecksum.right, ChecksumVerdict.valid), (.wrong, .bad), (.partial, .partial),
  ])
  func verdicts(made: MadeChecksum, verdict: ChecksumVerdict) {
    let segment = tcp(4000, 3490, flags: 0x18, payload: Array("Hello".utf8))
    let datagram = udp(4000, 3490, payload: Array("Hello".utf8))
    #expect(decode(ipv4(6, segment, checksum: made)).checksum == verdict)
    #expect(decode(ipv6(6, segment, checksum: made)).checksum == verdict)
    #expect(decode(ipv4(17, datagram, checksum: made)).checksum == verdict)
    #expect(decode(ipv6(17, datagram, checksum: made)).checksum == verdict)
  }

  @Test func aSumOverBytesThatWereNotCapturedIsUnknown() {
    let packet = ipv4(6, tcp(4000, 3490, flags: 0x18, payload: Array("Hello".utf8)))
    let cut = decode(Array(packet.dropLast()), frameLength: packet.count)
    #expect(cut.checksum == .unknown)
    #expect(cut.stop == nil)
    #expect(cut.payloadLength == 5)
    #expect(cut.payload == 40..<44)
  }

  @Test func aPartialSumIsKnownOfACutPacketToo() {
    let packet = ipv4(
      6, tcp(4000, 3490, flags: 0x18, payload: Array("Hello".utf8)), checksum: .partial)
    #expect(decode(Array(packet.dropLast()), frameLength: packet.count).checksum == .partial)
  }

  @Test func udpOverIPv4MayHaveNone() {
    let datagram = udp(4000, 3490, payload: [1, 2, 3])
    #expect(decode(ipv4(17, datagram, checksum: .kept)).checksum == .absent)
    // RFC 8200, section 8.1: over IPv6 it must have one.
    #expect(decode(ipv6(17, datagram, checksum: .kept)).checksum == .bad)
  }

  @Test func aUDPSumOfZeroIsSentAsAllOnes() {
    // The payload is chosen so that the sum is 0xFFFF, whose complement is 0.
    var datagram = udp(4000, 3490, payload: [0, 0])
    let pseudo = loopback4 + loopback4 + [0, 17, 0, 10]
    let missing = ~internetSum(pseudo + datagram)
    datagram.replaceSubrange(8..<10, with: bytes(missing))
    let packet = ipv4(17, datagram)
    #expect(Array(packet[26..<28]) == [0xFF, 0xFF])
    #expect(decode(packet).checksum == .valid)
  }

  @Test func theSumsOfFragmentsAreUnknown() {
    let segment = tcp(4000, 3490, flags: 0x18, payload: [UInt8](repeating: 7, count: 24))
    #expect(decode(ipv4(6, segment, fragment: 0x2000)).checksum == .unknown)
    let made = MadeExtension.fragment(offset: 0, more: true)
    #expect(decode(ipv6(6, segment, extensions: [made])).checksum == .unknown)
  }

  @Test func aSegmentOf64KiBIsPartial() {
    let segment = tcp(4000, 3490, flags: 0x10, payload: [UInt8](repeating: 7, count: 65_483))
    #expect(decode(ipv4(6, segment, checksum: .partial)).checksum == .partial)
    #expect(decode(ipv4(6, segment)).checksum == .valid)
  }
}
