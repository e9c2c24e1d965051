import ArgumentParser
import Session

/// The captures that a command reads, and the filter after them.
struct InputOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp("The file; - is standard input.", valueName: "file"),
    completion: .file())
  var file: String

  @Argument(
    help: ArgumentHelp(
      "More captures, then a filter: only packets that match.", valueName: "filter"),
    completion: .file())
  var words: [String] = []

  @Flag(help: "The files are still being written: wait for more, until Ctrl-C.")
  var follow = false

  @OptionGroup
  var join: JoinOptions

  /// What the help of every command that reads files says about them.
  static let discussion = """
    Files are pcapng or pcap, plain or gzip, or pipes; several are merged in time order. The \
    filter is an expression of pcap-filter(7), such as `tcp port 3490`; it begins with the first \
    word that is not a file: a file exists and has a `.` or `/` in its name, or has a capture's \
    extension.
    """

  /// The files.
  var files: [String] { [file] + words.prefix(while: CaptureName.isFile) }
  /// The filter; empty for none.
  var filter: String { words.dropFirst(files.count - 1).joined(separator: " ") }

  func validate() throws {
    if files.filter({ $0 == "-" }).count > 1 {
      throw ValidationError("- is given twice: standard input can only be read once.")
    }
    if follow, !join.logs.isEmpty {
      throw ValidationError("--calls joins complete files, but --follow waits for more.")
    }
  }
}

/// Distinguishes a capture's name from the first word of a filter.
enum CaptureName {
  private static let endings = [".pcap", ".pcapng", ".cap", ".gz"]

  /// Whether the word names a file rather than something in pcap-filter(7).
  static func isFile(_ word: String) -> Bool {
    if word == "-" || endings.contains(where: word.hasSuffix) { return true }
    return (word.contains(".") || word.contains("/")) && Environment.exists(word)
  }
}
