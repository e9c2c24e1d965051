import ArgumentParser
import Glibc
import Session
import Text

/// The layer between the shell and the commands: exit statuses, and errors as sentences.
enum Front {
  /// sockline's own statuses.
  enum Status {
    static let failure: Int32 = 1
    /// A damaged file was shown as far as it could be read.
    static let damaged: Int32 = 2
    /// The arguments are wrong (sysexits.h).
    static let usage: Int32 = 64
    /// sockline itself failed, for commands that otherwise return the status of the program they
    /// run.
    static let ownFailure: Int32 = 125
    static let notExecutable: Int32 = 126
    static let notFound: Int32 = 127
  }

  /// Commands whose status is that of the program they run.
  private static let runners = ["demo", "run", "pair"]

  /// Runs the command that the arguments give, and returns the exit status.
  static func status(of arguments: [String]) -> Int32 {
    let isRunner = arguments.first.map(runners.contains) ?? false
    do {
      var command = try Sockline.parseAsRoot(try expanded(arguments))
      if let command = command as? any StatusCommand { return try command.perform() }
      try command.run()
      return 0
    } catch let error as SessionError {
      say(error.sentences)
      return isRunner ? error.runnerStatus : Status.failure
    } catch {
      return report(error, isRunner: isRunner, command: arguments.first)
    }
  }

  /// Inserts the default command if a file is given in its place.
  ///
  /// - Throws: an error where neither a command nor a file has that name, before anything is read.
  private static func expanded(_ arguments: [String]) throws -> [String] {
    guard let first = arguments.first, !first.hasPrefix("-") || first == "-" else {
      return arguments
    }
    let names = Sockline.configuration.subcommands.compactMap { $0.configuration.commandName }
    if names.contains(first) || first == "help" { return arguments }
    // A word without a dot or a slash is a command's, unless there is a file with that name.
    if first != "-", !first.contains("."), !first.contains("/"), !Environment.exists(first) {
      if let meant = Suggestions.command(first) {
        throw ValidationError(
          "There is no command \(first), and no such file: did you mean `sockline \(meant)`?")
      }
      throw SessionError.file(first, ENOENT)
    }
    return ["replay"] + arguments
  }

  /// Reports ArgumentParser's messages: help on standard output, errors on standard error.
  private static func report(
    _ error: any Error, isRunner: Bool, command: String?
  ) -> Int32 {
    guard Sockline.exitCode(for: error) != .success else {
      let columns = Output.standard.columns.map { max($0, 60) } ?? 80
      Output.standard.write(lines: [Sockline.fullMessage(for: error, columns: columns)])
      return 0
    }
    let said = Suggestions.completed(Sockline.message(for: error), command: command)
    let message = said.split(separator: "\n").map(Foreign.line)
    let hint = Sockline.fullMessage(for: error, columns: 80).split(separator: "\n").last {
      $0.hasPrefix("  See '")
    }
    let sentences = message.map { line in
      // A list of values is not a sentence.
      let isComplete = [".", "?", ":"].contains { line.hasSuffix($0) } || line.hasPrefix("  - ")
      return isComplete ? line : line + "."
    }
    say(sentences + (hint.map { [String($0.drop { $0 == " " })] } ?? []))
    return isRunner ? Status.ownFailure : Status.usage
  }

  /// Reports what prevented files from being read to the end, and returns the exit status.
  static func status(_ damages: [ReplayDamage]) -> Int32 {
    for damage in damages { say(damage.error.sentences) }
    if damages.isEmpty { return 0 }
    return damages.allSatisfy(\.isPartial) ? Status.damaged : Status.failure
  }

  /// Writes to standard error; the first line begins with the program's name.
  static func say(_ lines: [String]) {
    guard let first = lines.first else { return }
    Output.error.write(lines: ["sockline: " + first] + lines.dropFirst())
  }
}

/// Text from the user or a file, made harmless for a terminal.
enum Foreign {
  /// A path or name.
  static func name(_ text: String) -> String { Escape.terminal(text) }

  /// A line of a message that may contain such text; its own quotes stay.
  static func line(_ text: Substring) -> String {
    text.split(separator: "\"", omittingEmptySubsequences: false)
      .map { Escape.terminal(String($0)) }.joined(separator: "\"")
  }
}
