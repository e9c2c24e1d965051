import Calls
import Testing

@Suite struct CallPathTests {
  @Test func wordsOfTheStack() {
    let path = CallPath(
      number: 1, process: 1, code: CodeMap(number: 1, text: []), counter: 0, registers: [],
      stackPointer: 0x1000, stack: Array(1...20))
    #expect(path.word(at: 0x1000) == 0x0807_0605_0403_0201)
    #expect(path.word(at: 0x100C) == 0x1413_1211_100F_0E0D)
    #expect(path.word(at: 0x100D) == nil)
    #expect(path.word(at: 0xFFF) == nil)
    #expect(path.word(at: .max) == nil)
    #expect(path.word(at: 0) == nil)
  }

  @Test func partsOfAMap() {
    let text = """
      1000-2000 r--p 00000000 08:01 1 /bin/x
      2000-3000 r-xp 00001000 08:01 1 /bin/x
      garbage
      3000-2000 r-xp 0 0:0 0
      7fffffffe000-7ffffffff000 rw-p 00000000 00:00 0 [stack]
      """
    let map = CodeMap(number: 1, text: Array(text.utf8))
    #expect(map.parts.map(\.start) == [0x1000, 0x2000, 0x7FFF_FFFF_E000])
    #expect(map.parts.map(\.isCode) == [false, true, false])
    #expect(map.codeLines.count == 1)
    #expect(CodeMap(number: 1, text: []).parts == [])
  }
}
