import ArgumentParser
import CaptureFile
import Session

/// `sockline replay`
struct ReplayCommand: StatusCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Draw saved recordings and captures: pcapng or pcap, plain or gzip.",
    usage: "sockline replay FILE... [FILTER...] [OPTIONS]",
    discussion: """
      A sockline recording is drawn as it was live; other captures have only packets, so no calls \
      are drawn. \(InputOptions.discussion) Everything is analysed first and selected afterwards. \
      A pipe is drawn as data arrives: `ssh HOST tcpdump -U -w - | sockline -`. The exit status \
      is 2 if a damaged file was shown as far as it could be read, and 1 if --verify finds a \
      difference.
      """)

  @OptionGroup
  var input: InputOptions

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp("Write the ladder to a file.", valueName: "file"),
    completion: .file())
  var outputFile: String?

  @Option(
    name: [.customShort("w"), .customLong("write")],
    help: ArgumentHelp(
      "Save a recording (.pcapng): with --calls what was joined, with notes a copy that has them as comments.",
      valueName: "file"),
    completion: .file(extensions: ["pcapng"]))
  var recordingFile: String?

  @Flag(
    help: "Draw nothing: compare the stored cause of each packet with one worked out from the file."
  )
  var verify = false

  @Flag(name: .customLong("all"), help: "Draw the packets between other programs too.")
  var showsOthers = false

  @OptionGroup(title: "Selecting")
  var selecting: SelectionOptions

  @OptionGroup(title: "Selecting")
  var calls: CallSelectionOptions

  @OptionGroup(title: "Showing")
  var showing: ShowingOptions

  @OptionGroup(title: "Showing")
  var noting: NoteOptions

  func validate() throws {
    try OutputName.checkLadder(outputFile, of: input.file == "-" ? "FILE" : input.file)
    if let recordingFile, !recordingFile.hasSuffix(".pcapng") {
      throw ValidationError("-w \(recordingFile): the name must end in .pcapng.")
    }
    if verify, !noting.isEmpty {
      throw ValidationError("--verify draws nothing, so it cannot show notes.")
    }
    if input.follow, recordingFile != nil, !noting.isEmpty {
      throw ValidationError("-w copies a complete file, but --follow waits for more.")
    }
  }

  func perform() throws -> Int32 {
    let notes = try noting.notes()
    let joined = try input.join.joined(
      input.files, keptIn: notes.isEmpty ? recordingFile : nil, output: OutputName.path(outputFile))
    defer { withExtendedLifetime(joined) {} }
    var request = ReplayRequest(paths: joined.map { [$0.path] } ?? input.files)
    request.follows = input.follow
    request.filter = input.filter
    request.outputFile = OutputName.path(outputFile)
    request.style = showing.ladderStyle(on: request.outputFile == nil ? .standard : nil)
    request.selection = selecting.selection
    calls.narrow(&request.selection)
    request.isVerification = verify
    request.showsOthers = showsOthers
    request.marks = notes
    request.notedFile = notes.isEmpty ? nil : recordingFile
    if request.notedFile != nil, input.files.contains("-") {
      throw ValidationError("-w reads the capture twice: save it to a file first.")
    }
    let outcome = try ReplaySession.hold(request)
    let damages = (joined?.damages ?? []) + outcome.damages
    for damage in damages { Front.say(damage.error.sentences) }
    if verify, !outcome.isVerified { return Front.Status.failure }
    if let anchor = outcome.missingAnchor {
      Front.say([SessionError.notThere(anchor)])
      return Front.Status.failure
    }
    // What a damaged file does not show may be in its unread part.
    if !outcome.missing.isEmpty, damages.isEmpty {
      Front.say(SessionError.missing(outcome.missing).sentences)
      return Front.Status.failure
    }
    if damages.isEmpty { return 0 }
    return damages.allSatisfy(\.isPartial) ? Front.Status.damaged : Front.Status.failure
  }
}
