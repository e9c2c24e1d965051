import Testing
import Wire

@Suite struct IPTests {
  @Test func aMadeHeaderIsThatOfAPlainSegment() {
    let header = IPv4(source: .loopback4, destination: .v4(0x7F00_0002))
    #expect(header.proto == 6 && header.timeToLive == 64 && header.headerLength == 20)
    #expect(!header.moreFragments && header.fragmentOffset == 0)
    let longer = IPv6(source: .loopback6, destination: .loopback6)
    #expect(longer.proto == 6 && longer.hopLimit == 64 && longer.fragmentOffset == nil)
  }
}
