import CPtrace
import Calls
import Testing

@testable import Tracing

@Suite struct PathBookTests {
  private let mappings = [
    tracer_mapping(start: 0x1000, end: 0x2000, is_code: 1),
    tracer_mapping(start: 0x2000, end: 0x9000, is_code: 0),
    tracer_mapping(start: 0x7F00_0000_0000, end: 0x7F00_0001_0000, is_code: 1),
    tracer_mapping(start: 0x7FFC_0000_0000, end: 0x7FFC_0001_0000, is_code: 0),
  ]

  private func hash(_ words: [UInt64], counter: UInt64 = 0x1500) -> UInt64 {
    words.withUnsafeBufferPointer { words in
      mappings.withUnsafeBufferPointer {
        tracer_path(
          counter, 0, words.baseAddress, UInt64(words.count), $0.baseAddress, UInt64($0.count))
      }
    }
  }

  @Test func dataDoesNotMatter() {
    let one = hash([0x1100, 5, 0x2100, 0x7FFC_0000_1000, .max, 0])
    #expect(one == hash([0x1100, 6, 0x3100, 0x7FFC_0000_2000, 0x1234_5678_9ABC_DEF0, 0x8000]))
  }

  @Test func codeAndItsPlaceMatter() {
    let one = hash([0x1100, 0x7F00_0000_0100, 0])
    #expect(one != hash([0x1100, 0x7F00_0000_0108, 0]))
    #expect(one != hash([0x7F00_0000_0100, 0x1100, 0]))
    #expect(one != hash([0x1100, 0, 0x7F00_0000_0100]))
    #expect(one != hash([0x1100, 0x7F00_0000_0100, 0], counter: 0x1508))
    #expect(one != hash([0x1100, 0x7F00_0000_0100]))
  }

  /// A library may have been loaded since the map was read.
  @Test func whatLiesNearCodeMatters() {
    #expect(hash([0x7F00_0002_0000]) != hash([0x7F00_0002_0008]))
    #expect(hash([0x7EFF_FFFF_0000]) != hash([0x7EFF_FFFF_0008]))
    #expect(hash([0x4000_0000_0000]) == hash([0x4000_0000_0008]))
  }

  @Test func nothingToCompareWith() {
    #expect(tracer_path(1, 0, nil, 0, nil, 0) != tracer_path(2, 0, nil, 0, nil, 0))
  }
}
