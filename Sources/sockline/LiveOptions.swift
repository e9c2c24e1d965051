import ArgumentParser
import Session

/// How a live session records.
struct LiveOptions: ParsableArguments {
  @Flag(name: .customLong("private"), help: "Run in a private network that other tools do not see.")
  var isPrivate = false

  @Flag(help: "Run in the network of this machine.")
  var host = false

  @Flag(help: "Segments as on Ethernet: MTU 1500, no offload (with --private).")
  var textbook = false

  @OptionGroup
  var recording: RecordingOptions

  /// More bytes than a packet of any link has.
  static let wholePackets = 262_144

  func validate() throws {
    if isPrivate, host {
      throw ValidationError("--private and --host exclude each other: choose one network.")
    }
    if isPrivate, recording.interface != "lo" {
      throw ValidationError(
        "-i \(recording.interface): a private network has only lo; leave out --private.")
    }
    if textbook, host || recording.interface != "lo" {
      throw ValidationError("--textbook changes lo, so it needs --private.")
    }
  }

  /// Fills in a request.
  ///
  /// - Parameters:
  ///   - network: used where neither --private nor --host is given.
  ///   - snaplen: used where -s is not given.
  func apply(
    to request: inout LiveRequest, network: LiveRequest.NetworkChoice, snaplen usual: Int
  ) {
    request.network = network
    if host || recording.interface != "lo" { request.network = .host }
    if isPrivate || textbook { request.network = .privateNetwork }
    request.isTextbook = textbook
    recording.apply(to: &request, snaplen: usual)
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
    // Readers of a recording may want them.
    let isRecorded = request.packetFile?.hasSuffix(".pcapng") ?? false
    request.findsSources = showing.source ?? isRecorded
  }

  /// Fills in a request to draw a recording instead.
  func apply(to request: inout ReplayRequest) throws {
    request.marks = try noting.notes()
    request.style = showing.ladderStyle(on: request.outputFile == nil ? .standard : nil)
    request.selection = selecting.selection
    calls.narrow(&request.selection)
  }
}
