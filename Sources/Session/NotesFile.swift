public import Render
import Text

#if YAML
  import Yams
#endif

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
    /// The name ends neither as Markdown's nor as YAML's.
    case unknownFormat
    /// There is no note in it.
    case empty
    /// It is no YAML, in the parser's words.
    case yaml(String)
    /// It is YAML, but not notes.
    case shape
    /// This program was built without YAML.
    case noYAML
    /// It has more than a mebibyte.
    case large
  }
}

/// Notes in a file: the lists of a text in Markdown, or YAML.
///
/// In YAML, a mapping `packet 3: text`, a list of such or of `- packet 3: text`, or of
/// `{at: packet 3, text: text}`.
public enum NotesFile {
  private static let most = 1 << 20

  /// Reads the notes of a file, whose name says what it is.
  public static func read(_ path: String) throws(SessionError) -> [Note] {
    let ending = path.split(separator: ".").last.map { $0.lowercased() } ?? ""
    let isYAML = ["yaml", "yml"].contains(ending)
    guard isYAML || ["md", "markdown"].contains(ending) else {
      throw failure(path, nil, .unknownFormat)
    }
    let text = String(decoding: try bytes(path), as: UTF8.self)
    let lines = isYAML ? try yaml(text, path) : NoteList.notes(text)
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

  #if YAML
    private static func yaml(_ text: String, _ path: String) throws(SessionError) -> [NoteLine] {
      let root: Node?
      do {
        root = try Yams.compose(yaml: text)
      } catch {
        guard let error = error as? YamlError else { throw failure(path, nil, .yaml("\(error)")) }
        let (line, words) = place(error)
        throw failure(path, line, .yaml(words))
      }
      guard let root else { return [] }
      switch root {
      case .mapping(let mapping): return try entries(mapping, path)
      case .sequence(let sequence):
        var lines: [NoteLine] = []
        for node in sequence { lines += try item(node, path) }
        return lines
      default: throw failure(path, line(root), .shape)
      }
    }

    private static func item(_ node: Node, _ path: String) throws(SessionError) -> [NoteLine] {
      switch node {
      case .scalar(let scalar): return [NoteLine(line(node) ?? 1, scalar.string)]
      case .mapping(let mapping):
        guard let anchor = mapping["at"] else { return try entries(mapping, path) }
        guard let at = anchor.scalar?.string, let text = mapping["text"]?.scalar?.string,
          mapping.count == 2
        else { throw failure(path, line(node), .shape) }
        return [NoteLine(line(node) ?? 1, "\(at): \(text)")]
      default: throw failure(path, line(node), .shape)
      }
    }

    private static func entries(
      _ mapping: Node.Mapping, _ path: String
    ) throws(SessionError) -> [NoteLine] {
      var lines: [NoteLine] = []
      for (key, value) in mapping {
        guard let anchor = key.scalar?.string, let text = value.scalar?.string else {
          throw failure(path, line(key), .shape)
        }
        lines.append(NoteLine(line(key) ?? 1, "\(anchor): \(text)"))
      }
      return lines
    }

    private static func line(_ node: Node) -> Int? { node.mark?.line }

    /// Where the parser stopped, and why, without the text that it quotes.
    private static func place(_ error: YamlError) -> (Int?, String) {
      switch error {
      case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
        .composer(_, let problem, let mark, _):
        return (mark.line, problem)
      case .duplicatedKeysInMapping(let keys, let context):
        return (context.mark.line, "\(keys.map { "\($0)" }.joined(separator: ", ")) stands twice")
      case .reader(let problem, _, _, _): return (nil, problem)
      default: return (nil, "the parser does not know what it is")
      }
    }
  #else
    private static func yaml(_ text: String, _ path: String) throws(SessionError) -> [NoteLine] {
      throw failure(path, nil, .noYAML)
    }
  #endif
}
