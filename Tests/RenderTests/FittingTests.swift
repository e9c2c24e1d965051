import Testing

@testable import Render

@Suite struct FittingTests {
  private func fit(_ room: Int, _ parts: [Part]) -> (line: [String], more: [[String]]) {
    let fitted = Fitting(room: room, isASCII: false).fit(parts)
    return (fitted.line.map(\.text), fitted.more.map { $0.map(\.text) })
  }

  @Test func whatFitsStays() {
    let fitted = fit(20, [Part("= 0"), Part(["in 0.036, woken", "woken"])])
    #expect(fitted.line == ["= 0", "in 0.036, woken"])
  }

  @Test func theLastPartSaysLessFirst() {
    let parts = [Part(["answer", "a"]), Part(["in 0.036, woken", "woken"])]
    #expect(fit(14, parts).line == ["answer", "woken"])
    #expect(fit(8, parts).line == ["a", "woken"])
    #expect(fit(6, parts).line == ["answer"])
  }

  @Test func extrasGoBeforeAnythingSaysLess() {
    let parts = [Part("= 0"), .extra("from here"), Part(["in 0.036, woken", "woken"])]
    #expect(fit(40, parts).line.count == 3)
    #expect(fit(22, parts).line == ["= 0", "in 0.036, woken"])
  }

  @Test func overflowsGetALineOfTheirOwn() {
    let parts = [
      Part("= -1 E"), Part(["woken by 2", "2"]), Part("(Refused)", overflows: true),
    ]
    let fitted = fit(18, parts)
    #expect(fitted.line == ["= -1 E", "woken by 2"])
    #expect(fitted.more == [["(Refused)"]])
  }

  @Test func longOverflowsAreWrapped() {
    let fitted = fit(12, [Part("= -1 E"), Part("Connection reset by peer", overflows: true)])
    #expect(fitted.line == ["= -1 E"])
    #expect(fitted.more == [["Connection"], ["reset by"], ["peer"]])
  }

  @Test func aSinglePartGoesOnBelow() {
    let fitted = fit(6, [Part("much too long")])
    #expect(fitted.line == ["much"])
    #expect(fitted.more == [["too"], ["long"]])
  }

  /// A number or an address that is cut would be another one.
  @Test(arguments: [
    ("port 3490", 8, "port …"), ("port 3490", 9, "port 3490"),
    ("to 127.0.0.2:3490", 12, "to …"), ("[fe80::1:2]:443 up", 10, "[…"),
    ("reset by peer", 8, "reset b…"), ("abcdef", 4, "abc…"), ("= 13 in 0.074", 8, "= 13 in…"),
  ])
  func nothingIsCutWithinANumber(text: String, room: Int, cut: String) {
    #expect(Fitting.cut(text, to: room, ellipsis: "…") == cut)
  }

  @Test func addressesAreBrokenBetweenTheirParts() {
    let fitting = Fitting(room: 16, isASCII: false)
    #expect(fitting.wrap("127.0.0.2:34901", lines: 4) == ["127.0.0.2:34901"])
    #expect(fitting.wrap("192.168.100.200:34901", lines: 4) == ["192.168.100.200:", "34901"])
    #expect(
      fitting.wrap("[2001:db8:85a3::8a2e:370:7334]:443", lines: 4) == [
        "[2001:db8:85a3::", "8a2e:370:7334]:", "443",
      ])
  }

  @Test func partsWithoutWordsAreNone() {
    #expect(fit(6, [Part([]), Part("a")]).line == ["a"])
    #expect(fit(6, []).line == [])
  }

  @Test func textIsWrappedAtSpaces() {
    let fitting = Fitting(room: 10, isASCII: false)
    #expect(fitting.wrap("hello my wide world", lines: 4) == ["hello my", "wide world"])
    #expect(fitting.wrap("abcdefghijklmn", lines: 4) == ["abcdefghij", "klmn"])
    #expect(fitting.wrap("a b c d e f g h i j k l", lines: 2).count == 2)
    #expect(fitting.wrap("", lines: 2) == [])
  }

  @Test func noWrappedLineIsTooWide() {
    for room in 2..<30 {
      let lines = Fitting(room: room, isASCII: false).wrap(
        "가나다라 마바사 abc 가나다라마바사아자차카 def", lines: 40)
      #expect(lines.allSatisfy { [Word(text: $0)].columns <= room })
    }
  }
}
