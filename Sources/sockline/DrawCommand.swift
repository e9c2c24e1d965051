public import ArgumentParser
import CaptureFile
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
      The picture's name says what it is: .svg, .png (300 dots per inch), .pdf, or .html, a page \
      with details, search and a dark side. Everything is analysed first and selected then. \
      The exit status is 2 where a damaged file was drawn as far as it could be read.
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

  @OptionGroup(title: "Picture")
  var picture: PictureOptions

  @OptionGroup(title: "Selecting")
  var selecting: SelectionOptions

  @OptionGroup(title: "Selecting")
  var calls: CallSelectionOptions

  func validate() throws {
    guard PictureFormat(path: outputFile) != nil else {
      let endings = PictureFormat.allCases.map { "." + $0.rawValue }.joined(separator: ", ")
      throw ValidationError("-o \(outputFile): its ending says what is drawn, one of \(endings).")
    }
  }

  func perform() throws -> Int32 {
    let format = PictureFormat(path: outputFile) ?? .svg
    var request = DrawRequest(paths: [file], outputFile: outputFile, format: format)
    request.filter = filter.joined(separator: " ")
    request.selection = selecting.selection
    calls.narrow(&request.selection)
    request.style = picture.style
    request.notes = try picture.notes()
    request.scale = picture.scale
    request.font = picture.font
    request.tool = "sockline \(Sockline.version)"
    let damages = try DrawSession.hold(request)
    for damage in damages { Front.say(damage.error.sentences) }
    if damages.isEmpty { return 0 }
    return damages.allSatisfy(\.isPartial) ? Front.Status.damaged : Front.Status.failure
  }
}
