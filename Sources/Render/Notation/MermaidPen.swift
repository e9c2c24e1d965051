import Calls
import Explain
import Text
import Timeline

/// Writes rows as a sequence diagram of Mermaid (mermaid.js.org, "Sequence diagrams").
///
/// A call sent a packet: `->>`, a solid line. The kernel sent it: `-->>`, a dotted one. Calls are
/// notes over their lane.
struct MermaidPen {
  private let language: Language
  private let style: LadderStyle
  private var plain: [CallID: CallRow] = [:]

  init(_ style: LadderStyle, _ language: Language) {
    self.style = style
    self.language = language
  }

  /// The whole diagram. `notes` are what was noted of a packet or call, with their letters.
  mutating func text(
    _ rows: [Row], title: String, heads: [Side: String],
    notes: [NoteSearch.Target: [(letter: String, text: String)]]
  ) -> String {
    var lines = ["sequenceDiagram", "  accTitle: " + MermaidPen.escaped(title)]
    lines.append("  participant C as " + MermaidPen.escaped(heads[.client] ?? "client"))
    lines.append("  participant S as " + MermaidPen.escaped(heads[.server] ?? "server"))
    for row in rows {
      lines += self.lines(row)
      guard let target = NoteSearch.Target(row) else { continue }
      for note in notes[target] ?? [] {
        let words = MermaidPen.escaped("\(note.letter): \(note.text)")
        lines.append("  Note over C,S: " + words)
      }
    }
    return lines.map { $0 + "\n" }.joined()
  }

  private mutating func lines(_ row: Row) -> [String] {
    switch row.content {
    case .packet(let packet): return packet.sender.map { [line(packet, $0)] } ?? []
    case .call(let call): return self.lines(call)
    case .signal(let signal, let process, let side, let isOurs):
      let what = LifeText(language).signal(signal, isOurs: isOurs)
      return [note(side, CauseText.name(process) + " " + what)]
    case .exit(let status, let signal, let process, let side, let isOurs):
      let how = LifeText(language).exit(status, signal, isOurs: isOurs)
      return [note(side, CauseText.name(process) + " " + how)]
    case .output(let text, _, let side):
      return [note(side, language.say(.prints, "\"" + Escape.terminal(text) + "\""))]
    case .blind(let words, _, let side):
      return [note(side, language.say(.blind, Escape.terminal(words)))]
    case .opening: return []
    }
  }

  private func line(_ row: PacketRow, _ sender: Side) -> String {
    let isCall = row.cause.kind == .call || row.cause.kind == .ambiguous
    let arrow = isCall ? "->>" : "-->>"
    let (from, to) = sender == .client ? ("C", "S") : ("S", "C")
    let label = PacketLabel(row: row, sequence: style.sequence, isDetailed: false).text(room: 80)
    let cause = CauseText(language).short(row.cause, isDrawn: false).first ?? ""
    let words = "\(row.packet.number) \(label)" + (cause.isEmpty ? "" : ", \(cause)")
    return "  \(from)\(arrow)\(to): " + MermaidPen.escaped(words)
  }

  /// A call has its note when it begins, with its result where it is known by then, and another
  /// when it returns.
  private mutating func lines(_ row: CallRow) -> [String] {
    let isC = style.calls == .c
    let id = "c\(row.record.id.rawValue) "
    let result = CallResultText(row.record, isC: isC, language: language).text(.full)
    switch row.part {
    case .exit: return [note(row.side, id + result)]
    case .enter, .whole:
      let call =
        CallText(row.record, isC: isC, isASCII: false).text(.full, room: 80)
        ?? row.record.call.rawValue
      return [note(row.side, id + call + (row.part == .whole ? " " + result : ""))]
    }
  }

  private func note(_ side: Side, _ words: String) -> String {
    "  Note \(side == .client ? "left of C" : "right of S"): " + MermaidPen.escaped(words)
  }

  /// Text of a message or note: what Mermaid or the page that shows it would read otherwise stands
  /// as an entity code (`#59;`).
  static func escaped(_ text: String) -> String {
    text.unicodeScalars.reduce(into: "") { result, scalar in
      switch scalar {
      case ";", "#", "<", ">", "&", "\"", "%", "{", "}", "`", "\\":
        result += "#\(scalar.value);"
      case "\n", "\r": result += " "
      default: result.unicodeScalars.append(scalar)
      }
    }
  }
}
