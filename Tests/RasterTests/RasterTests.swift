import Raster
import Testing

@Suite struct RasterTests {
  private static let square =
    "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"8\" height=\"4\">"
    + "<rect width=\"8\" height=\"4\" fill=\"#fff\"/></svg>"

  #if Pictures
    /// The size in pixels stands in the header, and dots per inch in the chunk behind it.
    @Test func pngSaysItsSize() throws {
      let png = try Raster.png(Self.square, width: 16, height: 8, dotsPerInch: 300)
      #expect(png.starts(with: [0x89, 0x50, 0x4E, 0x47]))
      #expect(Array(png[16..<24]) == [0, 0, 0, 16, 0, 0, 0, 8])
      #expect(Array(png[37..<41]) == Array("pHYs".utf8))
      // 300 dots per inch are 11,811 per metre.
      #expect(Array(png[41..<45]) == [0, 0, 0x2E, 0x23])
    }

    @Test func pdfHasItsPages() throws {
      let page = RasterPage(Self.square, width: 80, height: 40)
      let pdf = try Raster.pdf([page, page], title: "two", creator: "tests")
      #expect(pdf.starts(with: Array("%PDF-".utf8)))
      #expect(String(decoding: pdf, as: UTF8.self).contains("/Count 2"))
    }

    @Test func whatIsNoDrawingIsAnError() {
      #expect(throws: RasterError.self) {
        try Raster.png("no", width: 4, height: 4, dotsPerInch: 96)
      }
      #expect(throws: RasterError.self) {
        try Raster.png(Self.square, width: 40_000, height: 4, dotsPerInch: 96)
      }
    }
  #else
    @Test func whatIsMissingIsNamed() {
      let error = #expect(throws: RasterError.self) {
        try Raster.png(Self.square, width: 4, height: 4, dotsPerInch: 96)
      }
      #expect(error?.message.contains("librsvg2-dev") == true)
    }
  #endif
}
