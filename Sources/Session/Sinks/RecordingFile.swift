import Calls
import Explain
import Glibc
import Recording
import Render
import Timeline

/// The recording that a live session writes: packets with their causes, and the calls.
struct RecordingFile {
  private let path: String
  private let output: Output
  private var writer: RecordingWriter
  /// Bytes that were written.
  private(set) var size = 0
  /// Whole blocks that are to be written.
  private var bytes: [UInt8] = []
  /// Packets that were numbered and not given to the timeline yet, by number.
  private var frames: [Int: [UInt8]] = [:]

  /// Creates the file; only its owner may read it.
  init(_ path: String, _ start: RecordingStart) throws(SessionError) {
    self.path = path
    output = try Output.privateFile(path)
    output.keepPrivate()
    InvokingUser.own(output.descriptor)
    writer = RecordingWriter(start, words: RecordingFile.words)
    bytes = writer.header()
    try write()
  }

  /// Keeps the bytes of a packet until its event is added.
  mutating func keep(_ frame: Frame, number: Int) { frames[number] = frame.bytes }

  /// Notes which lane a process is drawn in.
  mutating func hint(_ process: Int32, _ side: Side) { writer.hint(process, side) }

  /// Takes the events that a timeline was given, and the rows it made of them and of what happened
  /// until `now`; writes what is complete.
  mutating func add(
    _ events: [Event], _ rows: [Row], until now: Instant
  ) throws(SessionError) {
    for event in events {
      var frame: [UInt8] = []
      if case .packet(let packet) = event {
        frame = frames.removeValue(forKey: packet.number) ?? []
      }
      writer.add(event, frame: frame)
    }
    writer.take(rows)
    try advance(to: now)
  }

  /// Writes the rest, and what ends the recording.
  mutating func finish(
    _ rows: [Row], _ ending: Ending, _ offsets: OffsetChecks? = nil, at now: Instant
  ) throws(SessionError) {
    defer { output.close() }
    writer.take(rows)
    try advance(to: Instant(.max / 2))
    var end = RecordingEnd(time: now.nanoseconds)
    end.lostByKernel = ending.lostByKernel
    end.lostByInterface = ending.lostByInterface
    end.stretch = ending.stretch
    end.addedNanoseconds = ending.addedNanoseconds
    end.offsets = offsets
    end.notes = ending.notes
    writer.finish(end, into: &bytes)
    try write()
  }

  /// Writes what is complete, in pieces of some size: packets may be large.
  private mutating func advance(to now: Instant) throws(SessionError) {
    while writer.advance(to: now, into: &bytes, atMost: RecordingFile.piece) { try write() }
    try write()
  }

  private static let piece = 1 << 18

  /// Writes the blocks that are there, at once, so that a file that is cut off has whole ones.
  private mutating func write() throws(SessionError) {
    guard !bytes.isEmpty else { return }
    let error = output.write(bytes)
    size += bytes.count
    bytes.removeAll(keepingCapacity: true)
    if error != 0 { throw .file(path, error) }
  }

  /// A call as its entry says it: `connect(fd 3, 127.0.0.1:3490) = -1 ECONNREFUSED (...)`.
  @Sendable private static func words(_ record: CallRecord) -> String {
    let call = CallText(record).text(.full, room: 300) ?? record.call.rawValue + "()"
    return record.outcome == nil ? call : call + " " + CallResultText(record).text(.full)
  }
}

extension Output {
  /// Lets nobody but the owner read a regular file, also one that was there before.
  ///
  /// C: `fstat`, `fchmod`
  func keepPrivate() {
    var status = stat()
    // fstat fills the structure it is given.
    guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return }
    _ = fchmod(descriptor, 0o600)
  }
}
