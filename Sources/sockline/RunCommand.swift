import ArgumentParser
import Session

/// `sockline run`
struct RunCommand: StatusCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Trace a program and its children, and draw them live.",
    usage: "sockline run [OPTIONS] -- COMMAND [ARG...]",
    discussion: """
      It runs in the network of this machine, unless --private is given. The ladder goes to \
      standard error; the program keeps its own streams. The exit status is the program's, 128 + \
      signal if it was killed, 125 if sockline itself failed, 126 or 127 if the program could not \
      be started.
      """)

  @OptionGroup(title: "Recording")
  var live: LiveOptions

  @Flag(name: .customShort("q"), help: "Draw nothing.")
  var quiet = false

  @OptionGroup
  var drawing: LiveDrawing

  @Argument(
    parsing: .captureForPassthrough,
    help: ArgumentHelp("The program and its arguments.", valueName: "command"))
  var command: [String] = []

  func validate() throws {
    // Everything after the options it knows is captured, including these two.
    if let first = command.first, ["-h", "--help"].contains(first) {
      throw CleanExit.helpRequest(RunCommand.self)
    }
    if let first = command.first, first.hasPrefix("-"), first != "--" {
      let message = "Unknown option '\(first)'; a command follows `--`."
      throw ValidationError(Suggestions.completed(message, command: "run"))
    }
    if live.textbook, !live.isPrivate {
      throw ValidationError("--textbook changes lo, so it needs --private.")
    }
    if words.isEmpty {
      throw ValidationError("Missing command: use `sockline run -- COMMAND`.")
    }
  }

  /// The command without the `--` that separates it from the options.
  private var words: [String] { Array(command.first == "--" ? command.dropFirst() : command[...]) }

  func perform() throws -> Int32 {
    var request = LiveRequest(.run(words))
    live.apply(to: &request, network: .host, snaplen: 256)
    request.isQuiet = quiet
    request.title = words.joined(separator: " ")
    try drawing.apply(to: &request)
    return try LiveSession.hold(request)
  }
}
