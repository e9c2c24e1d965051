import Testing

@testable import Text

/// What foreign text may bring that moves, hides, reorders or becomes markup.
private let harmful: [(scalar: Unicode.Scalar, name: String)] = [
  ("\u{1B}", "escape"), ("\u{07}", "bell"), ("\u{08}", "backspace"), ("\r", "return"),
  ("\n", "line feed"), ("\0", "null"), ("\u{7F}", "delete"), ("\u{9B}", "C1 introducer"),
  ("\u{85}", "C1 next line"), ("\u{202E}", "right-to-left override"),
  ("\u{2066}", "left-to-right isolate"), ("\u{200E}", "left-to-right mark"),
  ("\u{061C}", "Arabic letter mark"), ("\u{200B}", "zero width space"),
  ("\u{200D}", "zero width joiner"), ("\u{FEFF}", "byte-order mark"),
  ("\u{2060}", "word joiner"), ("\u{AD}", "soft hyphen"), ("\u{2028}", "line separator"),
  ("\u{2029}", "paragraph separator"), ("\u{E000}", "private use"), ("\u{0378}", "unassigned"),
  ("\u{FE0F}", "variation selector"), ("\u{E0041}", "tag"), ("\u{3164}", "Hangul filler"),
  ("\u{115F}", "Hangul choseong filler"), ("\u{FFFF}", "noncharacter"),
]

@Suite struct EscapeTests {
  @Test(arguments: [
    ("Hello, server", "Hello, server"), ("a\tb\r\n", #"a\tb\r\n"#), (#"\"#, #"\\"#),
    (#"say "hi""#, #"say \"hi\""#), ("\u{1B}[2J", #"\x1b[2J"#), ("\u{7F}\0", #"\x7f\x00"#),
    ("\u{9B}31m", #"\u{9b}31m"#), ("a\u{202E}b", #"a\u{202e}b"#),
    ("zero\u{200B}", #"zero\u{200b}"#),
    ("안녕", "안녕"), ("é", "é"), ("e\u{301}", "e\u{301}"), ("😀", "😀"),
    ("👨\u{200D}👩", #"👨\u{200d}👩"#), ("❤\u{FE0F}", #"❤\u{fe0f}"#), ("", ""),
  ])
  func terminal(text: String, escaped: String) {
    #expect(Escape.terminal(text) == escaped)
  }

  @Test(
    arguments: [
      ([0xFF], #"\xff"#), ([0x61, 0x80, 0x62], #"a\x80b"#), ([0xC0, 0xAF], #"\xc0\xaf"#),
      ([0xED, 0xA0, 0x80], #"\xed\xa0\x80"#), ([0xF4, 0x90, 0x80, 0x80], #"\xf4\x90\x80\x80"#),
      ([0xE2, 0x82], #"\xe2\x82"#), ([0xEC, 0x95, 0x88, 0xEB], #"안\xeb"#),
      ([0x9B, 0x41], #"\x9bA"#),
    ] as [([UInt8], String)])
  func bytesThatAreNotUTF8(bytes: [UInt8], escaped: String) {
    #expect(Escape.terminal(bytes) == escaped)
  }

  /// In no target is there anything left that a terminal obeys or that is not seen.
  @Test(arguments: harmful.indices)
  func nothingHarmfulIsLeft(index: Int) {
    let (scalar, name) = harmful[index]
    let text = "a" + String(scalar) + "b"
    let targets: [(String, String)] = [
      ("terminal", Escape.terminal(text)), ("xml", Escape.xml(text)),
      ("markdown", Escape.markdown(text)), ("csv", Escape.csv(text)), ("json", Escape.json(text)),
      ("quoted", Escape.quoted(Array(text.utf8), limit: 40)),
    ]
    for (target, escaped) in targets {
      #expect(!escaped.unicodeScalars.contains(scalar), "\(name) in \(target)")
      #expect(escaped.unicodeScalars.allSatisfy { !Escape.isHarmful($0) }, "\(name) in \(target)")
      #expect(escaped.contains("a") && escaped.contains("b"), "\(name) in \(target)")
    }
  }

  @Test func noTwoTextsLookAlike() {
    let pairs: [(String, String)] = [("\n", #"\n"#), ("\u{1B}", #"\x1b"#), ("\\", #"\\"#)]
    for (first, second) in pairs {
      #expect(Escape.terminal(first) != Escape.terminal(second))
      #expect(Escape.xml(first) != Escape.xml(second))
      #expect(Escape.markdown(first) != Escape.markdown(second))
      #expect(Escape.csv(first) != Escape.csv(second))
    }
  }

  @Test(arguments: [
    (#"<a href="x" b='y'>&"#, "&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp;"),
    ("]]>", "]]&gt;"), ("a\u{1}b", #"a\x01b"#), ("안녕 é", "안녕 é"),
  ])
  func xml(text: String, escaped: String) {
    #expect(Escape.xml(text) == escaped)
  }

  /// A mark that joins the character of markup before it makes one Character of the two.
  @Test func combiningMarksHideNoMarkup() {
    #expect(Array(Escape.xml("<\u{338}").unicodeScalars) == Array("&lt;\u{338}".unicodeScalars))
    #expect(
      Array(Escape.xml("\"\u{301}").unicodeScalars) == Array("&quot;\u{301}".unicodeScalars))
    #expect(
      Array(Escape.csv("a\"\u{301}").unicodeScalars) == Array("\"a\"\"\u{301}\"".unicodeScalars))
    #expect(
      Array(Escape.csv("=\u{338}1").unicodeScalars) == Array("\"'=\u{338}1\"".unicodeScalars))
    #expect(
      Array(Escape.json("\"\u{301}").unicodeScalars) == Array("\"\\\"\u{301}\"".unicodeScalars))
    #expect(
      Array(Escape.markdown("*\u{301}").unicodeScalars) == Array("\\*\u{301}".unicodeScalars))
  }

  @Test(arguments: [
    ("*bold* _it_ `code`", #"\*bold\* \_it\_ \`code\`"#), ("[a](b)", #"\[a\]\(b\)"#),
    ("a|b", #"a\|b"#), ("<b>", #"\<b\>"#), ("http://x.org", #"http:\//x.org"#),
    ("www.x.org", #"www\.x.org"#), ("# x", "\\# x"), ("1. x", #"1\. x"#), ("- x", #"\- x"#),
    ("a\nb", #"a\\nb"#), ("안녕", "안녕"), ("AT&T", #"AT\&T"#),
  ])
  func markdown(text: String, escaped: String) {
    #expect(Escape.markdown(text) == escaped)
  }

  @Test(arguments: [
    ("plain", "plain"), ("a,b", #""a,b""#), (#"a"b"#, #""a""b""#), ("a;b", #""a;b""#),
    ("=1+1", #""'=1+1""#), ("+1", #""'+1""#), ("-1", #""'-1""#), ("@x", #""'@x""#),
    (" =1", #""' =1""#), ("a\r\nb", #"a\r\nb"#), ("\t=1", #"\t=1"#), ("", ""), (" a", #"" a""#),
    ("안녕, 서버", #""안녕, 서버""#),
  ])
  func csv(text: String, escaped: String) {
    #expect(Escape.csv(text) == escaped)
  }

  @Test(arguments: [
    ("plain", #""plain""#), (#"a"b\c"#, #""a\"b\\c""#), ("\n\r\t", #""\n\r\t""#),
    ("\u{1B}", #""\u001b""#), ("\u{202E}", #""\u202e""#), ("\u{E0041}", #""\udb40\udc41""#),
    ("안녕 😀", #""안녕 😀""#), ("\u{2028}", #""\u2028""#), ("", #""""#),
  ])
  func json(text: String, escaped: String) {
    #expect(Escape.json(text) == escaped)
  }
}

@Suite struct EscapeQuotedTests {
  private func quoted(
    _ text: String, _ limit: Int, isCut: Bool = false, ambiguous: Int = 1, ellipsis: String = "…"
  ) -> String {
    Escape.quoted(
      Array(text.utf8), limit: limit, isCut: isCut, ambiguous: ambiguous, ellipsis: ellipsis)
  }

  @Test func whatFitsIsWhole() {
    #expect(quoted("Hello", 5) == #""Hello""#)
    #expect(quoted("", 5) == #""""#)
    #expect(quoted("안녕", 4) == #""안녕""#)
    #expect(quoted("a\nb", 4) == #""a\nb""#)
  }

  @Test func whatDoesNotFitEndsInAnEllipsis() {
    #expect(quoted("Hello", 4) == #""Hel…""#)
    #expect(quoted("Hello", 4, ellipsis: "...") == #""H...""#)
    #expect(quoted("Hello", 4, ambiguous: 2) == #""He…""#)
    #expect(quoted("안녕하", 5) == #""안녕…""#)
    #expect(quoted("안녕하", 4) == #""안…""#)
  }

  @Test func anEscapeIsNeverCutInside() {
    #expect(quoted("ab\u{1B}[2J", 6) == #""ab…""#)
    #expect(quoted("ab\u{1B}[2J", 7) == #""ab\x1b…""#)
    #expect(quoted("ab\u{1B}", 6) == #""ab\x1b""#)
  }

  @Test func aPayloadThatGoesOnSaysSo() {
    #expect(quoted("Hello", 10, isCut: true) == #""Hello…""#)
    #expect(quoted("Hello", 5, isCut: true) == #""Hell…""#)
  }

  @Test func aCharacterOfWhichAPartWasKeptIsLeftOut() {
    let bytes = Array("안녕".utf8)
    #expect(Escape.quoted(bytes.prefix(5), limit: 20, isCut: true) == #""안…""#)
    #expect(Escape.quoted(bytes.prefix(4), limit: 20, isCut: true) == #""안…""#)
    // Where nothing was cut, the bytes are what they are.
    #expect(Escape.quoted(bytes.prefix(5), limit: 20) == #""안\xeb\x85""#)
    #expect(Escape.quoted([0x61, 0x80], limit: 20, isCut: true) == #""a\x80…""#)
  }

  @Test func neverWiderThanTheLimit() {
    let text = "a안\u{301}\u{1B}é…→\u{202E}😀\\\""
    for limit in 0...30 {
      for ambiguous in [1, 2] {
        let result = quoted(text + text, limit, ambiguous: ambiguous)
        let columns = DisplayWidth.columns(of: result, ambiguous: ambiguous)
        #expect(columns <= limit + 2, "\(limit): \(result)")
      }
    }
  }

  /// Text that is visible already keeps its backslashes; markup and what is not seen are escaped.
  @Test func markupOfVisibleText() {
    #expect(
      Escape.markup(#"a\\b \n "q" 'r' <x> & é 가"#)
        == "a\\\\b \\n &quot;q&quot; &#39;r&#39; &lt;x&gt; &amp; é 가")
    #expect(Escape.markup("]]>") == "]]&gt;")
    #expect(Escape.markup("\u{202E}\u{0}\u{200B}\u{FFFE}\n") == #"\u{202e}\x00\u{200b}\u{fffe}\n"#)
    #expect(Escape.markup("<\u{338}") == "&lt;\u{338}")
    #expect(Escape.markup("") == "")
    let text = "한글 \u{1B}[31m \u{FF} <b> \"x\" \\"
    #expect(
      Escape.markup(Escape.terminal(text))
        == Escape.xml(text).replacing("&quot;", with: #"\&quot;"#))
  }
}
