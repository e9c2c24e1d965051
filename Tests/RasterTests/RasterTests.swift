import Foundation
import Process
import Testing

@testable import Raster

@Suite struct RasterTests {
  #if Pictures
    private let document = """
      <svg xmlns="http://www.w3.org/2000/svg" width="40" height="20" viewBox="0 0 40 20">
      <rect width="40" height="20" fill="#ff0000"/><text x="2" y="15" font-size="12">Hi</text></svg>
      """

    @Test func aPNGHasItsSizeAndItsDots() throws {
      let png = try Raster.png(document, width: 80, height: 40, dotsPerInch: 300)
      let file = PNGFile(png)
      #expect(file.width == 80)
      #expect(file.height == 40)
      #expect(file.chunks.map(\.name).first == "IHDR")
      #expect(file.chunks.map(\.name).last == "IEND")
      // 300 dots per inch are 11,811 per metre.
      let size = file.chunks.first { $0.name == "pHYs" }
      #expect(size.map { Array($0.body) } == [0, 0, 0x2E, 0x23, 0, 0, 0x2E, 0x23, 1])
      #expect(file.chunks.count { $0.name == "pHYs" } == 1)
      #expect(file.hasRightSums)
      let pixels = try file.pixels()
      #expect(pixels[79, 0] == [255, 0, 0])
    }

    @Test func sizesThatAreNoneAreErrors() {
      for (width, height) in [(0, 10), (10, 0), (-1, 10), (Raster.most + 1, 10), (10, Int.max)] {
        #expect(throws: RasterError.self) {
          try Raster.png(document, width: width, height: height, dotsPerInch: 300)
        }
      }
    }

    @Test(arguments: [
      "", "no markup", "<svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"><g></svg>", "\u{0}",
    ])
    func whatIsNoSVGIsAnError(document: String) {
      #expect(throws: RasterError.self) {
        try Raster.png(document, width: 10, height: 10, dotsPerInch: 300)
      }
      #expect(throws: RasterError.self) {
        try Raster.pdf([RasterPage(document, width: 10, height: 10)], title: "", creator: "")
      }
      #expect(throws: RasterError.self) { try Raster.pdf([], title: "", creator: "") }
    }

    @Test func aPDFHasItsPages() throws {
      var second = RasterPage(document, width: 300, height: 200)
      second.x = 100
      second.y = 50
      second.documentWidth = 40
      second.documentHeight = 20
      let pdf = try Raster.pdf(
        [RasterPage(document, width: 595.28, height: 841.89), second],
        title: "제목 </svg>", creator: "sockline 0.1")
      #expect(pdf.starts(with: Array("%PDF-".utf8)))
      let folder = try TemporaryFolder()
      let path = folder.path + "/a.pdf"
      try Data(pdf).write(to: URL(fileURLWithPath: path))
      let facts = try runText(["pdfinfo", "-l", "2", path]).text
      #expect(facts.contains("Pages:           2"))
      #expect(facts.contains("Title:           제목 </svg>"))
      #expect(facts.contains("Creator:         sockline 0.1"))
      #expect(facts.contains("Page    1 size:  595.28 x 841.89 pts (A4)"))
      #expect(facts.contains("Page    2 size:  300 x 200 pts"))
      #expect(try runText(["pdftotext", path, "-"]).text.contains("Hi"))
    }

  #else
    @Test func whatIsMissingIsNamed() {
      let square = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"8\" height=\"4\"></svg>"
      let error = #expect(throws: RasterError.self) {
        try Raster.png(square, width: 4, height: 4, dotsPerInch: 96)
      }
      #expect(error?.message.contains("librsvg2-dev") == true)
    }
  #endif
}
