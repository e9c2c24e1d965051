import Calls
public import Timeline

/// Which packets of a file notes are written beside, as comments.
///
/// A note on a call stands beside the first packet that the call sent; where it sent none, beside
/// the first packet after the call began, else beside the last one. It names its call.
public struct NoteComments {
  private let notes: [Note]
  private var search: NoteSearch
  /// What notes of packets say, by the number of the note.
  private var texts: [Int: String] = [:]
  /// The packet that stands for each call that a note is tied to: one that it sent, or the next.
  private var sent: [CallID: Int] = [:]
  private var next: [CallID: Int] = [:]
  private var names: [CallID: String] = [:]
  private var last: Int?

  /// Makes a search for what the notes are tied to.
  public init(_ notes: [Note]) {
    self.notes = notes
    search = NoteSearch(notes)
  }

  /// Looks at the next rows.
  public mutating func append(_ rows: [Row]) {
    for row in rows { take(row) }
  }

  private mutating func take(_ row: Row) {
    let found = search.take(row)
    switch row.content {
    case .packet(let packet):
      let number = packet.packet.number
      last = number
      for index in found { texts[index] = notes[index].text(packet) }
      for call in packet.cause.calls where names[call] != nil && sent[call] == nil {
        sent[call] = number
      }
      for call in names.keys where next[call] == nil { next[call] = number }
    case .call(let call):
      for index in found where search.targets[index] == .call(call.record.id) {
        names[call.record.id] = call.record.call.rawValue
      }
    default: break
    }
  }

  /// The comments of each packet, by its number, raw; known when all rows have been given.
  public var comments: [Int: [String]] {
    var comments: [Int: [String]] = [:]
    for (index, target) in search.targets.enumerated() {
      switch target {
      case .packet(let number): comments[number, default: []].append(texts[index] ?? "")
      case .call(let id):
        guard let number = sent[id] ?? next[id] ?? last else { continue }
        comments[number, default: []].append(
          "c\(id.rawValue) \(names[id] ?? "call")(): \(notes[index].text)")
      case nil: continue
      }
    }
    return comments
  }
}
