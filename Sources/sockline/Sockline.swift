import ArgumentParser

/// The program, and the list of its commands.
struct Sockline: ParsableCommand {
  /// The version, as `sockline --version` prints it.
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "sockline",
    abstract: "Shows which socket call sent each packet.",
    usage: "sockline COMMAND ...\nsockline FILE [FILTER...]   (short for sockline replay)",
    discussion: """
      Start with `sockline demo`, or with `sockline doctor` if that does not work.

      For completion, source what `sockline --generate-completion-script bash` prints (or zsh, \
      fish).
      """,
    version: "sockline \(version)",
    subcommands: [
      DemoCommand.self, RunCommand.self, PairCommand.self, AttachCommand.self,
      CaptureCommand.self, ReplayCommand.self, DrawCommand.self, PlotCommand.self,
      AnnotateCommand.self, SummaryCommand.self, ExportCommand.self, InterfacesCommand.self,
      DoctorCommand.self,
    ])
}

/// A command that returns its own exit status.
protocol StatusCommand: ParsableCommand {
  /// Does the work and returns the exit status.
  ///
  /// - Throws: SessionError, or an ArgumentParser error about the arguments.
  func perform() throws -> Int32
}
