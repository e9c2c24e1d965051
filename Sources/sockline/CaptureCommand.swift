import ArgumentParser
import Session

/// `sockline capture`
struct CaptureCommand: StatusCommand {
  static let configuration = CommandConfiguration(
    commandName: "capture",
    abstract: "Capture packets on an interface, and draw them live.",
    usage: "sockline capture [-i IFACE] [FILTER...] [OPTIONS]",
    discussion: """
      No program is traced, so no calls are drawn; connections are labelled with the processes \
      that own their sockets, as far as the kernel tells: root sees all, other users their own. \
      The filter is an expression of pcap-filter(7), such as `tcp port 3490`: other packets are \
      not captured. Ctrl-C stops it; --count N stops it after N packets.
      """)

  @Argument(help: ArgumentHelp("Capture only packets that match it.", valueName: "filter"))
  var filter: [String] = []

  @Option(
    name: [.customShort("i"), .long],
    help: ArgumentHelp("The interface.", valueName: "name"),
    completion: .custom { _, _, _ in InterfaceTable.names() })
  var interface = "lo"

  @Option(help: ArgumentHelp("Stop after this many seconds.", valueName: "number"))
  var seconds: Double?

  @Option(
    name: [.customShort("s"), .long],
    help: ArgumentHelp("Bytes to keep of each packet, 0 for all; default: 256.", valueName: "bytes")
  )
  var snaplen: Int?

  @Option(
    name: [.customShort("w"), .customLong("write")],
    help: ArgumentHelp(
      "Save a recording (.pcapng), or the packets alone (.pcap).", valueName: "file"),
    completion: .file(extensions: ["pcapng", "pcap"]))
  var packetFile: String?

  @Option(
    name: .customLong("export"),
    help: ArgumentHelp(
      "Export while it runs: .jsonl and .csv as `sockline export`, .json for ui.perfetto.dev.",
      valueName: "file"),
    completion: .file(extensions: ["jsonl", "csv", "json"]))
  var exportFile: String?

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp("Write the ladder to a file.", valueName: "file"),
    completion: .file())
  var outputFile: String?

  @OptionGroup(title: "Selecting")
  var selecting: SelectionOptions

  @OptionGroup(title: "Showing")
  var showing: ShowingOptions

  /// More than a month must be a typo.
  private static let longest = 2_678_400.0

  func validate() throws {
    try OutputName.checkLadder(outputFile)
    if let seconds, !(seconds > 0 && seconds <= CaptureCommand.longest) {
      throw ValidationError("--seconds \(seconds): must be more than 0 and at most 2678400.")
    }
    if let snaplen, snaplen < 0 || snaplen > LiveOptions.wholePackets {
      throw ValidationError(
        "-s \(snaplen): must be 1 to \(LiveOptions.wholePackets), or 0 for all.")
    }
    if let packetFile, packetFile == outputFile {
      throw ValidationError(
        "-w and -o are the same file, \(packetFile): they write different things.")
    }
    try OutputName.checkExport(exportFile, others: [packetFile, outputFile])
    if let packetFile, ![".pcap", ".pcapng"].contains(where: packetFile.hasSuffix) {
      throw ValidationError(
        "-w \(packetFile): the name must end in .pcapng for a recording, in .pcap for packets.")
    }
  }

  func perform() throws -> Int32 {
    var request = CaptureRequest()
    request.interface = interface
    request.filter = filter.joined(separator: " ")
    request.snaplen = snaplen.map { $0 == 0 ? LiveOptions.wholePackets : $0 } ?? 256
    request.count = selecting.count
    request.seconds = seconds
    request.packetFile = packetFile
    request.exportFile = exportFile
    request.outputFile = OutputName.path(outputFile)
    request.title = (["capture", "-i", interface] + filter).joined(separator: " ")
    request.application = "sockline \(Sockline.version)"
    request.style = showing.ladderStyle(on: request.outputFile == nil ? .standard : nil)
    request.selection = selecting.selection
    try CaptureSession.hold(request)
    return 0
  }
}
