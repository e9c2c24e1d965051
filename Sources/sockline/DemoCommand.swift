import ArgumentParser
import Session

/// `sockline demo`
struct DemoCommand: StatusCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Run a demo server and client, and draw them live.",
    usage: "sockline demo [tcp|udp] [--c] [OPTIONS]",
    discussion: """
      They run in a private network if possible, or else in this machine's. Where programs cannot \
      be traced, a recording is drawn instead, and marked as such. The exit status is the \
      client's, 0 for a recording, 125 if sockline itself failed.
      """)

  /// What can be shown.
  enum Lesson: String, ExpressibleByArgument, CaseIterable {
    case tcp, udp
  }

  @Argument(help: ArgumentHelp("What to show.", valueName: "lesson"))
  var lesson = Lesson.tcp

  @Flag(name: .customLong("c"), help: "Run the C versions of the programs.")
  var isC = false

  @OptionGroup(title: "Recording")
  var live: LiveOptions

  @OptionGroup
  var drawing: LiveDrawing

  func perform() throws -> Int32 {
    if let recording = DemoRecording(of: lesson, isC: isC), live.recording.packetFile == nil,
      live.recording.exportFile == nil
    {
      return try recording.draw(
        filter: live.recording.filter, into: OutputName.path(live.recording.outputFile), drawing)
    }
    let name = isC ? "sockline-demo-c" : "SocklineDemo"
    guard let program = DemoProgram.path(of: name) else {
      Front.say([
        "The demo program \(name) is neither next to sockline nor in ../libexec/sockline: "
          + "`swift build --product \(name)` makes it."
      ])
      return Front.Status.ownFailure
    }
    var request = LiveRequest(
      .pair(
        LiveRequest.Pair(
          server: [program, "server", lesson.rawValue],
          client: [program, "client", lesson.rawValue])))
    live.apply(to: &request, network: .privateElseHost, snaplen: LiveOptions.wholePackets)
    request.drawsOnStandardOutput = true
    request.showsOutput = true
    request.title = "demo \(lesson.rawValue)" + (isC ? " --c" : "")
    try drawing.apply(to: &request)
    return try LiveSession.hold(request)
  }
}
