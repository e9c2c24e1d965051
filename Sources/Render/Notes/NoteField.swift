import Text
import Timeline
import Wire

extension NoteAnchor.Field {
  /// The field as the packet has it: `window 65,483`; nil where the packet has no such field.
  func words(_ row: PacketRow) -> String? {
    let packet = row.packet.packet
    let header = packet.tcp
    switch self {
    case .sequence: return header.map { number("seq", row.relativeSequence, $0.sequence) }
    case .acknowledgement:
      guard let header, header.flags.contains(.ack) else { return nil }
      return number("ack", row.relativeAcknowledgement, header.acknowledgement)
    case .window:
      return header.map { "window " + NumberText.count(row.window ?? Int($0.window)) }
    case .flags: return header.map { "flags " + $0.flags.words }
    case .length: return "len \(packet.payloadLength)"
    case .options: return header.flatMap { options($0) }
    case .time: return "time"
    case .ports:
      guard let source = packet.source?.port, let destination = packet.destination?.port else {
        return nil
      }
      return "ports \(source) → \(destination)"
    }
  }

  private func number(_ name: String, _ relative: Int64?, _ raw: SequenceNumber) -> String {
    relative.map { "\(name) \($0) (raw \(raw.rawValue))" } ?? "\(name) \(raw.rawValue)"
  }

  private func options(_ header: TCP) -> String? {
    PacketLabel.options(header).map { "options " + $0 }
  }

  /// The part of an arrow's label that holds the field.
  func part(of label: String) -> Range<String.Index>? {
    let starts: [String]
    switch self {
    case .sequence: starts = ["seq="]
    case .acknowledgement: starts = ["ack="]
    case .window: starts = ["win="]
    case .length: starts = ["len="]
    case .options: starts = ["mss=", "scale=", "sack"]
    case .flags:
      let end = label.firstIndex(of: " ") ?? label.endIndex
      return label.startIndex..<end
    case .time, .ports: return nil
    }
    let words = label.split(separator: " ")
    let isPart = { (word: Substring) in starts.contains { word.hasPrefix($0) } }
    guard let first = words.first(where: isPart), let last = words.last(where: isPart) else {
      return nil
    }
    return first.startIndex..<last.endIndex
  }
}

extension Note {
  /// What it says of a packet, with the field that is meant before it; raw.
  func text(_ row: PacketRow) -> String {
    guard case .field(_, let field) = anchor, let words = field.words(row) else { return text }
    return text.isEmpty ? "" : "\(words): \(text)"
  }
}
