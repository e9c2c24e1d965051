import ArgumentParser
import Session

/// `sockline attach`
struct AttachCommand: StatusCommand {
  static let configuration = CommandConfiguration(
    commandName: "attach",
    abstract: "Trace running programs, and draw them live.",
    usage: "sockline attach PID... [OPTIONS]",
    discussion: """
      Connections that are already open are drawn from here on. Packets are captured in the \
      programs' own network. Children that they fork later are traced too; for existing ones give \
      their process IDs. Every system call stops twice meanwhile, so a busy program is slower. \
      Ctrl-C detaches, and the programs run on unharmed; --count N and --seconds N detach too. \
      The exit status is 0.
      """)

  @Argument(
    help: ArgumentHelp("The process IDs.", valueName: "pid"),
    completion: .shellCommand("ps -e -o pid="))
  var processes: [String]

  @Option(help: ArgumentHelp("Stop after this many seconds.", valueName: "number"))
  var seconds: Double?

  @OptionGroup(title: "Recording")
  var recording: RecordingOptions

  @Flag(name: .customShort("q"), help: "Draw nothing.")
  var quiet = false

  @OptionGroup
  var drawing: LiveDrawing

  /// More than a month must be a typo.
  private static let longest = 2_678_400.0

  func validate() throws {
    if processes.isEmpty {
      throw ValidationError("Missing process ID: use `sockline attach PID`.")
    }
    for text in processes {
      guard let number = Int32(text), number > 0 else {
        throw ValidationError(
          "\(text) is not a process ID: `pgrep NAME` finds the one of a program.")
      }
    }
    if let seconds, !(seconds > 0 && seconds <= AttachCommand.longest) {
      throw ValidationError("--seconds \(seconds): must be more than 0 and at most 2678400.")
    }
  }

  func perform() throws -> Int32 {
    var request = LiveRequest(.attach(processes.compactMap { Int32($0) }))
    recording.apply(to: &request, snaplen: 256)
    request.drawsOnStandardOutput = true
    request.isQuiet = quiet
    request.seconds = seconds
    request.count = drawing.selecting.count
    request.title = (["attach"] + processes).joined(separator: " ")
    try drawing.apply(to: &request)
    return try LiveSession.hold(request)
  }
}
