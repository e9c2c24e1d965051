import CaptureFile
import Timeline

/// Makes the entries of a recording, with the fields that all of them have.
struct RecordingEntries {
  let run: String
  /// The most bytes of text in an entry: Wireshark and others do not read longer ones.
  static let longest = 60_000
  /// The most characters of a field that only people read.
  private static let longestWords = 1_000

  /// The parts of an entry besides its specific fields.
  struct Head {
    var kind: RecordingKind
    /// Nanoseconds, whole microseconds.
    var stamp: Int64
    var time: Int64
    var message: String
    var call: Int?
    var process: ProcessName?
    var isError = false
    var sequence = 0
    /// The number of the last packet before the entry.
    var packets = 0
  }

  /// The entries for one thing that happened: one, or if that would be too long, parts of it before
  /// the last.
  func entries(_ head: Head, _ own: RecordingFields) -> [JournalEntry] {
    let size = own.fields.reduce(0) { $0 + $1.size }
    if size <= RecordingEntries.longest { return [entry(head, own.fields)] }
    var parts = pieces(own.fields)
    let last = parts.removeLast()
    var more = head
    more.kind = .more
    more.message = "(part of the next entry)"
    return parts.map { entry(more, $0) } + [entry(head, last)]
  }

  private func entry(_ head: Head, _ own: [JournalEntry.Field]) -> JournalEntry {
    var fields = RecordingFields()
    fields.put(RecordingField.stamp, max(0, head.stamp) / 1_000)
    fields.put(RecordingField.message, escaped: RecordingEntries.short(head.message))
    let subject = head.call.map { "call=\($0)" } ?? "entry=\(head.sequence)"
    fields.put(RecordingField.cursor, "run=\(run);\(subject);ev=\(head.kind.rawValue)")
    fields.put(RecordingField.priority, head.isError ? "3" : "6")
    fields.put(RecordingField.identifier, escaped: head.process?.name ?? "sockline")
    fields.put(RecordingField.process, head.process?.id)
    fields.put(RecordingField.name, escaped: head.process?.name)
    for field in own where !field.name.hasPrefix("SOCK_") { fields.put(field.name, field.value) }
    fields.put(RecordingField.version, RecordingFormat.current)
    fields.put(RecordingField.kind, head.kind.rawValue)
    fields.put(RecordingField.time, head.time)
    fields.put(RecordingField.sequence, head.sequence)
    fields.put(RecordingField.packets, head.packets)
    for field in own where field.name.hasPrefix("SOCK_") { fields.put(field.name, field.value) }
    return JournalEntry(fields: fields.fields)
  }

  /// The fields in groups that are short enough, with long values cut into pieces.
  private func pieces(_ fields: [JournalEntry.Field]) -> [[JournalEntry.Field]] {
    var groups: [[JournalEntry.Field]] = [[]]
    var room = RecordingEntries.longest
    for field in fields {
      var rest = Array(field.value.utf8)[...]
      repeat {
        if room < field.name.utf8.count + 100 {
          groups.append([])
          room = RecordingEntries.longest
        }
        let piece = RecordingEntries.start(of: rest, room - field.name.utf8.count - 2)
        let text = String(decoding: piece, as: UTF8.self)
        groups[groups.count - 1].append(JournalEntry.Field(field.name, text))
        room -= field.name.utf8.count + piece.count + 2
        rest = rest[piece.endIndex...]
      } while !rest.isEmpty
    }
    return groups
  }

  /// The first bytes of a text, only whole characters.
  private static func start(of text: ArraySlice<UInt8>, _ count: Int) -> ArraySlice<UInt8> {
    guard text.count > count else { return text }
    var end = text.startIndex + count
    while text[end] & 0xC0 == 0x80 { end -= 1 }
    return text[..<end]
  }

  /// The first characters of a text for people.
  static func short(_ text: String) -> String {
    text.unicodeScalars.count <= longestWords
      ? text : String(String.UnicodeScalarView(text.unicodeScalars.prefix(longestWords))) + "..."
  }
}
