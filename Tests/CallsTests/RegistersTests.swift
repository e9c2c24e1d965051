import Testing

@testable import Calls

@Suite struct RegistersTests {
  @Test func order() {
    let registers = Registers(1, 2, 3, 4, 5, 6)
    #expect((0..<6).map { registers[$0] } == [1, 2, 3, 4, 5, 6])
    #expect(registers == Registers(1, 2, 3, 4, 5, 6))
    for index in 0..<6 {
      var words = [UInt64](repeating: 0, count: 6)
      words[index] = 1
      #expect(Registers(words[0], words[1], words[2], words[3], words[4], words[5]) != Registers())
    }
    #expect(Set([registers, Registers(1, 2, 3, 4, 5, 6), Registers(6)]).count == 2)
  }

  /// An int is the lower half of a register, whatever the upper half holds; a size is all of it.
  @Test func halves() {
    let registers = Registers(0xFFFF_FFFF, 0xDEAD_BEEF_0000_0007, .max)
    #expect(registers.int(0) == -1)
    #expect(registers.int(1) == 7)
    #expect(registers.size(0) == 0xFFFF_FFFF)
    #expect(registers.size(2) == .max)
  }

  @Test func words() {
    let words = MemoryWords(bytes: [0x01, 0x02, 0x03, 0x04, 0xFF, 0xFF, 0xFF, 0xFF])
    #expect(words.uint16(0) == 0x0201)
    #expect(words.uint32(0) == 0x0403_0201)
    #expect(words.uint64(0) == 0xFFFF_FFFF_0403_0201)
    #expect(words.int32(4) == -1)
    #expect(words.uint16(7) == nil)
    #expect(words.uint32(5) == nil)
    #expect(words.uint64(1) == nil)
  }
}
