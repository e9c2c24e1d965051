import Testing

@testable import Render

@Suite struct ReportPictureTests {
  private func report(_ name: String) -> String {
    "# A title\n\n![A title](\(ReportPicture.address(name)))\n\n| | client |\n"
  }

  @Test(arguments: ["x.svg", "two words.svg", "50%.svg", "한국.svg", "<b>.svg"])
  func aReportShowsItsPicture(_ name: String) {
    #expect(ReportPicture.isShown(name, by: report(name)))
    #expect(!ReportPicture.isShown("other.svg", by: report(name)))
  }

  /// Whoever writes a text by hand and shows a picture in it has drawn that one for himself.
  @Test(arguments: [
    "", "# A title", "![A title](<x.svg>)\n", "# A title\nText\n![A title](x.svg)\n",
    "A title\n\n![A title](<x.svg>)\n",
  ])
  func othersDoNot(_ text: String) { #expect(!ReportPicture.isShown("x.svg", by: text)) }
}
