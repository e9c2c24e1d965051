public import ArgumentParser
import CaptureFile
public import Render
import Session
import Timeline

extension PlotKind: ExpressibleByArgument {}

/// `sockline plot`
struct PlotCommand: StatusCommand {
  static let configuration = CommandConfiguration(
    commandName: "plot",
    abstract: "Plot one direction of a TCP connection.",
    usage: "sockline plot FILE... [FILTER...] --kind KIND -o PICTURE [OPTIONS]",
    discussion: """
      Kinds: sequence (segments, acknowledgements and the window's edge over time, as Stevens \
      draws them), window (bytes in flight and the advertised window), rtt (SampleRTT and \
      EstimatedRTT), throughput. Of several connections the one that sent most is plotted, unless \
      --connection selects one. The extension selects the format, as for `sockline draw`. \
      \(InputOptions.discussion)
      """)

  @OptionGroup
  var input: InputOptions

  @Option(help: ArgumentHelp("What to plot.", valueName: "kind"))
  var kind: PlotKind

  @Option(
    help: ArgumentHelp("Whose bytes; default: the end that sent more.", valueName: "end"))
  var side: End?

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp("The picture.", valueName: "picture"), completion: .file())
  var outputFile: String

  @OptionGroup(title: "Picture")
  var picture: PlotOptions

  @OptionGroup(title: "Selecting")
  var selecting: SelectionOptions

  /// An end of a connection.
  enum End: String, ExpressibleByArgument, CaseIterable { case client, server }

  func validate() throws { try PlotCommand.check(outputFile) }

  /// Checks that the name's extension is a picture format, not a text format.
  static func check(_ outputFile: String) throws {
    try DrawCommand.check(outputFile, among: PictureFormat.pictures)
  }

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
    try picture.lay(out: &request)
    request.plot = DrawRequest.PlotChoice(
      kind: kind, side: side.map { $0 == .client ? .client : .server })
    return try DrawCommand.draw(request, joined?.damages ?? [])
  }
}
