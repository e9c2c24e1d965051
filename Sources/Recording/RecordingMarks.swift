public import CaptureFile

/// Follows the recordings of one file from its start to its end.
public struct RecordingMarks: Hashable, Sendable {
  private var begun: Set<String> = []
  private var ended: Set<String> = []
  /// Whether a recording in the file has a format that is not known yet.
  public private(set) var isOfLaterFormat = false

  /// Makes marks for a file of which nothing has been read.
  public init() {}

  /// Notes an entry of the file.
  ///
  /// - Throws: an error where it has a later format than can be read.
  public mutating func note(_ entry: JournalEntry) throws(CaptureFileError) {
    guard let format = RecordingFormat.of(entry),
      let cursor = entry[RecordingField.cursor], cursor.hasPrefix("run=")
    else { return }
    if format > RecordingFormat.current {
      isOfLaterFormat = true
      throw CaptureFileError(.laterRecording(format: format, known: RecordingFormat.current))
    }
    let run = String(cursor.dropFirst(4).prefix { $0 != ";" })
    begun.insert(run)
    if entry[RecordingField.kind] == RecordingKind.end.rawValue { ended.insert(run) }
  }

  /// Whether a recording in the file has no end entry.
  public var isUnfinished: Bool { !begun.isSubset(of: ended) }
}

extension RecordingStart {
  /// Whether a comment on a section is the one that a recording begins with.
  public static func isOwn(comment: String) -> Bool {
    comment.hasPrefix(commentMark)
  }

  /// What that comment begins with.
  static let commentMark = "sockline recording, format "
}
