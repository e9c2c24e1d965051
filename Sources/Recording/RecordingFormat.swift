import CaptureFile

/// The formats of recordings: the `SOCK_V` of each entry.
enum RecordingFormat {
  /// The format that is written, and the last known one.
  static let current = 2

  /// The format of an entry; nil where it is not part of a recording.
  static func of(_ entry: JournalEntry) -> Int? {
    guard let number = entry[RecordingField.version].flatMap({ Int($0) }), number > 0 else {
      return nil
    }
    return number
  }
}
