public import ArgumentParser
import CaptureFile
public import Render
import Session
import Timeline

extension Theme: ExpressibleByArgument {}
extension FigureStyle.Paper: ExpressibleByArgument {}

/// `sockline draw`
struct DrawCommand: StatusCommand {
  static let configuration = CommandConfiguration(
    commandName: "draw",
    abstract: "Draw a recording or capture as a picture for a report.",
    usage: "sockline draw FILE... [FILTER...] -o PICTURE [OPTIONS]",
    discussion: """
      The extension selects the format: .svg, .png (300 dots per inch), .pdf, .html (with \
      details, search and a dark theme); or .txt, .md (a report with its picture next to it), \
      .mmd (a Mermaid sequence diagram), .pkt (packetdrill's notation). \
      \(InputOptions.discussion) Everything is analysed first and selected afterwards. The exit \
      status is 2 if a damaged file was drawn as far as it could be read.
      """)

  @OptionGroup
  var input: InputOptions

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp("The picture.", valueName: "picture"), completion: .file())
  var outputFile: String

  @OptionGroup(title: "Picture")
  var picture: PlotOptions

  @OptionGroup(title: "Picture")
  var ladder: PictureOptions

  @Option(
    help: ArgumentHelp("Which end a .pkt file describes: client or server.", valueName: "end"))
  var side = PlotCommand.End.server

  @OptionGroup(title: "Selecting")
  var selecting: SelectionOptions

  @OptionGroup(title: "Selecting")
  var calls: CallSelectionOptions

  func validate() throws { try DrawCommand.check(outputFile) }

  func perform() throws -> Int32 {
    let format = PictureFormat(path: outputFile) ?? .svg
    let joined = try input.join.joined(input.files, output: outputFile)
    defer { withExtendedLifetime(joined) {} }
    var request = DrawRequest(
      paths: joined.map { [$0.path] } ?? input.files, outputFile: outputFile, format: format)
    request.names = input.files
    request.follows = input.follow
    request.filter = input.filter
    request.selection = selecting.selection
    calls.narrow(&request.selection)
    try picture.lay(out: &request)
    ladder.lay(out: &request)
    request.side = side == .client ? .client : .server
    return try DrawCommand.draw(request, joined?.damages ?? [])
  }

  /// Checks that the name's extension is a picture format.
  static func check(_ outputFile: String) throws {
    try check(outputFile, among: PictureFormat.allCases)
  }

  /// Checks that the name's extension is one of the formats.
  static func check(_ outputFile: String, among formats: [PictureFormat]) throws {
    if let format = PictureFormat(path: outputFile), formats.contains(format) { return }
    let endings = formats.map { "." + $0.rawValue }.joined(separator: ", ")
    throw ValidationError("-o \(outputFile): the extension selects the format, one of \(endings).")
  }

  /// Draws, and reports what prevented the files from being read to the end.
  ///
  /// - Parameter damages: what prevented the joined captures from being read to the end.
  static func draw(_ request: DrawRequest, _ damages: [ReplayDamage] = []) throws -> Int32 {
    var request = request
    request.tool = "sockline \(Sockline.version)"
    return try Front.status(damages + DrawSession.hold(request))
  }
}
