public import CaptureFile

/// Follows the recordings of one file from its start to its end.
public struct RecordingMarks: Hashable, Sendable {
  private var begun: Set<String> = []
  private var ended: Set<String> = []

  /// Makes marks of a file of which nothing was read.
  public init() {}

  /// Notes an entry of the file.
  public mutating func note(_ entry: JournalEntry) {
    guard entry[RecordingField.version] != nil,
      let cursor = entry[RecordingField.cursor], cursor.hasPrefix("run=")
    else { return }
    let run = String(cursor.dropFirst(4).prefix { $0 != ";" })
    begun.insert(run)
    if entry[RecordingField.kind] == RecordingKind.end.rawValue { ended.insert(run) }
  }

  /// Whether a recording in the file has not said its end.
  public var isUnfinished: Bool { !begun.isSubset(of: ended) }
}

extension RecordingStart {
  /// Whether a comment on a section is the one with which a recording begins.
  public static func isOwn(comment: String) -> Bool {
    comment.hasPrefix("sockline recording, format ")
  }
}
