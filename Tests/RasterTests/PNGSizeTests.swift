import Testing

@testable import Raster

@Suite struct PNGSizeTests {
  @Test func theChunkFollowsTheHeader() {
    let header = [UInt8](repeating: 7, count: 33)
    let png = header + [1, 2, 3]
    let sized = PNGSize.adding(dotsPerInch: 72, to: png)
    #expect(sized.count == png.count + 21)
    #expect(Array(sized[..<33]) == header)
    #expect(Array(sized[33..<41]) == [0, 0, 0, 9] + Array("pHYs".utf8))
    // 72 dots per inch are 2,835 per metre.
    #expect(Array(sized[41..<50]) == [0, 0, 0x0B, 0x13, 0, 0, 0x0B, 0x13, 1])
    #expect(Array(sized[54...]) == [1, 2, 3])
  }

  @Test func whatIsTooShortStaysAsItIs() {
    #expect(PNGSize.adding(dotsPerInch: 72, to: [1, 2]) == [1, 2])
    #expect(PNGSize.adding(dotsPerInch: 72, to: []) == [])
  }
}
