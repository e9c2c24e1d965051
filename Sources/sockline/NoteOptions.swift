import ArgumentParser
import Render
import Session

/// Notes of the user's.
struct NoteOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A lettered note, as 'packet 3: the handshake ends here'; may be given again.",
      valueName: "anchor: text"))
  var note: [String] = []

  @Option(
    name: .customLong("notes"),
    help: ArgumentHelp(
      "Notes from a list in Markdown (.md) or from YAML (.yaml).", valueName: "file"),
    completion: .file(extensions: ["md", "yaml", "yml"]))
  var noteFiles: [String] = []

  /// Whether there are none.
  var isEmpty: Bool { note.isEmpty && noteFiles.isEmpty }

  /// The notes: first those of files.
  func notes() throws -> [Note] {
    let filed = try noteFiles.flatMap { path in try NotesFile.read(path) }
    return try filed
      + note.map { line in
        do throws(NoteError) { return try Note(line) } catch {
          throw ValidationError("--note " + error.sentence)
        }
      }
  }
}

extension NoteError {
  private static let anchors =
    "`packet 3`, `packet 7 window`, `call c6`, `syn`, `syn-ack`, `ack`, `fin client`, `rst`, "
    + "`data server 1:14` and `call client connect 1`"

  /// What is wrong, behind where it stands.
  var sentence: String {
    switch self {
    case .noText(let line):
      "'\(Foreign.name(line))': an anchor, a colon and a text are needed, as in "
        + "'packet 3: the handshake ends here'."
    case .noAnchor(let words):
      "'\(Foreign.name(words))': it is no anchor; anchors are \(NoteError.anchors)."
    case .notThere(let words): "'\(Foreign.name(words))': it is not in the recording."
    }
  }
}

extension NotesFileError {
  /// What is wrong, where, and the way out.
  var sentence: String {
    let place = Foreign.name(path) + (line.map { ":\($0)" } ?? "")
    switch reason {
    case .note(let error): return "\(place): " + error.sentence
    case .unknownFormat:
      return "\(place): the name of a file of notes ends in .md for Markdown, in .yaml for YAML."
    case .empty:
      return "\(place): there is no note in it; a line of a list is one, as "
        + "`- packet 3: the handshake ends here`."
    case .yaml(let words): return "\(place) is no YAML: \(Foreign.name(words))."
    case .shape:
      return
        "\(place): an anchor and a text are needed, as `packet 3: the handshake ends here`, or "
        + "`{at: packet 3, text: the handshake ends here}`."
    case .noYAML:
      return "\(place): this sockline was built without YAML; a list in Markdown does as well."
    case .large: return "\(place): a file of notes has a mebibyte at most."
    }
  }
}
