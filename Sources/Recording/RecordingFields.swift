import CaptureFile
import Text
import Wire

/// The names of a recording's fields that occur in several places; docs/RECORDING.md lists all of
/// them.
enum RecordingField {
  /// Microseconds since the epoch; must be the first line of an entry.
  static let stamp = "__REALTIME_TIMESTAMP"
  static let cursor = "__CURSOR"
  static let message = "MESSAGE"
  static let priority = "PRIORITY"
  static let identifier = "SYSLOG_IDENTIFIER"
  static let process = "_PID"
  static let name = "_COMM"
  static let commandLine = "_CMDLINE"
  static let function = "CODE_FUNC"
  static let result = "RESULT"
  static let error = "ERRNO"
  static let transport = "_TRANSPORT"
  static let stream = "_STREAM_ID"
  /// What the entry records.
  static let kind = "SOCK_EV"
  /// The version of the format.
  static let version = "SOCK_V"
  /// Nanoseconds since the epoch.
  static let time = "SOCK_TNS"
  static let thread = "SOCK_TID"
  static let call = "SOCK_ID"
  /// The number of the last packet before the entry.
  static let packets = "SOCK_AFTER"
  /// The entry's sequence number in the session.
  static let sequence = "SOCK_SEQ"

  /// The fields that every entry has.
  static let ofEvery: Set<String> = [
    stamp, cursor, message, priority, identifier, process, name, version, kind, time, packets,
    sequence,
  ]
}

/// What an entry of a recording is: the value of `SOCK_EV`.
enum RecordingKind: String {
  case start, end
  /// A process began, runs another program, or was renamed.
  case process = "proc"
  /// A process is about to exit, or has exited.
  case processExit = "procexit"
  /// A call from its entry to its return, only its entry, only its return.
  case call, enter, exit
  case signal, lost, output
  /// A process holds a socket, in the state that the kernel reports.
  case holds
  /// A process holds a socket that was open before the recording.
  case held
  /// A process held the socket at an end of a connection.
  case owner
  /// A packet's cause that became known late.
  case cause
  /// Fields of the next entry, which would otherwise be too long.
  case more
}

/// Fields being collected, as lines `NAME=value`; those without a value are left out.
struct RecordingFields {
  /// The lines of fields that entries of others have too.
  private(set) var shared: [UInt8] = []
  /// The lines of the fields `SOCK_...`.
  private(set) var own: [UInt8] = []

  /// The fields one by one, shared ones first.
  var fields: [JournalEntry.Field] {
    JournalEntry(shared).fields + JournalEntry(own).fields
  }

  /// Bytes of the lines.
  var size: Int { shared.count + own.count }

  mutating func put(_ name: String, _ value: String?) {
    if let value { put("", name) { $0.add(value) } }
  }

  mutating func put(_ name: String, escaped text: String?) {
    if let text { put("", name) { JournalText.add(escaped: text, to: &$0) } }
  }

  mutating func put(_ name: String, _ number: (some FixedWidthInteger)?) {
    put("", name, number)
  }

  /// Puts a number under a name of two parts.
  mutating func put(_ prefix: String, _ name: String, _ number: (some FixedWidthInteger)?) {
    if let number { put(prefix, name) { RecordingFields.add(number, to: &$0) } }
  }

  /// Puts a text that needs no escaping under a name of two parts.
  mutating func put(_ prefix: String, _ name: String, _ text: String?) {
    if let text { put(prefix, name) { $0.add(text) } }
  }

  /// Puts an end of a connection under a name of two parts.
  mutating func put(_ prefix: String, _ name: String, _ end: Endpoint?) {
    if let end { put(prefix, name) { end.append(to: &$0) } }
  }

  mutating func put(_ name: String, list numbers: [some FixedWidthInteger]) {
    guard !numbers.isEmpty else { return }
    put("", name) { line in
      for (index, number) in numbers.enumerated() {
        if index > 0 { line.append(UInt8(ascii: ",")) }
        RecordingFields.add(number, to: &line)
      }
    }
  }

  mutating func put(_ name: String, hexadecimal bytes: [UInt8]) {
    if !bytes.isEmpty { put("", name) { JournalText.add(hexadecimal: bytes, to: &$0) } }
  }

  mutating func put(_ name: String, texts: [String]) {
    if !texts.isEmpty { put(name, JournalText.list(texts)) }
  }

  /// Puts a line of which `value` adds what stands behind the equals sign: no line feed.
  private mutating func put(_ prefix: String, _ name: String, _ value: (inout [UInt8]) -> Void) {
    func add(to lines: inout [UInt8]) {
      lines.add(prefix)
      lines.add(name)
      lines.append(UInt8(ascii: "="))
      value(&lines)
      lines.append(0x0A)
    }
    let isOwn = RecordingFields.isOwn(prefix.isEmpty ? name : prefix)
    if isOwn { add(to: &own) } else { add(to: &shared) }
  }

  private static let ownPrefix: InlineArray<5, UInt8> = [0x53, 0x4F, 0x43, 0x4B, 0x5F]

  /// Whether a name begins with `SOCK_`.
  private static func isOwn(_ name: String) -> Bool {
    let bytes = name.utf8Span.span
    guard bytes.count >= ownPrefix.count else { return false }
    for index in ownPrefix.indices where bytes[index] != ownPrefix[index] { return false }
    return true
  }

  static func add(_ number: some FixedWidthInteger, to line: inout [UInt8]) {
    if number < 0 { line.append(UInt8(ascii: "-")) }
    DecimalText.add(UInt64(truncatingIfNeeded: number.magnitude), to: &line)
  }
}

/// The fields of an entry by name, with continued ones joined.
struct RecordingValues {
  private var values: [String: String] = [:]

  init() {}

  init(_ entry: JournalEntry) { add(entry) }

  /// Adds the fields of an entry to those already there.
  mutating func add(_ entry: JournalEntry) {
    for field in entry.fields { values[field.name, default: ""] += field.value }
  }

  /// Adds the fields of a part of the next entry, except those that every entry has.
  mutating func add(part: JournalEntry) {
    for field in part.fields where !RecordingField.ofEvery.contains(field.name) {
      values[field.name, default: ""] += field.value
    }
  }

  func raw(_ name: String) -> String? { values[name] }

  func text(_ name: String) -> String? { values[name].map { JournalText.unescaped($0) } }

  func number<Number: FixedWidthInteger>(
    _ name: String, _ type: Number.Type = Number.self
  ) -> Number? {
    values[name].flatMap { Number($0) }
  }

  func list<Number: FixedWidthInteger>(
    _ name: String, _ type: Number.Type = Number.self
  ) -> [Number] {
    (values[name] ?? "").split(separator: ",").compactMap { Number($0) }
  }

  func bytes(_ name: String) -> [UInt8] {
    values[name].map { JournalText.bytes(hexadecimal: $0) } ?? []
  }

  func texts(_ name: String) -> [String] {
    values[name].map { JournalText.texts(ofList: $0) } ?? []
  }
}
