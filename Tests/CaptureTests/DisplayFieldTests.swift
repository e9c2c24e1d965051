import Testing

@testable import Capture

@Suite struct DisplayFieldTests {
  @Test(arguments: [
    "tcp.port", "ip.addr", "http.request.method", "frame.len", "IP.ADDR", "_ws.col.info",
  ])
  func names(_ word: String) { #expect(DisplayField.isName(word)) }

  @Test(arguments: ["tcp", "10.0.0.1", "example.com", "ip.1", "tcp.", ".port", "tcp..port", ""])
  func otherWords(_ word: String) { #expect(!DisplayField.isName(word)) }

  /// What a protocol is said to be is something that libpcap takes.
  @Test(arguments: DisplayField.protocols.values.sorted())
  func protocols(_ words: String) { #expect(PacketFilter.refusal(of: words, link: 1) == nil) }
}
