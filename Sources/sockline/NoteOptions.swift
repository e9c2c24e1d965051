import ArgumentParser
import Render
import Session

/// The user's notes.
struct NoteOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A lettered note, as 'packet 3: the handshake ends here'; may be repeated.",
      valueName: "anchor: text"))
  var note: [String] = []

  @Option(
    name: .customLong("notes"),
    help: ArgumentHelp(
      "Notes from a Markdown list (.md) or from JSON Lines (.jsonl).", valueName: "file"),
    completion: .file(extensions: ["md", "jsonl"]))
  var noteFiles: [String] = []

  /// Whether there are none.
  var isEmpty: Bool { note.isEmpty && noteFiles.isEmpty }

  /// The notes: first those from files.
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

  /// What is wrong, to follow the place where it is.
  var sentence: String {
    switch self {
    case .noText(let line):
      "'\(Foreign.name(line))': expected an anchor, a colon and a text, as in "
        + "'packet 3: the handshake ends here'."
    case .noAnchor(let words):
      "'\(Foreign.name(words))': not an anchor; anchors are \(NoteError.anchors)."
    case .notThere(let words): "'\(Foreign.name(words))': not in the recording."
    }
  }
}

extension NotesFileError {
  /// What is wrong, where, and how to fix it.
  var sentence: String {
    let place = Foreign.name(path) + (line.map { ":\($0)" } ?? "")
    switch reason {
    case .note(let error): return "\(place): " + error.sentence
    case .unknownFormat:
      return
        "\(place): a notes file's name ends in .md for Markdown, or in .jsonl for JSON Lines, a "
        + "line of which is \(NotesFileError.example)."
    case .empty:
      return "\(place): it has no notes; a note is an item of a list, such as "
        + "`- packet 3: the handshake ends here`."
    case .object(let error): return "\(place): " + NotesFileError.words(error)
    case .large: return "\(place): a notes file may have at most 1 MiB."
    }
  }

  private static let example = #"{"at": "packet 3", "text": "the handshake ends here"}"#

  private static func words(_ error: NoteObjectError) -> String {
    switch error {
    case .notJSON(let column):
      "not a JSON object at column \(column); a note is \(example)."
    case .unknownName(let name):
      "a note has the names \"at\" and \"text\", not '\(Foreign.name(name))': \(example)."
    case .twice(let name): "\"\(Foreign.name(name))\" occurs twice in one note."
    case .noString(let name):
      "\"\(Foreign.name(name))\" has to be a string, as in \(example)."
    }
  }
}
