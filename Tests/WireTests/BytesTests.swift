import Testing

@testable import Wire

@Suite struct BytesTests {
  private let bytes: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17]

  @Test func theHighestByteComesFirst() {
    #expect(bytes.span.uint8(at: 1) == 2)
    #expect(bytes.span.uint16(at: 1) == 0x0203)
    #expect(bytes.span.uint32(at: 1) == 0x0203_0405)
    #expect(bytes.span.uint64(at: 1) == 0x0203_0405_0607_0809)
    #expect(bytes.span.ipv4Address(at: 1) == .v4(0x0203_0405))
    #expect(
      bytes.span.ipv6Address(at: 1)
        == .v6(high: 0x0203_0405_0607_0809, low: 0x0a0b_0c0d_0e0f_1011))
    #expect(bytes.span.array(3..<6) == [4, 5, 6])
  }

  @Test func aPartLosesItsFrontAndKeepsItsEnd() {
    let part = Part(offset: 14, length: 60, limit: .ipv4TotalLength)
    #expect(part.dropping(20) == Part(offset: 34, length: 40, limit: .ipv4TotalLength))
    #expect(part.dropping(80).length == 0)
    #expect(
      part.ending(after: 28, limit: .udpLength) == Part(offset: 14, length: 28, limit: .udpLength))
  }

  @Test(arguments: [(100, 14..<74), (74, 14..<74), (50, 14..<50), (14, 14..<14), (3, 3..<3)])
  func theRangeOfAPartEndsWithTheCapture(captured: Int, range: Range<Int>) {
    let part = Part(offset: 14, length: 60, limit: .capture)
    #expect(part.range(inCaptured: captured) == range)
  }

  @Test func whoSetTheEndIsSaid() {
    // The packet goes on, and the capture does not.
    #expect(failure(have: 10, length: 40) == .tooShort(need: 20, have: 10, limit: .capture))
    // The packet itself ends before.
    #expect(failure(have: 10, length: 10) == .tooShort(need: 20, have: 10, limit: .udpLength))
    #expect(failure(have: 20, length: 20) == nil)
  }

  private func failure(have: Int, length: Int) -> DecodeError.Reason? {
    let part = Part(offset: 7, length: length, limit: .udpLength)
    let bytes = [UInt8](repeating: 0, count: have)
    do {
      try bytes.span.require(20, for: .tcp, in: part)
      return nil
    } catch {
      #expect(error.layer == .tcp && error.offset == 7)
      return error.reason
    }
  }
}
