public import ArgumentParser
public import Render
public import Session

extension ExportRequest.Format: ExpressibleByArgument {}
extension CSVPen.Rows: ExpressibleByArgument {}

/// `sockline export`
struct ExportCommand: StatusCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write a capture or recording for other programs.",
    usage: "sockline export FILE... [FILTER...] --format FORMAT [OPTIONS]",
    discussion: """
      jsonl has everything, one JSON object per line; csv has the packets, or what --rows \
      selects; pcap has the packets alone; perfetto is a trace for ui.perfetto.dev. \
      docs/EXPORT.md describes the fields. \(InputOptions.discussion) Everything is analysed \
      first and selected afterwards. The exit status is 2 if a damaged file was written as far as \
      it could be read.
      """)

  @OptionGroup
  var input: InputOptions

  @Option(help: ArgumentHelp("What to write.", valueName: "format"))
  var format: ExportRequest.Format

  @Option(help: ArgumentHelp("What the csv rows are.", valueName: "rows"))
  var rows: CSVPen.Rows?

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp("Write to a file.", valueName: "file"), completion: .file())
  var outputFile: String?

  @OptionGroup(title: "Selecting")
  var selecting: SelectionOptions

  @OptionGroup(title: "Selecting")
  var calls: CallSelectionOptions

  func validate() throws {
    if rows != nil, format != .csv {
      throw ValidationError("--rows is only for --format csv, not for \(format.rawValue).")
    }
    try OutputName.check(outputFile, format: format.rawValue, own: ExportCommand.endings(format))
  }

  /// The extensions that a name may have.
  private static func endings(_ format: ExportRequest.Format) -> [String] {
    switch format {
    case .jsonl: ["jsonl", "ndjson", "json"]
    case .csv: ["csv"]
    case .pcap: ["pcap", "cap"]
    case .perfetto: ["json"]
    }
  }

  func perform() throws -> Int32 {
    let outputFile = OutputName.path(outputFile)
    if format == .pcap, outputFile == nil, Output.standard.isTerminal {
      throw ValidationError("A terminal cannot show a pcap file: give a file with -o.")
    }
    let joined = try input.join.joined(input.files, output: outputFile)
    defer { withExtendedLifetime(joined) {} }
    var request = ExportRequest(paths: joined.map { [$0.path] } ?? input.files, format: format)
    request.follows = input.follow
    request.rows = rows ?? .packets
    request.outputFile = outputFile
    request.filter = input.filter
    request.selection = selecting.selection
    calls.narrow(&request.selection)
    request.tool = "sockline \(Sockline.version)"
    return try Front.status((joined?.damages ?? []) + ExportSession.hold(request))
  }
}
