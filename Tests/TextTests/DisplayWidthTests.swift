import Testing

@testable import Text

@Suite struct DisplayWidthTests {
  @Test(arguments: [
    ("", 0), ("abc", 3), ("안녕하세요", 10), ("ab안", 4), ("漢字", 4), ("かな", 4), ("ｶﾅ", 2),
    ("Ａ", 2), ("é", 1), ("e\u{301}", 1), ("\u{1100}\u{1161}\u{11A8}", 2), ("😀", 2), ("⌚", 2),
    ("│┃→", 3), ("…", 1), ("αβγ", 3), ("Я", 1), ("\u{20DD}", 0), ("a\u{0}", 1), ("。", 2),
    ("한\u{20DD}", 2), ("\u{AC00}", 2), ("\u{D7A3}", 2), ("ก็", 1),
  ])
  func columns(text: String, columns: Int) {
    #expect(DisplayWidth.columns(of: text) == columns)
  }

  @Test(arguments: [
    ("│┃→", 6), ("…", 2), ("αβγ", 6), ("Я", 2), ("abc", 3), ("안", 2), ("é", 2), ("e\u{301}", 1),
    ("½", 2), ("―", 2), ("ｶ", 1),
  ])
  func ambiguousCharactersMayBeWide(text: String, columns: Int) {
    #expect(DisplayWidth.columns(of: text, ambiguous: 2) == columns)
  }

  @Test(arguments: [
    ("Hello", 5, "Hello"), ("Hello", 4, "Hel…"), ("안녕하세요", 10, "안녕하세요"),
    ("안녕하세요", 9, "안녕하세…"), ("안녕하세요", 8, "안녕하…"), ("안녕하세요", 2, "…"),
    ("안녕", 1, "…"), ("안녕", 0, ""), ("e\u{301}e\u{301}e\u{301}", 2, "e\u{301}…"),
  ])
  func truncate(text: String, limit: Int, cut: String) {
    #expect(DisplayWidth.truncate(text, to: limit) == cut)
  }

  @Test func truncateForASCIIAndWideFonts() {
    #expect(DisplayWidth.truncate("Hello, server", to: 8, ellipsis: "...") == "Hello...")
    #expect(DisplayWidth.truncate("Hello", to: 2, ellipsis: "...") == "He")
    #expect(DisplayWidth.truncate("Hello", to: 4, ambiguous: 2) == "He…")
  }

  @Test func truncateNeverExceeds() {
    let text = "a안e\u{301}→😀│Я"
    for limit in 0...14 {
      for ambiguous in [1, 2] {
        let cut = DisplayWidth.truncate(text, to: limit, ambiguous: ambiguous)
        #expect(DisplayWidth.columns(of: cut, ambiguous: ambiguous) <= limit, "\(cut)")
      }
    }
  }

  @Test func pad() {
    #expect(DisplayWidth.pad("안", to: 5) == "안   ")
    #expect(DisplayWidth.pad("안", to: 5, alignment: .right) == "   안")
    #expect(DisplayWidth.pad("안", to: 5, alignment: .center) == " 안  ")
    #expect(DisplayWidth.pad("안녕", to: 3) == "안녕")
    #expect(DisplayWidth.pad("→", to: 3, ambiguous: 2) == "→ ")
    #expect(DisplayWidth.pad("", to: 2) == "  ")
  }
}
