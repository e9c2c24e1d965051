import Testing
import Wire

@Suite struct AddressTests {
  @Test(arguments: [
    (IPAddress.loopback4, "127.0.0.1"), (.v4(0), "0.0.0.0"), (.v4(.max), "255.255.255.255"),
    (.loopback6, "::1"), (.v6(high: 0, low: 0), "::"),
    (.v6(high: 0x2001_0db8_0000_0000, low: 0), "2001:db8::"),
    (.v6(high: 0x2001_0db8_0000_0000, low: 1), "2001:db8::1"),
    // RFC 5952, section 4.2.2: a single zero group is not shortened.
    (.v6(high: 0x2001_0db8_0000_0001, low: 0x0001_0001_0001_0001), "2001:db8:0:1:1:1:1:1"),
    // Section 4.2.3: the longest run, and of equal ones the first.
    (.v6(high: 0x2001_0000_0000_0001, low: 0x0000_0000_0000_0001), "2001:0:0:1::1"),
    (.v6(high: 0x2001_0db8_0000_0000, low: 0x0001_0000_0000_0001), "2001:db8::1:0:0:1"),
    (.v6(high: 0xfe80_0000_0000_0000, low: 0xabcd_ef01_2345_6789), "fe80::abcd:ef01:2345:6789"),
    (.v6(high: 0x0001_0002_0003_0004, low: 0x0005_0006_0007_0008), "1:2:3:4:5:6:7:8"),
    (.v6(high: 0x0001_0002_0003_0004, low: 0x0005_0006_0000_0000), "1:2:3:4:5:6::"),
    (.v6(high: 0, low: 0xffff_7f00_0001), "::ffff:127.0.0.1"),
  ])
  func description(address: IPAddress, text: String) {
    #expect(address.description == text)
  }

  @Test func endpointsHaveBracketsAroundIPv6Only() {
    #expect(Endpoint(.loopback4, 3490).description == "127.0.0.1:3490")
    #expect(Endpoint(.loopback6, 3490).description == "[::1]:3490")
  }

  @Test func mappedAddressesBecomeIPv4() {
    let mapped = IPAddress.v6(high: 0, low: 0xffff_7f00_0001)
    #expect(mapped.unmapped == .loopback4)
    #expect(Endpoint(mapped, 80).unmapped == Endpoint(.loopback4, 80))
    #expect(IPAddress.loopback6.unmapped == .loopback6)
    #expect(IPAddress.v6(high: 1, low: 0xffff_7f00_0001).unmapped != .loopback4)
  }

  @Test func whatIsLoopback() {
    let loopback: [IPAddress] = [
      .loopback4, .loopback6, .v4(0x7fff_ffff), .v6(high: 0, low: 0xffff_7f00_0001),
    ]
    for address in loopback { #expect(address.isLoopback) }
    let others: [IPAddress] = [
      .v4(0x8000_0001), .v4(0), .v6(high: 0, low: 0), .v6(high: 0, low: 2),
      .v6(high: 0xfe80_0000_0000_0000, low: 1),
    ]
    for address in others { #expect(!address.isLoopback) }
  }

  @Test func whatIsUnspecified() {
    #expect(IPAddress.v4(0).isUnspecified)
    #expect(IPAddress.v6(high: 0, low: 0).isUnspecified)
    #expect(!IPAddress.v4(1).isUnspecified)
    #expect(!IPAddress.v6(high: 1, low: 0).isUnspecified)
  }
}
