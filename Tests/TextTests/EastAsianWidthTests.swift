import Testing

@testable import Text

@Suite struct EastAsianWidthTests {
  @Test(arguments: [EastAsianWidth.wide, EastAsianWidth.ambiguous])
  func rangesAreInOrderAndApart(ranges: [ClosedRange<UInt32>]) {
    for (before, after) in zip(ranges, ranges.dropFirst()) {
      #expect(before.upperBound < after.lowerBound)
    }
  }

  @Test func noCharacterIsBoth() {
    for range in EastAsianWidth.ambiguous {
      for value in range where EastAsianWidth.holds(EastAsianWidth.wide, value) {
        Issue.record("\(String(value, radix: 16)) is wide and ambiguous")
      }
    }
  }

  @Test func theEndsOfRangesBelongToThem() {
    for range in EastAsianWidth.wide {
      #expect(EastAsianWidth.holds(EastAsianWidth.wide, range.lowerBound))
      #expect(EastAsianWidth.holds(EastAsianWidth.wide, range.upperBound))
    }
    #expect(!EastAsianWidth.holds(EastAsianWidth.wide, 0x41))
    #expect(!EastAsianWidth.holds(EastAsianWidth.wide, 0x10FFFF))
    #expect(!EastAsianWidth.holds([], 0x41))
  }
}
