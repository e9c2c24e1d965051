import Testing
import Wire

@Suite struct SequenceNumberTests {
  @Test func additionWraps() {
    #expect(SequenceNumber(.max) + 1 == SequenceNumber(0))
    #expect(SequenceNumber(0xFFFF_FFF0) + 0x20 == SequenceNumber(0x10))
    #expect(SequenceNumber(5) + -6 == SequenceNumber(.max))
    #expect(SequenceNumber(7) + (1 << 32) == SequenceNumber(7))
  }

  @Test func distancesCrossTheWrap() {
    #expect(SequenceNumber(0x10) - SequenceNumber(0xFFFF_FFF0) == 0x20)
    #expect(SequenceNumber(0xFFFF_FFF0) - SequenceNumber(0x10) == -0x20)
    #expect(SequenceNumber(9) - SequenceNumber(9) == 0)
    #expect(SequenceNumber(0x7FFF_FFFF) - SequenceNumber(0) == 0x7FFF_FFFF)
    #expect(SequenceNumber(0x8000_0001) - SequenceNumber(0) == -0x7FFF_FFFF)
  }

  @Test func orderIsThatOfTheStream() {
    #expect(SequenceNumber(0x10) > SequenceNumber(0xFFFF_FFF0))
    #expect(SequenceNumber(0xFFFF_FFF0) < SequenceNumber(0x10))
    #expect(!(SequenceNumber(3) > SequenceNumber(3)))
    #expect(!(SequenceNumber(3) < SequenceNumber(3)))
  }
}
