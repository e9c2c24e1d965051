import Testing

@testable import Strace

@Suite struct StraceTextTests {
  @Test func readsNumbers() {
    func number(_ text: String) -> Int64? {
      var text = StraceText(Array(text.utf8))
      return text.number()
    }
    #expect(number("13,") == 13)
    #expect(number("-1 E") == -1)
    #expect(number("0x1f)") == 31)
    #expect(number("0644") == 420)
    #expect(number("18446744069414584321") == -4_294_967_295)
    #expect(number("x") == nil)
  }
}
