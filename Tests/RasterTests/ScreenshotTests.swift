import Testing

@testable import Raster

#if Pictures
  @Suite struct ScreenshotTests {
    /// A picture of 40 by 20 pixels: red, with a green square at 10,5 of 4 by 4.
    private func png() throws -> [UInt8] {
      let document = """
        <svg xmlns="http://www.w3.org/2000/svg" width="40" height="20">
        <rect width="40" height="20" fill="#ff0000"/>
        <rect x="10" y="5" width="4" height="4" fill="#00ff00"/></svg>
        """
      return try Raster.png(document, width: 40, height: 20, dotsPerInch: 300)
    }

    @Test func whatIsCoveredIsGone() throws {
      let original = try png()
      #expect(try PNGFile(original).pixels()[11, 6] == [0, 255, 0])
      let covered = try Screenshot.read(original, covering: [(9, 4, 6, 6)])
      #expect(covered.width == 40)
      #expect(covered.height == 20)
      let pixels = try PNGFile(covered.png).pixels()
      for y in 0..<20 {
        for x in 0..<40 {
          let isCovered = 9..<15 ~= x && 4..<10 ~= y
          #expect(pixels[x, y] == (isCovered ? [64, 64, 64] : [255, 0, 0]), "\(x),\(y)")
        }
      }
    }

    /// Boxes of no whole pixels and beyond the edge: each pixel that is touched in its middle.
    @Test func boxesMayReachOver() throws {
      let covered = try Screenshot.read(png(), covering: [(-5, -5, 1000, 1000), (0, 0, 0, 0)])
      let pixels = try PNGFile(covered.png).pixels()
      #expect((0..<20).allSatisfy { y in (0..<40).allSatisfy { pixels[$0, y] == [64, 64, 64] } })
    }

    /// A box that a pixel lies in only partly covers it: what shines through could be read.
    @Test func pixelsAreCoveredWholly() throws {
      let covered = try Screenshot.read(png(), covering: [(10.6, 5.6, 3, 3)])
      let pixels = try PNGFile(covered.png).pixels()
      for y in 5..<9 {
        for x in 10..<14 { #expect(pixels[x, y] == [64, 64, 64], "\(x),\(y)") }
      }
    }

    /// What a file tells beside its pixels is left out: texts, times, what was there before.
    @Test func chunksAreLeftOut() throws {
      let original = try png()
      let text = PNGFile.chunk("tEXt", Array("Comment\u{0}secret path".utf8))
      let told = Array(original[..<33]) + text + Array(original[33...])
      #expect(PNGFile(told).chunks.contains { $0.name == "tEXt" })
      let read = try Screenshot.read(told, covering: [])
      #expect(!PNGFile(read.png).chunks.contains { $0.name == "tEXt" })
    }

    @Test func whatIsNoPNGIsAnError() throws {
      let png = try png()
      for bytes in [[], Array("GIF89a".utf8), Array(png.prefix(20)), Array(png.prefix(60))] {
        #expect(throws: RasterError.self) { try Screenshot.read(bytes, covering: []) }
      }
      var damaged = png
      for index in 33..<damaged.count { damaged[index] = 0xA5 }
      #expect(throws: RasterError.self) { try Screenshot.read(damaged, covering: []) }
    }
  }
#endif
