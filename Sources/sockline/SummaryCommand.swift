public import ArgumentParser
public import Render
import Session

extension SummaryStyle.Format: ExpressibleByArgument {}
extension SummaryOrder: ExpressibleByArgument {}
extension SummaryProtocol: ExpressibleByArgument {}

/// `sockline summary`
struct SummaryCommand: StatusCommand {
  static let configuration = CommandConfiguration(
    commandName: "summary",
    abstract: "Summarise captures: one row for each connection.",
    usage: "sockline summary FILE... [FILTER...] [OPTIONS]",
    discussion: """
      UDP flows and ICMP errors have their rows too. \(InputOptions.discussion) Memory use \
      depends on the number of connections, not packets. A table has the columns that fit, csv \
      and jsonl have all; docs/EXPORT.md describes them. The exit status is 2 if a damaged file \
      was read as far as it could be.
      """)

  @OptionGroup
  var input: InputOptions

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp("Write to a file.", valueName: "file"), completion: .file())
  var outputFile: String?

  @Option(help: ArgumentHelp("The output format.", valueName: "format"))
  var format = SummaryStyle.Format.table

  @Option(help: ArgumentHelp("Sort the rows, smallest first.", valueName: "column"))
  var sort: SummaryOrder?

  @Flag(help: "Reverse the order: with --sort, largest first.")
  var reverse = false

  @Option(help: ArgumentHelp("Only this connection; may be repeated.", valueName: "number"))
  var connection: [Int] = []

  @Option(
    name: .customLong("protocol"),
    help: ArgumentHelp("Only this protocol; may be repeated.", valueName: "protocol"))
  var protocols: [SummaryProtocol] = []

  @Option(
    help: ArgumentHelp(
      "The same as a filter after the files: connections with a matching packet.",
      valueName: "expression"))
  var filter = ""

  @Option(
    help: ArgumentHelp(
      "Width in columns, 80 or more; default: the terminal's.", valueName: "columns"))
  var width: Int?

  @Flag(help: "Use only ASCII characters; the default if the locale is not UTF-8.")
  var ascii = false

  func validate() throws {
    if let wrong = connection.first(where: { $0 < 1 }) {
      throw ValidationError("--connection \(wrong): connections are numbered from 1.")
    }
    if let width, !(SummaryStyle.narrowest...1000).contains(width) {
      throw ValidationError("--width \(width): the table needs 80 to 1000 columns.")
    }
    switch format {
    case .table: try OutputName.check(outputFile, format: format.rawValue, own: ["txt"])
    default:
      let own = format.rawValue == "csv" ? ["csv"] : ["jsonl", "ndjson", "json"]
      try OutputName.check(outputFile, format: format.rawValue, own: own)
    }
    if !filter.isEmpty, !input.filter.isEmpty {
      throw ValidationError("Two filters: leave out --filter, or `\(input.filter)`.")
    }
  }

  func perform() throws -> Int32 {
    let joined = try input.join.joined(input.files, output: OutputName.path(outputFile))
    defer { withExtendedLifetime(joined) {} }
    var request = SummaryRequest(paths: joined.map { [$0.path] } ?? input.files)
    request.follows = input.follow
    let outputFile = OutputName.path(outputFile)
    request.outputFile = outputFile
    request.filter = filter.isEmpty ? input.filter : filter
    request.format.format = format
    let terminal = outputFile == nil ? Output.standard.columns : nil
    request.format.width = width ?? max(SummaryStyle.narrowest, terminal ?? 0)
    request.format.isASCII = ascii || !Environment.isUTF8
    request.selection.connections = Set(connection)
    request.selection.protocols = Set(protocols)
    request.selection.order = sort
    request.selection.isReversed = reverse
    return try Front.status((joined?.damages ?? []) + SummarySession.hold(request))
  }
}
