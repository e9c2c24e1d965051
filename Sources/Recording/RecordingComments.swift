import Timeline

/// The comment of a packet in a recording: a line for people, then one of fields.
enum RecordingComment {
  /// The most bytes of a comment, as an option's length has two bytes.
  private static let longest = Int(UInt16.max)

  /// The comment of a packet.
  ///
  /// - Parameters:
  ///   - cause: nil where the timeline passed the packet over.
  ///   - call: the first of the cause's calls.
  static func text(_ cause: Cause?, call: RecordingCause.CallName?) -> String {
    String(decoding: bytes(cause, call: call), as: UTF8.self)
  }

  /// The comment as bytes.
  static func bytes(_ cause: Cause?, call: RecordingCause.CallName?) -> [UInt8] {
    guard let cause else {
      return Array((RecordingCause.ofOthers + "\n" + RecordingCauseFields.passedOver).utf8)
    }
    var text: [UInt8] = []
    text.reserveCapacity(160)
    RecordingCause.add(cause, call: call, to: &text)
    let words = text.count
    text.append(0x0A)
    RecordingCauseFields.add(cause, call: call, to: &text)
    if text.count <= longest { return text }
    // With thousands of calls the list for people is cut short; if even the fields do not fit, the
    // cause is worked out again.
    let fields = text[(words + 1)...]
    let head = String(decoding: text[..<words], as: UTF8.self)
    let short = Array((RecordingEntries.short(head) + "\n").utf8)
    return short
      + (short.count + fields.count <= longest
        ? Array(fields) : Array(RecordingCauseFields.none.utf8))
  }
}

/// What the comments of a packet say: its cause, and other people's comments.
struct RecordingComments {
  /// The cause in the last of the recording's own comments.
  private(set) var cause: Cause?
  /// The comments by others.
  private(set) var others: [String] = []

  /// Reads the comments of a packet.
  ///
  /// - Parameter format: that of its recording. Where it is unknown, since only packets are left of
  ///   the file, fields show that it is not format 1.
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
