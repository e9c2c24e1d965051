import Explain
import Text
import Timeline

/// What somebody wrote about a packet in the file.
struct PacketComment {
  private let comment: String

  init(_ comment: String) { self.comment = comment }

  /// Quoted and made harmless.
  func text(_ language: Language) -> String {
    language.say(.comment, "\"" + Escape.terminal(comment) + "\"")
  }
}

extension Layout {
  /// Lines of a comment at most.
  private static let longestComment = 6

  /// The lines of a packet's comments, in the lane of its sender.
  func comments(on row: PacketRow, _ whole: Row) -> [LadderLine] {
    guard !row.packet.comments.isEmpty else { return [] }
    let side = row.sender ?? .server
    let view = scene.view(for: whole.connection)
    return row.packet.comments.flatMap { comment in
      let texts = fitting(side).wrap(
        PacketComment(comment).text(language), lines: Layout.longestComment)
      return texts.map { text in
        var line = frame(view)
        line.connection = whole.connection
        line[side].words = [Word(text: text, tone: .faint)]
        return line
      }
    }
  }
}
