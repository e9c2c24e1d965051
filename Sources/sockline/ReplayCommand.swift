import ArgumentParser
import CaptureFile
import Session

/// `sockline replay`
struct ReplayCommand: StatusCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Draw a saved capture: pcap or pcapng.",
    usage: "sockline replay FILE [FILTER...] [OPTIONS]",
    discussion: """
      A capture holds packets only, so no calls are drawn. The filter is an expression of \
      pcap-filter(7), such as `tcp port 3490`; everything is analysed first and selected then. \
      The exit status is 2 where a damaged file was shown as far as it could be read.
      """)

  @Argument(
    help: ArgumentHelp("The capture; - is standard input.", valueName: "file"),
    completion: .file())
  var file: String

  @Argument(help: ArgumentHelp("Show only packets that it keeps.", valueName: "filter"))
  var filter: [String] = []

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp("Draw the ladder into a file.", valueName: "file"),
    completion: .file())
  var outputFile: String?

  @OptionGroup(title: "Selecting")
  var selecting: SelectionOptions

  @OptionGroup(title: "Showing")
  var showing: ShowingOptions

  func perform() throws -> Int32 {
    var request = ReplayRequest(path: file)
    request.filter = filter.joined(separator: " ")
    request.outputFile = outputFile
    request.style = showing.ladderStyle(on: outputFile == nil ? .standard : nil)
    request.selection = selecting.selection
    guard let damage = try ReplaySession.hold(request) else { return 0 }
    Front.say([damage.sentence(file: SessionError.fileName(file))])
    return Front.Status.damaged
  }
}
