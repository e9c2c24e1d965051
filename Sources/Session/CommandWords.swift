/// Splits a command that was given as one string.
public enum CommandWords {
  /// The words of a command, as sh(1) would make them.
  ///
  /// A command that needs no shell is started without one, so that no shell is traced beside it.
  /// Where it has anything that only a shell understands (`|`, `$HOME`, `*`, `cd`), it is one for
  /// `sh -c`.
  ///
  /// - Returns: nil where the string has no word, or a quotation in it does not end.
  public static func split(_ command: String) -> [String]? {
    var splitter = Splitter(command)
    switch splitter.outcome() {
    case .words(let words): return words.isEmpty ? nil : words
    case .needsShell: return ["sh", "-c", command]
    case .unfinished: return nil
    }
  }
}

/// Goes through a command once.
private struct Splitter {
  private var rest: Substring
  private var words: [String] = []
  /// The word that is being read; nil between words.
  private var word: String?
  private var hasShellSyntax = false

  enum Outcome {
    case words([String])
    case needsShell
    case unfinished
  }

  /// Characters that are a shell's wherever they stand outside of quotes.
  private static let operators: Set<Character> = [
    "|", "&", ";", "<", ">", "(", ")", "$", "`", "*", "?", "[", "{", "}", "!", "\n", "\r\n",
  ]
  /// First words that no program stands for, or not the same one.
  private static let builtins: Set<String> = [
    ".", "alias", "case", "cd", "eval", "exec", "export", "for", "if", "set", "source", "trap",
    "ulimit", "umask", "unset", "until", "while",
  ]

  init(_ command: String) { rest = command[...] }

  mutating func outcome() -> Outcome {
    while let character = rest.popFirst() {
      guard read(character) else { return .unfinished }
    }
    endWord()
    let isShells = words.first.map(Splitter.builtins.contains) ?? false
    return hasShellSyntax || isShells ? .needsShell : .words(words)
  }

  /// Takes a character outside of quotes; false where a quotation does not end.
  private mutating func read(_ character: Character) -> Bool {
    switch character {
    case " ", "\t": endWord()
    case "'": return readSingleQuotes()
    case "\"": return readDoubleQuotes()
    case "\\":
      guard let next = rest.popFirst() else { return false }
      word = (word ?? "") + String(next)
    default:
      let startsWord = word == nil
      if Splitter.operators.contains(character) || (startsWord && "#~".contains(character))
        || (character == "=" && words.isEmpty)
      {
        hasShellSyntax = true
      }
      word = (word ?? "") + String(character)
    }
    return true
  }

  private mutating func readSingleQuotes() -> Bool {
    guard let end = rest.firstIndex(of: "'") else { return false }
    word = (word ?? "") + rest[..<end]
    rest = rest[rest.index(after: end)...]
    return true
  }

  private mutating func readDoubleQuotes() -> Bool {
    var text = ""
    while let character = rest.popFirst() {
      switch character {
      case "\"":
        word = (word ?? "") + text
        return true
      case "\\":
        guard let next = rest.popFirst() else { return false }
        // Before other characters a backslash stands for itself.
        text += "$`\"\\".contains(next) ? String(next) : "\\" + String(next)
      case "$", "`":
        hasShellSyntax = true
        text.append(character)
      default: text.append(character)
      }
    }
    return false
  }

  private mutating func endWord() {
    if let word { words.append(word) }
    word = nil
  }
}
