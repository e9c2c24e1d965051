import Testing
import Wire

@testable import Calls

@Suite struct MessageVectorsTests {
  @Test func pieces() {
    let memory = FakeMemory([
      0x100: Bytes.vectors([(0x1000, 3), (0, 0), (0x2000, 4)]), 0x1000: [1, 2, 3],
      0x2000: [4, 5, 6, 7],
    ])
    let vectors = Vectors(at: 0x100, count: 3, memory.reader)
    #expect(vectors.count == 7)
    #expect(vectors.bytes(16, memory.reader) == [1, 2, 3, 4, 5, 6, 7])
    #expect(vectors.bytes(5, memory.reader) == [1, 2, 3, 4, 5])
    #expect(vectors.bytes(3, memory.reader) == [1, 2, 3])
    #expect(vectors.bytes(0, memory.reader) == [])
    #expect(vectors.bytes(-1, memory.reader) == [])
  }

  /// An array that ends where the memory does gives the whole pieces before that.
  @Test func cutArray() {
    let bytes = Bytes.vectors([(0x1000, 3), (0x2000, 4)])
    let memory = FakeMemory([0x100: Array(bytes.prefix(31))])
    #expect(Vectors(at: 0x100, count: 2, memory.reader).pieces.map(\.length) == [3])
    #expect(Vectors(at: 0x999, count: 2, memory.reader).pieces.isEmpty)
  }

  @Test func hugeNumbers() {
    let memory = FakeMemory([
      0x100: Bytes.vectors([(0x1000, .max), (0x2000, .max), (.max, 1)]), 0x1000: [1, 2],
    ])
    let vectors = Vectors(at: 0x100, count: .max, memory.reader)
    #expect(vectors.pieces.count == 3)
    #expect(vectors.count == .max)
    #expect(vectors.bytes(4, memory.reader) == [1, 2])
    #expect(Vectors(at: 0x100, count: -1, memory.reader).pieces.isEmpty)
  }

  /// The kernel takes 1,024 pieces (IOV_MAX), and so do we.
  @Test func manyPieces() {
    let bytes = Bytes.vectors(Array(repeating: (0x1000, 1), count: 1030))
    let memory = FakeMemory([0x4000: bytes])
    #expect(Vectors(at: 0x4000, count: 1030, memory.reader).count == 1024)
  }

  @Test func message() {
    let memory = FakeMemory([
      0x100: Bytes.message(name: 0x500, nameLength: 16, vectors: 0x300, count: 1),
      0x300: Bytes.vectors([(0x1000, 9)]), 0x500: Bytes.internet4([127, 0, 0, 1], 53),
    ])
    let message = MessageHeader(at: 0x100, memory.reader)
    #expect(message?.vectors.count == 9)
    #expect(message?.transferred == nil)
    #expect(message?.socketAddress(memory.reader) == .internet(Endpoint(.loopback4, 53)))
    // A header is read whole or not at all, as far as it is used.
    #expect(MessageHeader(at: 0, memory.reader) == nil)
    let cut = FakeMemory([0x100: Array(Bytes.message(vectors: 1, count: 1).prefix(31))])
    #expect(MessageHeader(at: 0x100, cut.reader) == nil)
  }

  @Test func array() {
    let header = Bytes.message(vectors: 0x300, count: 1)
    let memory = FakeMemory([
      0x100: Bytes.message(header, transferred: 5) + Bytes.message(header, transferred: 6)
        + Array(header.prefix(20)), 0x300: Bytes.vectors([(0x1000, 9)]),
    ])
    let messages = MessageHeader.array(at: 0x100, count: 3, memory.reader)
    #expect(messages.map(\.transferred) == [5, 6])
    #expect(messages.map(\.vectors.count) == [9, 9])
    #expect(MessageHeader.array(at: 0x100, count: -7, memory.reader).isEmpty)
    #expect(MessageHeader.array(at: .max - 63, count: .max, memory.reader).isEmpty)
  }
}
