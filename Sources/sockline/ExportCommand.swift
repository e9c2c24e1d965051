public import ArgumentParser
import CaptureFile
public import Render
public import Session

extension ExportRequest.Format: ExpressibleByArgument {}
extension CSVPen.Rows: ExpressibleByArgument {}

/// `sockline export`
struct ExportCommand: StatusCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write a capture or recording for other programs.",
    usage: "sockline export FILE [FILTER...] --format FORMAT [OPTIONS]",
    discussion: """
      jsonl has everything, one JSON object a line; csv has the packets, or what --rows names; pcap \
      has the packets alone; perfetto is a trace for ui.perfetto.dev. docs/EXPORT.md describes the \
      fields. Everything is analysed first and selected then. \
      The exit status is 2 where a damaged file was written as far as it could be read.
      """)

  @Argument(
    help: ArgumentHelp("The capture; - is standard input.", valueName: "file"),
    completion: .file())
  var file: String

  @Argument(help: ArgumentHelp("Write only packets that it keeps.", valueName: "filter"))
  var filter: [String] = []

  @Option(help: ArgumentHelp("What to write.", valueName: "format"))
  var format: ExportRequest.Format

  @Option(help: ArgumentHelp("What the rows of csv are.", valueName: "rows"))
  var rows: CSVPen.Rows?

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp("Write into a file.", valueName: "file"), completion: .file())
  var outputFile: String?

  @OptionGroup
  var join: JoinOptions

  @OptionGroup(title: "Selecting")
  var selecting: SelectionOptions

  @OptionGroup(title: "Selecting")
  var calls: CallSelectionOptions

  func validate() throws {
    if rows != nil, format != .csv {
      throw ValidationError("--rows is for --format csv: \(format.rawValue) has all it can hold.")
    }
  }

  func perform() throws -> Int32 {
    if format == .pcap, outputFile == nil, Output.standard.isTerminal {
      throw ValidationError("A terminal cannot show a pcap file: name one with -o.")
    }
    let joined = try join.joined([file])
    var request = ExportRequest(path: joined?.path ?? file, format: format)
    request.rows = rows ?? .packets
    request.outputFile = outputFile
    request.filter = filter.joined(separator: " ")
    request.selection = selecting.selection
    calls.narrow(&request.selection)
    request.tool = "sockline \(Sockline.version)"
    let damage = try ExportSession.hold(request)
    for damage in joined?.damages ?? [] { Front.say(damage.error.sentences) }
    guard let damage else { return joined?.damages.isEmpty ?? true ? 0 : Front.Status.damaged }
    Front.say([damage.sentence(file: SessionError.fileName(file))])
    return Front.Status.damaged
  }
}
