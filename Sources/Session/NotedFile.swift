import CaptureFile
import Gzip
import Render
import Timeline

/// Draws nothing, and finds the packets that notes are written beside.
struct NotedLadder: ReplayPen {
  private(set) var ladder: Ladder
  private(set) var found: NoteComments

  init(_ ladder: Ladder, _ notes: [Note]) {
    self.ladder = ladder
    found = NoteComments(notes)
  }

  mutating func append(
    _ rows: [Row], matches: (Int) -> Bool, joins: (Connection) -> Bool
  ) -> [String] {
    found.append(rows)
    return ladder.append(rows, matches: matches, joins: joins)
  }

  mutating func advance(to time: Instant) -> [String] { ladder.advance(to: time) }

  mutating func finish(_ totals: Totals, _ ending: Ending) -> [String] {
    ladder.finish(totals, ending)
  }
}

/// A copy of a pcapng file, with notes as comments of its packets.
enum NotedFile {
  /// Copies the file.
  ///
  /// - Parameter isRecording: whether its packets bear their numbers.
  static func write(
    _ comments: [Int: [String]], from path: String, to copy: String, isRecording: Bool
  ) throws(SessionError) {
    let input = try Input(path)
    var copier = PcapngComments(comments, isRecording: isRecording)
    var output: Output?
    var inflater: Inflater?
    var start: [UInt8] = []
    while true {
      let bytes = try input.read(1 << 18)
      if bytes.isEmpty { break }
      if output == nil {
        start += bytes
        guard start.count >= 4 else { continue }
        if start.starts(with: Inflater.magic) { inflater = Inflater() }
        guard inflater != nil || PcapngComments.isPcapng(start) else { throw .noComments(path) }
        output = try opened(copy, isRecording)
        try put(start, &copier, inflater, path, output, copy)
      } else {
        try put(bytes, &copier, inflater, path, output, copy)
      }
    }
    guard let output else { throw .noComments(path) }
    try write(copier.finish(), output, copy)
    output.close()
    if let number = copier.left.keys.min() { throw .noPlace(path, number) }
  }

  private static func opened(_ path: String, _ isPrivate: Bool) throws(SessionError) -> Output {
    let output = try Output.file(path)
    if isPrivate { output.keepPrivate() }
    InvokingUser.own(output.descriptor)
    return output
  }

  private static func put(
    _ bytes: [UInt8], _ copier: inout PcapngComments, _ inflater: Inflater?, _ path: String,
    _ output: Output?, _ copy: String
  ) throws(SessionError) {
    guard let output else { return }
    guard let inflater else { return try write(copier.copy(bytes), output, copy) }
    inflater.append(bytes)
    while true {
      let piece: [UInt8]?
      do throws(GzipError) { piece = try inflater.next(atMost: 1 << 18) } catch {
        throw .packed(path, error, packet: nil)
      }
      guard let piece else { return }
      try write(copier.copy(piece), output, copy)
    }
  }

  private static func write(
    _ bytes: [UInt8], _ output: Output, _ path: String
  ) throws(SessionError) {
    guard !bytes.isEmpty else { return }
    let error = output.write(bytes)
    if error != 0 { throw .file(path, error) }
  }
}
