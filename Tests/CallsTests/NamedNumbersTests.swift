import Testing

@testable import Calls

@Suite struct NamedNumbersTests {
  private let numbers = NamedNumbers("A=1 B=0x2\n  OTHER_B=2 C=0x80000000 broken =3 D=x")

  @Test func namesAndNumbersFindEachOther() {
    #expect(numbers.all.map(\.name) == ["A", "B", "OTHER_B", "C"])
    #expect(numbers.number(of: "B") == 2)
    #expect(numbers.number(of: "OTHER_B") == 2)
    #expect(numbers.number(of: "D") == nil)
    // The usual name is the first.
    #expect(numbers.name(of: 2) == "B")
    #expect(numbers.name(of: .min) == "C")
    #expect(numbers.name(of: 77) == nil)
  }

  @Test func bitsWithoutNameAreNumbers() {
    #expect(numbers.flags(3) == ["A", "B"])
    #expect(numbers.flags(0x31) == ["A", "0x30"])
    #expect(numbers.flags(0) == [])
    #expect(numbers.flags(-1) == ["A", "B", "C", "0x7ffffffc"])
  }
}
