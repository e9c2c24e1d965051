import Calls
import Timeline
import Wire

/// Finds what notes are tied to among rows that pass by.
struct NoteSearch {
  /// What a note was found to be tied to.
  enum Target: Hashable {
    case packet(Int)
    case call(CallID)
  }

  private let notes: [Note]
  private(set) var targets: [Target?]
  /// How many calls of a kind each side has made, for each note that counts them.
  private var counts: [Int]

  init(_ notes: [Note]) {
    self.notes = notes
    targets = Array(repeating: nil, count: notes.count)
    counts = Array(repeating: 0, count: notes.count)
  }

  /// Looks at the next row, and returns the notes that are tied to it.
  mutating func take(_ row: Row) -> [Int] {
    guard targets.contains(nil) else { return [] }
    var found: [Int] = []
    for index in notes.indices where targets[index] == nil {
      guard let target = match(index, row) else { continue }
      targets[index] = target
      found.append(index)
    }
    return found
  }

  /// The first note that nothing was found for.
  var missing: Note? { zip(notes, targets).first { $0.1 == nil }?.0 }

  private mutating func match(_ index: Int, _ row: Row) -> Target? {
    let note = notes[index]
    if let wanted = note.connection, row.connection?.rawValue != wanted { return nil }
    switch row.content {
    case .packet(let packet):
      return NoteSearch.matches(note.anchor, packet) ? .packet(packet.packet.number) : nil
    case .call(let call):
      switch note.anchor {
      case .call(let id) where call.record.id == id: return .call(id)
      case .nthCall(let side, let name, let number)
      where call.side == side && call.record.call == name && call.part != .exit:
        counts[index] += 1
        return counts[index] == number ? .call(call.record.id) : nil
      default: return nil
      }
    default: return nil
    }
  }

  private static func matches(_ anchor: NoteAnchor, _ row: PacketRow) -> Bool {
    switch anchor {
    case .packet(let number): return row.packet.number == number
    case .field(let number, let field):
      return row.packet.number == number && field.words(row) != nil
    case .data(let side, let range):
      guard row.sender == side, let first = row.relativeSequence else { return false }
      let length = Int64(row.packet.packet.payloadLength)
      return first <= range.lowerBound && range.lowerBound < first + length
    case .segment(let segment, let side):
      guard side == nil || row.sender == side, let flags = row.packet.packet.tcp?.flags else {
        return false
      }
      switch segment {
      case .syn: return flags.contains(.syn) && !flags.contains(.ack)
      case .synAck: return flags.isSuperset(of: [.syn, .ack])
      case .handshakeAck: return row.cause.reason == .handshakeAck
      case .fin: return flags.contains(.fin)
      case .rst: return flags.contains(.rst)
      }
    case .call, .nthCall: return false
    }
  }
}
