import Testing

@testable import Recording

@Suite struct JournalTextTests {
  @Test(arguments: RandomEvents.hostile)
  func escapedTextReadsBackAndStaysInItsLine(text: String) {
    for separators in ["", ";[]", "\"", ","] {
      let escaped = JournalText.escaped(text, separators: separators)
      #expect(JournalText.unescaped(escaped) == text)
      #expect(escaped.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F })
      for separator in separators { #expect(!escaped.contains(separator)) }
      if !separators.isEmpty { #expect(escaped.utf8.allSatisfy { $0 < 0x80 }) }
    }
  }

  @Test func writesAsCDoes() {
    #expect(JournalText.escaped("GET /\n_PID=666\n") == "GET /\\n_PID=666\\n")
    #expect(JournalText.escaped("\u{1B}[0m\\") == "\\x1b[0m\\\\")
    #expect(JournalText.escaped("\u{202E}") == "\\xe2\\x80\\xae")
    #expect(JournalText.escaped("한글") == "한글")
  }

  @Test func whatIsNoEscapeStays() {
    for text in ["\\", "\\q", "\\x", "\\x4", "\\xzz", "a\\"] {
      #expect(JournalText.unescaped(text) == text)
    }
  }

  @Test func listsReadBack() {
    let lists = [[], [""], ["", ""], RandomEvents.hostile, ["curl", "-s", "http://[::1]:80/"]]
    for list in lists {
      #expect(JournalText.texts(ofList: JournalText.list(list)) == list)
    }
    #expect(JournalText.list(["curl", "a\"b"]) == "\"curl\" \"a\\x22b\"")
    #expect(JournalText.texts(ofList: "\"open") == [])
  }

  @Test func hexadecimalReadsBack() {
    let all = (0...255).map { UInt8($0) }
    #expect(JournalText.bytes(hexadecimal: JournalText.hexadecimal(all)) == all)
    #expect(JournalText.hexadecimal([0, 0x9F]) == "009f")
    #expect(JournalText.bytes(hexadecimal: "0") == [])
    #expect(JournalText.bytes(hexadecimal: "0g") == [])
    #expect(JournalText.bytes(hexadecimal: "AbCd") == [0xAB, 0xCD])
  }
}
