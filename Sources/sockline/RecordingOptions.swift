import ArgumentParser
import Session

/// What a live session captures and saves, on any network.
struct RecordingOptions: ParsableArguments {
  @Option(
    name: [.customShort("i"), .long],
    help: ArgumentHelp("The interface to capture on.", valueName: "name"),
    completion: .custom { _, _, _ in InterfaceTable.names() })
  var interface = "lo"

  @Option(
    help: ArgumentHelp(
      "Capture only packets that match (man pcap-filter).", valueName: "expression"))
  var filter = ""

  @Option(
    name: [.customShort("s"), .long],
    help: ArgumentHelp(
      "Bytes to keep of each packet, 0 for all; default: 256 for run and attach; for demo and pair all, then 256 after the first 16 MiB.",
      valueName: "bytes"))
  var snaplen: Int?

  @Option(
    name: .customLong("bytes"),
    help: ArgumentHelp("Payload bytes to keep for each call.", valueName: "bytes"))
  var payloadBytes = 64

  @Option(
    name: [.customShort("w"), .customLong("write")],
    help: ArgumentHelp(
      "Save a recording (.pcapng), or the packets alone (.pcap).", valueName: "file"),
    completion: .file(extensions: ["pcapng", "pcap"]))
  var packetFile: String?

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp("Write the ladder to a file.", valueName: "file"),
    completion: .file())
  var outputFile: String?

  @Option(
    name: .customLong("export"),
    help: ArgumentHelp(
      "Export while it runs: .jsonl and .csv as `sockline export`, .json for ui.perfetto.dev.",
      valueName: "file"),
    completion: .file(extensions: ["jsonl", "csv", "json"]))
  var exportFile: String?

  @Flag(name: .customLong("all"), help: "Draw the packets between other programs too.")
  var showsOthers = false

  func validate() throws {
    try OutputName.checkLadder(outputFile)
    if let snaplen, snaplen < 0 || snaplen > LiveOptions.wholePackets {
      throw ValidationError(
        "-s \(snaplen): must be 1 to \(LiveOptions.wholePackets), or 0 for all.")
    }
    guard 0...65_536 ~= payloadBytes else {
      throw ValidationError("--bytes \(payloadBytes): must be 0 to 65536.")
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

  /// Fills in a request.
  ///
  /// - Parameter usual: bytes kept of each packet if -s is not given.
  func apply(to request: inout LiveRequest, snaplen usual: Int) {
    request.interface = interface
    request.filter = filter
    request.showsOthers = showsOthers
    request.snaplen = snaplen.map { $0 == 0 ? LiveOptions.wholePackets : $0 } ?? usual
    request.cutsBulk = snaplen == nil && usual == LiveOptions.wholePackets
    request.payloadBytes = payloadBytes
    request.packetFile = packetFile
    request.exportFile = exportFile
    request.application = "sockline \(Sockline.version)"
    request.outputFile = OutputName.path(outputFile)
    if outputFile == "-" { request.drawsOnStandardOutput = true }
  }
}
