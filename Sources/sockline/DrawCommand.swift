public import ArgumentParser
import CaptureFile
import Raster
public import Render
import Session

extension Theme: ExpressibleByArgument {}
extension FigureStyle.Paper: ExpressibleByArgument {}

/// `sockline draw`
struct DrawCommand: StatusCommand {
  static let configuration = CommandConfiguration(
    commandName: "draw",
    abstract: "Draw a recording or capture as a picture for a report.",
    usage: "sockline draw FILE [FILTER...] -o PICTURE [OPTIONS]",
    discussion: """
      The picture's name says what it is: .svg, .png (300 dots per inch) or .pdf.
      """)

  @Argument(
    help: ArgumentHelp("The file; - is standard input.", valueName: "file"), completion: .file())
  var file: String

  @Argument(help: ArgumentHelp("Show only packets that it keeps.", valueName: "filter"))
  var filter: [String] = []

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp("The picture.", valueName: "picture"), completion: .file())
  var outputFile: String

  @Option(help: ArgumentHelp("How inks look.", valueName: "theme"))
  var theme = Theme.light

  @Option(help: ArgumentHelp("Lay out for a page.", valueName: "size"))
  var paper: FigureStyle.Paper?

  @Option(
    help: ArgumentHelp(
      "A lettered callout, such as 'packet 3: the handshake ends here'; may be given again.",
      valueName: "anchor: text"))
  var note: [String] = []

  @Flag(help: "Only callouts that are asked for.")
  var noCallouts = false

  @OptionGroup(title: "Selecting")
  var selecting: SelectionOptions

  @OptionGroup(title: "Selecting")
  var calls: CallSelectionOptions

  func perform() throws -> Int32 {
    var request = DrawRequest(paths: [file])
    request.filter = filter.joined(separator: " ")
    request.selection = selecting.selection
    calls.narrow(&request.selection)
    request.style.theme = theme
    request.style.paper = paper
    request.style.hasCallouts = !noCallouts
    request.notes = try note.map { line in try Note(line) }
    request.tool = "sockline \(Sockline.version)"
    let outcome = try DrawSession.hold(request)
    let pen = SVGPen(theme: theme)
    let output = try Output.file(outputFile)
    if outputFile.hasSuffix(".pdf") {
      let size = paper ?? .a4
      let (pages, scale) = try outcome.figure.pages(size, outcome.totals, outcome.ending)
      let sheets = pages.map { page in
        var sheet = RasterPage(
          pen.document(page), width: size.points.width, height: size.points.height)
        sheet.documentWidth = page.width * scale
        sheet.documentHeight = page.height * scale
        sheet.x = (sheet.width - sheet.documentWidth) / 2
        sheet.y = FigureStyle.paperMargin
        return sheet
      }
      _ = output.write(
        try Raster.pdf(sheets, title: pages.first?.title ?? "", creator: request.tool))
    } else {
      let picture = try outcome.figure.picture(outcome.totals, outcome.ending)
      let document = pen.document(picture)
      if outputFile.hasSuffix(".png") {
        let scale = 300.0 / 96
        _ = output.write(
          try Raster.png(
            document, width: Int(picture.width * scale), height: Int(picture.height * scale),
            dotsPerInch: 300))
      } else {
        _ = output.write(Array(document.utf8))
      }
    }
    output.close()
    return 0
  }
}
