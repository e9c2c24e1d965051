import Testing

@testable import Render

@Suite struct ProportionalWidthTests {
  @Test func widthsAreThoseOfTheFont() {
    #expect(abs(ProportionalWidth.of("Hello, server") - 6.336) < 0.001)
    #expect(ProportionalWidth.of("") == 0)
    #expect(ProportionalWidth.of("iiii") < ProportionalWidth.of("mmmm") / 3)
    #expect(ProportionalWidth.of("abc", isBold: true) > ProportionalWidth.of("abc"))
    #expect(ProportionalWidth.of("가나") >= 2)
    #expect(ProportionalWidth.of("e\u{301}") == ProportionalWidth.of("e"))
  }

  @Test func linesAreNoWiderThanTheirRoom() {
    let texts = [
      "The kernel answers 2, and the handshake is complete. The server's accept() (c4) returns fd 4.",
      "여기에서 세 방향 핸드셰이크가 시작됩니다. 클라이언트가 SYN을 보냅니다.",
      String(repeating: "x", count: 200), "", "a", "  two  spaces  ",
    ]
    for text in texts {
      for width in [60.0, 133, 400] {
        let lines = ProportionalWidth.wrap(text, size: 12, width: width)
        #expect(!lines.isEmpty)
        #expect(lines.allSatisfy { ProportionalWidth.of($0) * 12 <= width }, "\(lines)")
        let words = lines.joined(separator: " ").filter { $0 != " " }
        #expect(words == text.filter { $0 != " " })
      }
    }
    #expect(ProportionalWidth.wrap("WW", size: 100, width: 1) == ["W", "W"])
  }
}
