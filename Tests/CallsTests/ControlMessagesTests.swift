import Testing

@testable import Calls

@Suite struct ControlMessagesTests {
  /// struct cmsghdr with its data, padded.
  private func control(_ level: Int32, _ type: Int32, _ data: [UInt8]) -> [UInt8] {
    let pad = [UInt8](repeating: 0, count: (8 - data.count % 8) % 8)
    return Bytes.of(UInt64(16 + data.count)) + Bytes.of(level) + Bytes.of(type) + data + pad
  }

  private func message(_ control: [UInt8], length: Int? = nil) -> (MessageHeader?, FakeMemory) {
    var header = Bytes.message(vectors: 0x300, count: 1)
    header.replaceSubrange(
      32..<48, with: Bytes.of(UInt64(0x700)) + Bytes.of(length ?? control.count))
    let memory = FakeMemory([
      0x100: header, 0x300: Bytes.vectors([(0x1000, 9)]), 0x700: control,
    ])
    return (MessageHeader(at: 0x100, memory.reader), memory)
  }

  private func size(_ bytes: [UInt8], length: Int? = nil) -> Int? {
    let (header, memory) = message(bytes, length: length)
    return header?.segmentSize(memory.reader)
  }

  @Test func theSizeOfSegments() {
    let segment = control(17, 103, [0xE8, 0x03])
    #expect(size(segment) == 1000)
    #expect(size(control(0, 8, [1, 2, 3, 4, 5]) + segment) == 1000)
    #expect(size(control(17, 104, [0xE8, 0x03])) == 0)
    #expect(size([]) == 0)
  }

  @Test func brokenMessagesHaveNone() {
    let segment = control(17, 103, [0xE8, 0x03])
    for length in 0..<16 {
      #expect(size(Bytes.of(UInt64(length)) + [0, 0, 0, 0, 0, 0, 0, 0] + segment) == 0)
    }
    #expect(size(Bytes.of(UInt64.max) + [0, 0, 0, 0, 0, 0, 0, 0] + segment) == 0)
    #expect(size(Array(segment.prefix(16)), length: .max) == 0)
    // A length beyond all memory reads what there is.
    #expect(size(segment, length: -1) == 1000)
  }

  @Test func whatSendmsgIsAsked() {
    let (_, memory) = message(control(17, 103, [100, 0]))
    let asked = SystemCall.sendmsg.arguments(
      Registers(3, 0x100), payloadBytes: 0, memory: memory.reader)
    #expect(asked.segmentSizes == [100])
    let plain = SystemCall.sendmsg.arguments(
      Registers(3, 0x100), payloadBytes: 0, memory: message([]).1.reader)
    #expect(plain.segmentSizes == [])
  }
}
