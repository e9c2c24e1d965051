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
      "Notes from a list in Markdown (.md) or from JSON Lines (.jsonl).", valueName: "file"),
    completion: .file(extensions: ["md", "jsonl"]))
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
      return
        "\(place): the name of a file of notes ends in .md for Markdown, or in .jsonl for JSON "
        + "Lines, a line of which is \(NotesFileError.example)."
    case .empty:
      return "\(place): there is no note in it; a line of a list is one, as "
        + "`- packet 3: the handshake ends here`."
    case .object(let error): return "\(place): " + NotesFileError.words(error)
    case .large: return "\(place): a file of notes has a mebibyte at most."
    }
  }

  private static let example = #"{"at": "packet 3", "text": "the handshake ends here"}"#

  private static func words(_ error: NoteObjectError) -> String {
    switch error {
    case .notJSON(let column):
      "not a JSON object at column \(column); a note is \(example)."
    case .unknownName(let name):
      "a note has the names \"at\" and \"text\", not '\(Foreign.name(name))': \(example)."
    case .twice(let name): "\"\(Foreign.name(name))\" stands twice in one note."
    case .noString(let name):
      "\"\(Foreign.name(name))\" has to be a string, as in \(example)."
    }
  }
}
