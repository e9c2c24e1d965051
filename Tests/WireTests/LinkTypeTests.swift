import Testing
import Wire

@Suite struct LinkTypeTests {
  /// The numbers of https://www.tcpdump.org/linktypes.html, and DLT_RAW's 12 and 14.
  @Test(arguments: [
    (Int32(0), "NULL"), (1, "EN10MB"), (101, "RAW"), (12, "RAW"), (14, "RAW"), (108, "LOOP"),
    (113, "LINUX_SLL"), (228, "IPV4"), (229, "IPV6"), (276, "LINUX_SLL2"),
    (9, "PPP"), (127, "IEEE802_11_RADIO"), (239, "NFLOG"), (147, "link type 147"),
  ])
  func names(number: Int32, name: String) {
    #expect(LinkType(rawValue: number).name == name)
    #expect(LinkType(rawValue: number).isRaw == (name == "RAW"))
    #expect(LinkType(rawValue: number).isKnown == !name.hasPrefix("link"))
  }
}
