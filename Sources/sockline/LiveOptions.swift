import ArgumentParser
import Session

/// How a live session records.
struct LiveOptions: ParsableArguments {
  @Flag(name: .customLong("private"), help: "Run in a private network that other tools do not see.")
  var isPrivate = false

  @Flag(help: "Run in the network of this machine.")
  var host = false

  @Option(
    name: [.customShort("i"), .long],
    help: ArgumentHelp("The interface to capture on (with --host).", valueName: "name"),
    completion: .custom { _, _, _ in InterfaceTable.names() })
  var interface = "lo"

  @Flag(help: "Segments as on Ethernet: MTU 1500, no offload (with --private).")
  var textbook = false

  @Option(
    help: ArgumentHelp(
      "Capture only what this filter keeps (man pcap-filter).", valueName: "expression"))
  var filter = ""

  @Option(
    name: [.customShort("s"), .long],
    help: ArgumentHelp(
      "Bytes kept of each packet, 0 for all; else 256 by run, all by demo and pair.",
      valueName: "bytes"))
  var snaplen: Int?

  @Option(
    name: .customLong("bytes"),
    help: ArgumentHelp("Bytes of payload kept for each call.", valueName: "bytes"))
  var payloadBytes = 64

  @Option(
    name: [.customShort("w"), .customLong("write")],
    help: ArgumentHelp(
      "Save a recording into .pcapng, or the packets alone into .pcap.", valueName: "file"),
    completion: .file(extensions: ["pcapng", "pcap"]))
  var packetFile: String?

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp("Draw the ladder into a file.", valueName: "file"),
    completion: .file())
  var outputFile: String?

  @Flag(name: .customLong("all"), help: "Draw the packets between other programs too.")
  var showsOthers = false

  /// More bytes than a packet of any link has.
  static let wholePackets = 262_144

  func validate() throws {
    if isPrivate, host {
      throw ValidationError("--private and --host exclude each other: choose one network.")
    }
    if isPrivate, interface != "lo" {
      throw ValidationError("-i \(interface): a private network has only lo; leave out --private.")
    }
    if textbook, host || interface != "lo" {
      throw ValidationError("--textbook changes lo, so it needs --private.")
    }
    if let snaplen, snaplen < 0 || snaplen > LiveOptions.wholePackets {
      throw ValidationError("-s \(snaplen): it is 1 to \(LiveOptions.wholePackets), or 0 for all.")
    }
    guard 0...65_536 ~= payloadBytes else {
      throw ValidationError("--bytes \(payloadBytes): it is 0 to 65536.")
    }
    if let packetFile, packetFile == outputFile {
      throw ValidationError("-w and -o name one file, \(packetFile): they write different things.")
    }
    if let packetFile, ![".pcap", ".pcapng"].contains(where: packetFile.hasSuffix) {
      throw ValidationError(
        "-w \(packetFile): the name must end in .pcapng for a recording, in .pcap for packets.")
    }
  }

  /// Fills in a request.
  ///
  /// - Parameters:
  ///   - network: where neither --private nor --host is given.
  ///   - snaplen: where -s is not given.
  func apply(
    to request: inout LiveRequest, network: LiveRequest.NetworkChoice, snaplen usual: Int
  ) {
    request.network = network
    if host || interface != "lo" { request.network = .host }
    if isPrivate || textbook { request.network = .privateNetwork }
    request.interface = interface
    request.isTextbook = textbook
    request.filter = filter
    request.showsOthers = showsOthers
    request.snaplen = snaplen.map { $0 == 0 ? LiveOptions.wholePackets : $0 } ?? usual
    request.payloadBytes = payloadBytes
    request.packetFile = packetFile
    request.application = "sockline \(Sockline.version)"
    request.outputFile = outputFile
  }
}

/// How the ladder of a live session is drawn.
struct LiveDrawing: ParsableArguments {
  @OptionGroup(title: "Selecting")
  var selecting: SelectionOptions

  @OptionGroup(title: "Selecting")
  var calls: CallSelectionOptions

  @OptionGroup(title: "Showing")
  var showing: ShowingOptions

  @OptionGroup(title: "Showing")
  var noting: NoteOptions

  /// Fills in a request whose output is known.
  func apply(to request: inout LiveRequest) throws {
    request.notes = try noting.notes()
    let terminal: Output = request.drawsOnStandardOutput ? .standard : .error
    request.style = showing.ladderStyle(on: request.outputFile == nil ? terminal : nil)
    request.selection = selecting.selection
    calls.narrow(&request.selection)
  }
  /// Fills in a request to draw a recording instead.
  func apply(to request: inout ReplayRequest) throws {
    request.marks = try noting.notes()
    request.style = showing.ladderStyle(on: request.outputFile == nil ? .standard : nil)
    request.selection = selecting.selection
    calls.narrow(&request.selection)
  }
}
