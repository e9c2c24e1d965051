import ArgumentParser
import Session

/// `sockline pair`
struct PairCommand: StatusCommand {
  static let configuration = CommandConfiguration(
    commandName: "pair",
    abstract: "Start a server, then a client when it listens, and draw both.",
    usage: "sockline pair --server 'CMD' --client 'CMD' [OPTIONS]",
    discussion: """
      A command is split into words as in a shell, and run with `sh -c` if it uses more of the \
      shell than quotes. Both run in a private network if possible. The ladder goes to standard \
      error; the exit status is the client's, as in `sockline run`.
      """)

  @Option(
    help: ArgumentHelp("The server's command.", valueName: "command"),
    transform: CommandText.init)
  var server: CommandText

  @Option(
    help: ArgumentHelp("The client's command.", valueName: "command"),
    transform: CommandText.init)
  var client: CommandText

  @Option(
    help: ArgumentHelp(
      "The port the server will listen on, or bind for UDP; default: any.", valueName: "port"))
  var ready: UInt16?

  @Option(
    help: ArgumentHelp(
      "Seconds to wait for the server to listen, and to exit.", valueName: "seconds"))
  var timeout = 10

  @OptionGroup(title: "Recording")
  var live: LiveOptions

  @Flag(name: .customShort("q"), help: "Draw nothing.")
  var quiet = false

  @OptionGroup
  var drawing: LiveDrawing

  func validate() throws {
    if ready == 0 { throw ValidationError("--ready 0: ports are numbered from 1.") }
    guard 1...86_400 ~= timeout else {
      throw ValidationError("--timeout \(timeout): must be 1 to 86400 seconds.")
    }
  }

  func perform() throws -> Int32 {
    var request = LiveRequest(
      .pair(
        LiveRequest.Pair(
          server: server.words, client: client.words, readyPort: ready, timeout: timeout)))
    live.apply(to: &request, network: .privateElseHost, snaplen: LiveOptions.wholePackets)
    request.isQuiet = quiet
    request.title = "\(server.text) | \(client.text)"
    try drawing.apply(to: &request)
    return try LiveSession.hold(request)
  }
}

/// A command that is given as one argument.
struct CommandText {
  let text: String
  let words: [String]

  init(_ argument: String) throws {
    guard let words = CommandWords.split(argument) else {
      throw ValidationError(
        "it is empty, or has an unterminated quote.")
    }
    text = argument
    self.words = words
  }
}
