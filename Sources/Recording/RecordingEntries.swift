import CaptureFile
import Text
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

  /// Adds the blocks for one thing that happened: one, or if that would be too long, parts of it before
  /// the last.
  func add(_ head: Head, _ own: RecordingFields, to out: inout [UInt8]) {
    if own.size <= RecordingEntries.longest { return addBlock(head, own, to: &out) }
    var parts = pieces(own.fields)
    let last = parts.removeLast()
    var more = head
    more.kind = .more
    more.message = "(part of the next entry)"
    for part in parts { addBlock(more, part, to: &out) }
    addBlock(head, last, to: &out)
  }

  private func addBlock(_ head: Head, _ own: RecordingFields, to out: inout [UInt8]) {
    PcapngBlocks.addJournal(to: &out) { add(head, own, toEntry: &$0) }
  }

  private func addBlock(_ head: Head, _ fields: [JournalEntry.Field], to out: inout [UInt8]) {
    var own = RecordingFields()
    for field in fields { own.put(field.name, field.value) }
    addBlock(head, own, to: &out)
  }

  /// Adds the lines of an entry.
  private func add(_ head: Head, _ own: RecordingFields, toEntry out: inout [UInt8]) {
    line(RecordingField.stamp, to: &out) {
      RecordingFields.add(max(0, head.stamp) / 1_000, to: &$0)
    }
    line(RecordingField.message, to: &out) {
      JournalText.add(escaped: RecordingEntries.short(head.message), to: &$0)
    }
    line(RecordingField.cursor, to: &out) { line in
      line.add("run=")
      line.add(run)
      line.add(head.call == nil ? ";entry=" : ";call=")
      DecimalText.add(head.call ?? head.sequence, to: &line)
      line.add(";ev=")
      line.add(head.kind.rawValue)
    }
    line(RecordingField.priority, to: &out) { $0.add(head.isError ? "3" : "6") }
    line(RecordingField.identifier, to: &out) {
      JournalText.add(escaped: head.process?.name ?? "sockline", to: &$0)
    }
    if let process = head.process {
      line(RecordingField.process, to: &out) { DecimalText.add(Int(process.id), to: &$0) }
      line(RecordingField.name, to: &out) { JournalText.add(escaped: process.name, to: &$0) }
    }
    out += own.shared
    line(RecordingField.version, to: &out) { DecimalText.add(RecordingFormat.current, to: &$0) }
    line(RecordingField.kind, to: &out) { $0.add(head.kind.rawValue) }
    line(RecordingField.time, to: &out) { RecordingFields.add(head.time, to: &$0) }
    line(RecordingField.sequence, to: &out) { DecimalText.add(head.sequence, to: &$0) }
    line(RecordingField.packets, to: &out) { DecimalText.add(head.packets, to: &$0) }
    out += own.own
  }

  private func line(_ name: String, to out: inout [UInt8], _ value: (inout [UInt8]) -> Void) {
    out.add(name)
    out.append(UInt8(ascii: "="))
    value(&out)
    out.append(0x0A)
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
    text.utf8.count <= longestWords || text.unicodeScalars.count <= longestWords
      ? text : String(String.UnicodeScalarView(text.unicodeScalars.prefix(longestWords))) + "..."
  }
}
