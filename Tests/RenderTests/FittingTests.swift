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
    #expect(fitted.more == [["Connection"], ["reset by pe…"]])
  }

  @Test func aSinglePartIsCut() {
    #expect(fit(6, [Part("much too long")]).line == ["much …"])
    #expect(Fitting(room: 8, isASCII: true).fit([Part("much too long")]).line[0].text == "much ...")
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
