import Testing
import Text

@Suite struct DecimalTextTests {
  @Test(arguments: [
    0, 9, 10, 99, 100, 65_535, 1_000_000_007, Int.max, -1, -10, Int.min,
  ])
  func numbersAreAsSwiftWritesThem(_ number: Int) {
    var line = Array("x".utf8)
    DecimalText.add(number, to: &line)
    #expect(String(decoding: line, as: UTF8.self) == "x\(number)")
    #expect(DecimalText.count(number) == "\(number)".utf8.count)
  }

  @Test(
    arguments: [
      (0, 1, "0"), (0, 3, "000"), (7, 2, "07"), (1234, 2, "1234"),
      (UInt64.max, 1, "18446744073709551615"), (1, 20, "00000000000000000001"),
    ] as [(UInt64, Int, String)])
  func zerosStandBefore(_ number: UInt64, _ least: Int, _ text: String) {
    var line: [UInt8] = []
    DecimalText.add(number, atLeast: least, to: &line)
    #expect(String(decoding: line, as: UTF8.self) == text)
  }

  @Test(arguments: ["", "a", "→ ═", "한국어", String(repeating: "x", count: 1000)])
  func textsAreAdded(_ text: String) {
    var line = Array("<".utf8)
    line.add(text)
    #expect(String(decoding: line, as: UTF8.self) == "<" + text)
  }
}
