import Testing

@testable import Calls

@Suite struct PassedDescriptorsTests {
  /// Struct msghdr at 0x1000 whose ancillary data stand at 0x2000.
  private func memory(_ control: [UInt8], length: Int? = nil) -> FakeMemory {
    let header =
      [UInt8](repeating: 0, count: 32) + Bytes.of(UInt64(0x2000))
      + Bytes.of(UInt64(length ?? control.count)) + [UInt8](repeating: 0, count: 8)
    return FakeMemory([0x1000: header, 0x2000: control])
  }

  /// Struct cmsghdr with data, padded to eight bytes.
  private func piece(_ level: Int32, _ type: Int32, _ data: [UInt8]) -> [UInt8] {
    let whole = Bytes.of(UInt64(16 + data.count)) + Bytes.of(level) + Bytes.of(type) + data
    return whole + [UInt8](repeating: 0, count: (8 - whole.count % 8) % 8)
  }

  private let registers = Registers(3, 0x1000, 0)

  @Test func descriptorsAmongOtherPieces() {
    let control =
      piece(1, 2, [UInt8](repeating: 9, count: 12)) + piece(1, 1, Bytes.of(Int32(7)))
      + piece(1, 1, Bytes.of(Int32(8)) + Bytes.of(Int32(9))) + piece(0, 1, Bytes.of(Int32(5)))
    let reader = memory(control).reader
    let read = PassedDescriptors.read(.sendmsg, registers, messages: 1, memory: reader)
    #expect(read == [7, 8, 9])
    #expect(PassedDescriptors.hasRoom(.recvmsg, registers, memory: reader))
    #expect(PassedDescriptors.read(.write, registers, messages: 1, memory: reader) == [])
  }

  @Test func severalMessages() {
    var memory = memory(piece(1, 1, Bytes.of(Int32(7))))
    memory.put([UInt8](repeating: 0, count: 8), at: 0x1038)
    let second =
      [UInt8](repeating: 0, count: 32) + Bytes.of(UInt64(0x3000)) + Bytes.of(UInt64(24))
      + [UInt8](repeating: 0, count: 16)
    memory.put(second, at: 0x1040)
    memory.put(piece(1, 1, Bytes.of(Int32(11))), at: 0x3000)
    for (count, expected) in [(0, []), (1, [7]), (2, [7, 11]), (Int.max, [7, 11])] {
      let read = PassedDescriptors.read(
        .sendmmsg, registers, messages: count, memory: memory.reader)
      #expect(read == expected.map(Int32.init))
    }
  }

  @Test func nothingThere() {
    let empty = FakeMemory()
    #expect(PassedDescriptors.read(.sendmsg, registers, messages: 1, memory: empty.reader) == [])
    #expect(!PassedDescriptors.hasRoom(.recvmsg, registers, memory: empty.reader))
    #expect(!PassedDescriptors.hasRoom(.recvmsg, registers, memory: memory([]).reader))
  }

  /// Lengths that lie: too short for a header, beyond what was read, beyond what there is.
  @Test(arguments: [0, 3, 15, 17, 19, 4096, Int.max]) func hostileLengths(_ length: Int) {
    var control = piece(1, 1, Bytes.of(Int32(7)))
    control.replaceSubrange(0..<8, with: Bytes.of(UInt64(length)))
    let read = PassedDescriptors.read(
      .recvmsg, registers, messages: 1, memory: memory(control, length: 1 << 40).reader)
    #expect(read.isEmpty)
  }

  @Test func peeks() {
    #expect(PassedDescriptors.isPeek(.recvmsg, Registers(3, 0, 2)))
    #expect(!PassedDescriptors.isPeek(.recvmsg, Registers(3, 0, 0x40)))
    #expect(PassedDescriptors.isPeek(.recvmmsg, Registers(3, 0, 1, 2)))
  }
}
