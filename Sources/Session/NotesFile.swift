public import Render

/// Why a file of notes cannot be taken.
public struct NotesFileError: Error {
  /// The file.
  public var path: String
  /// The line, from 1; nil: the file as a whole.
  public var line: Int?
  /// What is wrong.
  public var reason: Reason

  /// What is wrong with a file of notes.
  public enum Reason: Sendable {
    /// The line is no note.
    case note(NoteError)
    /// The name ends neither as Markdown's nor as that of JSON Lines.
    case unknownFormat
    /// There is no note in it.
    case empty
    /// The line is no object that is a note.
    case object(NoteObjectError)
    /// It has more than a mebibyte.
    case large
  }
}

/// Notes in a file: the lists of a text in Markdown, or JSON Lines, an object
/// `{"at": "packet 3", "text": "..."}` a line.
public enum NotesFile {
  private static let most = 1 << 20

  /// Reads the notes of a file, whose name says what it is.
  public static func read(_ path: String) throws(SessionError) -> [Note] {
    let ending = path.split(separator: ".").last.map { $0.lowercased() } ?? ""
    let isMarkdown = ["md", "markdown"].contains(ending)
    guard isMarkdown || ["jsonl", "ndjson"].contains(ending) else {
      throw failure(path, nil, .unknownFormat)
    }
    let text = String(decoding: try bytes(path), as: UTF8.self)
    let lines = isMarkdown ? NoteList.notes(text) : try objects(text, path)
    guard !lines.isEmpty else { throw failure(path, nil, .empty) }
    var notes: [Note] = []
    for line in lines {
      do throws(NoteError) { notes.append(try Note(line.text)) } catch {
        throw failure(path, line.number, .note(error))
      }
    }
    return notes
  }

  private static func failure(
    _ path: String, _ line: Int?, _ reason: NotesFileError.Reason
  ) -> SessionError { .notes(NotesFileError(path: path, line: line, reason: reason)) }

  private static func bytes(_ path: String) throws(SessionError) -> [UInt8] {
    let input = try Input(path)
    var bytes: [UInt8] = []
    while bytes.count <= most {
      let piece = try input.read(1 << 16)
      if piece.isEmpty { return bytes }
      bytes += piece
    }
    throw failure(path, nil, .large)
  }

  private static func objects(_ text: String, _ path: String) throws(SessionError) -> [NoteLine] {
    switch NoteObjects.notes(text) {
    case .success(let lines): return lines
    case .failure(let failed): throw failure(path, failed.line, .object(failed.error))
    }
  }
}
