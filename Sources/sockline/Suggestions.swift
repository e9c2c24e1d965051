import ArgumentParser
import Text

/// Misspelt words, and what they were meant to be.
enum Suggestions {
  /// What the word in a command's place was meant to be; nil where it is not close to any command.
  static func command(_ word: String) -> String? {
    Spelling.nearest(word, among: Suggestions.commands)
  }

  private static var commands: [String] {
    Sockline.configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"]
  }

  /// An ArgumentParser message, with a suggestion if it does not contain one already.
  ///
  /// - Parameter command: the first argument.
  static func completed(_ message: String, command: String?) -> String {
    guard !message.contains("Did you mean") else { return message }
    let quoted = words(between: "'", of: message)
    guard let typed = quoted.first else { return message }
    var meant: String?
    if message.hasPrefix("Unknown option"), typed.hasPrefix("--") {
      let name = String(typed.prefix { $0 != "=" })
      meant = Spelling.nearest(name, among: options(of: command))
    } else if message.hasPrefix("The value "), message.contains(" one of ") {
      let values = message.ranges(of: " one of ").last.map { String(message[$0.upperBound...]) }
      meant = Spelling.nearest(typed, among: words(between: "'", of: values ?? ""))
    }
    guard let meant else { return message }
    return (message.hasSuffix(".") ? message : message + ".") + " Did you mean '\(meant)'?"
  }

  /// The long options listed in a command's help.
  private static func options(of command: String?) -> [String] {
    let type = Sockline.configuration.subcommands.first {
      $0.configuration.commandName == command
    }
    let help = type.map { Sockline.helpMessage(for: $0, columns: 200) } ?? Sockline.helpMessage()
    var names: Set<String> = []
    for line in help.split(separator: "\n") where line.hasPrefix("  -") {
      for word in line.split(whereSeparator: { " ,/".contains($0) }) where word.hasPrefix("--") {
        names.insert(String(word))
      }
    }
    return names.sorted()
  }

  private static func words(between mark: Character, of text: String) -> [String] {
    let pieces = text.split(separator: mark, omittingEmptySubsequences: false)
    return pieces.indices.filter { $0 % 2 == 1 && $0 < pieces.count - 1 }.map { String(pieces[$0]) }
  }
}
