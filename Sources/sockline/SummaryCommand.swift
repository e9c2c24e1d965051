public import ArgumentParser
public import Render
import CaptureFile
import Session

extension SummaryStyle.Format: ExpressibleByArgument {}
extension SummaryOrder: ExpressibleByArgument {}
extension SummaryProtocol: ExpressibleByArgument {}

/// `sockline summary`
struct SummaryCommand: StatusCommand {
  static let configuration = CommandConfiguration(
    commandName: "summary",
    abstract: "Sum up captures: one row for each connection.",
    usage: "sockline summary FILE... [OPTIONS]",
    discussion: """
      UDP flows and ICMP errors have their rows too. Several files are merged in the order of time. \
      Memory depends on the number of connections, not of packets. A table has the columns that the \
      page has room for, csv and jsonl have all; docs/EXPORT.md describes them. \
      The exit status is 2 where a damaged file was read as far as it could be.
      """)

  @Argument(
    help: ArgumentHelp("The captures; - is standard input.", valueName: "file"),
    completion: .file())
  var files: [String]

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp("Write into a file.", valueName: "file"), completion: .file())
  var outputFile: String?

  @Option(help: ArgumentHelp("How the rows are written.", valueName: "format"))
  var format = SummaryStyle.Format.table

  @Option(help: ArgumentHelp("Sort the rows, the smallest first.", valueName: "column"))
  var sort: SummaryOrder?

  @Flag(help: "The last row first: with --sort, the greatest.")
  var reverse = false

  @Option(help: ArgumentHelp("Only this connection; may be given again.", valueName: "number"))
  var connection: [Int] = []

  @Option(
    name: .customLong("protocol"),
    help: ArgumentHelp("Only this protocol; may be given again.", valueName: "protocol"))
  var protocols: [SummaryProtocol] = []

  @Option(
    help: ArgumentHelp(
      "Only connections with a packet that this filter keeps (man pcap-filter).",
      valueName: "expression"))
  var filter = ""

  @OptionGroup
  var join: JoinOptions

  @Option(
    help: ArgumentHelp(
      "Columns of the page, 80 or more; else the terminal's.", valueName: "columns"))
  var width: Int?

  @Flag(help: "Draw with ASCII characters only, as where the locale is not UTF-8.")
  var ascii = false

  func validate() throws {
    if let wrong = connection.first(where: { $0 < 1 }) {
      throw ValidationError("--connection \(wrong): connections are numbered from 1.")
    }
    if let width, !(SummaryStyle.narrowest...1000).contains(width) {
      throw ValidationError("--width \(width): the table needs 80 columns, and takes at most 1000.")
    }
    if files.filter({ $0 == "-" }).count > 1 {
      throw ValidationError("- stands twice: standard input can be read once.")
    }
  }

  func perform() throws -> Int32 {
    let joined = try join.joined(files)
    var request = SummaryRequest(paths: joined.map { [$0.path] } ?? files)
    request.outputFile = outputFile
    request.filter = filter
    request.format.format = format
    let terminal = outputFile == nil ? Output.standard.columns : nil
    request.format.width = width ?? max(SummaryStyle.narrowest, terminal ?? 0)
    request.format.isASCII = ascii || !Environment.isUTF8
    request.selection.connections = Set(connection)
    request.selection.protocols = Set(protocols)
    request.selection.order = sort
    request.selection.isReversed = reverse
    let damages = try SummarySession.hold(request)
    Front.say(damages.map { $0.error.sentence(file: SessionError.fileName($0.path)) })
    for damage in joined?.damages ?? [] { Front.say(damage.error.sentences) }
    return damages.isEmpty && joined?.damages.isEmpty ?? true ? 0 : Front.Status.damaged
  }
}
