import Timeline

/// The comment of a packet in a recording: a line for people, and one of fields behind it.
enum RecordingComment {
  /// Bytes of a comment at most, as an option's length has two bytes.
  private static let longest = Int(UInt16.max)

  /// The comment of a packet.
  ///
  /// - Parameters:
  ///   - cause: nil where the timeline passed the packet over.
  ///   - call: the first of the cause's calls.
  static func text(_ cause: Cause?, call: RecordingCause.CallName?) -> String {
    guard let cause else { return RecordingCause.ofOthers + "\n" + RecordingCauseFields.passedOver }
    let words = RecordingCause.text(cause, call: call)
    let fields = RecordingCauseFields.line(cause, call: call)
    let both = words + "\n" + fields
    if both.utf8.count <= longest { return both }
    // Of thousands of calls the list for people ends early; where even the other one has no room, the
    // cause is worked out again.
    let short = RecordingEntries.short(words) + "\n"
    return short
      + (short.utf8.count + fields.utf8.count <= longest ? fields : RecordingCauseFields.none)
  }
}

/// What the comments of a packet say: its cause, and what somebody else wrote.
struct RecordingComments {
  /// The cause that the last comment of the recording's own gives.
  private(set) var cause: Cause?
  /// The comments of others.
  private(set) var others: [String] = []

  /// Reads the comments of a packet.
  ///
  /// - Parameter format: that of its recording. Where it is not known, since only packets are left of
  ///   the file, fields tell that it is not the first.
  init(_ comments: [String], format: Int?) {
    if format != 1 {
      var last: RecordingCauseFields.Reading?
      for comment in comments {
        if let reading = RecordingCauseFields.reading(comment) {
          last = reading
        } else {
          others.append(comment)
        }
      }
      if case .cause(let stored)? = last { cause = stored }
      if format != nil || last != nil { return }
    }
    others = comments.filter { !RecordingFormat1.isOwn(comment: $0) }
    cause = comments.reversed().lazy.compactMap { RecordingFormat1.cause(of: $0) }.first
  }
}
