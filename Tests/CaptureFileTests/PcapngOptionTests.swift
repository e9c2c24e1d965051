import Testing

@testable import CaptureFile

@Suite struct PcapngOptionTests {
  private func options(_ bytes: [UInt8]) -> [PcapngOption] {
    var reader = CaptureReader()
    reader.append(bytes)
    return reader.readOptions(0..<bytes.count)
  }

  @Test func valuesArePaddedToFourBytes() {
    let list = options([1, 0, 1, 0, 0x61, 0, 0, 0, 9, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0, 0])
    #expect(list.map(\.code) == [1, 9])
    #expect(list.map(\.range) == [4..<5, 12..<13])
    #expect(list.map(\.text) == ["a", ""])
  }

  @Test func nothingIsReadAfterTheEnd() {
    #expect(options([0, 0, 0, 0, 1, 0, 1, 0, 0x61, 0, 0, 0]).isEmpty)
  }

  @Test func aDamagedListKeepsWhatPrecedesTheDamage() {
    #expect(options([1, 0, 1, 0, 0x61, 0, 0, 0, 1, 0, 9, 0, 0x62]).map(\.text) == ["a"])
    #expect(options([1, 0, 1, 0, 0x61, 0, 0, 0, 1, 0]).map(\.text) == ["a"])
    // The value is there, its padding is not.
    #expect(options([1, 0, 1, 0, 0x61]).map(\.text) == ["a"])
    #expect(options([]).isEmpty)
  }
}
