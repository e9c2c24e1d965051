import ArgumentParser
import CaptureFile
import Session

/// `sockline replay`
struct ReplayCommand: StatusCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Draw a saved recording or capture: pcapng or pcap.",
    usage: "sockline replay FILE [FILTER...] [OPTIONS]",
    discussion: """
      A recording of sockline is drawn as it was live; a capture of others holds packets only, so \
      no calls are drawn. The filter is an expression of pcap-filter(7), such as `tcp port 3490`; \
      everything is analysed first and selected then. The exit status is 2 where a damaged file \
      was shown as far as it could be read, and 1 where --verify finds a difference.
      """)

  @Argument(
    help: ArgumentHelp("The file; - is standard input.", valueName: "file"),
    completion: .file())
  var file: String

  @Argument(help: ArgumentHelp("Show only packets that it keeps.", valueName: "filter"))
  var filter: [String] = []

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp("Draw the ladder into a file.", valueName: "file"),
    completion: .file())
  var outputFile: String?

  @Flag(
    help: "Draw nothing: hold the stored cause of each packet against the one worked out anew.")
  var verify = false

  @Flag(name: .customLong("all"), help: "Draw the packets between other programs too.")
  var showsOthers = false

  @OptionGroup(title: "Selecting")
  var selecting: SelectionOptions

  @OptionGroup(title: "Selecting")
  var calls: CallSelectionOptions

  @OptionGroup(title: "Showing")
  var showing: ShowingOptions

  func perform() throws -> Int32 {
    var request = ReplayRequest(path: file)
    request.filter = filter.joined(separator: " ")
    request.outputFile = outputFile
    request.style = showing.ladderStyle(on: outputFile == nil ? .standard : nil)
    request.selection = selecting.selection
    calls.narrow(&request.selection)
    request.isVerification = verify
    request.showsOthers = showsOthers
    let outcome = try ReplaySession.hold(request)
    if let damage = outcome.damage {
      Front.say([damage.sentence(file: SessionError.fileName(file))])
    }
    if verify, !outcome.isVerified { return Front.Status.failure }
    return outcome.damage == nil ? 0 : Front.Status.damaged
  }
}
