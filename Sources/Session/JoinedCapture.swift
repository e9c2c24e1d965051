import Glibc
import Render
import Strace
import Text
import Timeline
import Tracing
import Wire

/// Captures and the strace logs that were taken with them.
public struct JoinRequest: Sendable {
  /// The captures: files, since they are read twice; several are merged in the order of time.
  public var captures: [String]
  /// The logs: one, or with `strace -ff` one for each thread.
  public var logs: [String]
  /// The file to keep the joined recording in; nil keeps none.
  public var recordingFile: String?
  /// The file that the caller writes; it may be none of those that are read.
  public var outputFile: String?
  /// Bytes of payload that are kept for each call.
  public var payloadBytes = 64
  /// What the recording says that it was made by.
  public var application = "sockline"

  /// Makes a request.
  public init(captures: [String], logs: [String]) {
    self.captures = captures
    self.logs = logs
  }
}

/// A recording that was made of captures and strace logs, to be read as any other by its path.
///
/// The captures are read twice: once for what the clocks are joined by, once for the recording. Memory
/// holds the calls of the logs and the times of the packets; where no file keeps the recording, a
/// temporary one without a name does.
public final class JoinedCapture {
  /// The path of the recording, as long as this object lives.
  public let path: String
  /// What kept captures from being read to their ends.
  public let damages: [ReplayDamage]
  private let descriptor: Int32?

  /// Joins captures and logs.
  public init(_ request: JoinRequest) throws(SessionError) {
    TracerThread.outliveReaders()
    if request.captures.contains(Input.standardInput) { throw .joinedStandardInput }
    for path in [request.recordingFile, request.outputFile].compactMap({ $0 }) {
      for input in request.captures + request.logs where try Input(input).isSame(as: path) {
        throw .sameFile(path)
      }
    }
    let logs = try JoinedCapture.logs(request)
    let capture = try JoinedPackets(request.captures)
    let join: StraceJoin
    do throws(StraceError) {
      join = try StraceJoin(logs, capture.flows)
    } catch {
      throw .join(error)
    }
    damages = capture.damages
    if let path = request.recordingFile {
      descriptor = nil
      self.path = path
    } else {
      let file = try JoinedCapture.unnamedFile()
      descriptor = file
      self.path = "/proc/self/fd/\(file)"
    }
    let words = JoinWords(join, logs, request)
    let recording = try RecordingSink(
      self.path, capture.start(source: words.source, notes: words.heading, request, join))
    try capture.write(join.events, request.captures, words.footer, recording)
  }

  deinit { if let descriptor { close(descriptor) } }

  /// A file that has no name any more, so that it is gone with this process.
  ///
  /// C: `mkstemp`, `unlink`
  private static func unnamedFile() throws(SessionError) -> Int32 {
    let folder = Environment.value(of: "TMPDIR") ?? "/tmp"
    var name = Array("\(folder)/sockline-XXXXXX".utf8CString)
    // mkstemp writes over the six letters of the name, which ends with a zero byte.
    let descriptor = unsafe mkstemp(&name)
    guard descriptor >= 0 else { throw .file(folder, errno) }
    unsafe unlink(name)
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    return descriptor
  }

  /// Reads the logs.
  private static func logs(_ request: JoinRequest) throws(SessionError) -> [StraceLog] {
    var logs: [StraceLog] = []
    for path in request.logs {
      let input = try Input(path)
      var log = StraceLog(name: path, payloadBytes: request.payloadBytes)
      while true {
        let bytes = try input.read(1 << 18)
        if bytes.isEmpty { break }
        log.append(bytes)
      }
      log.finish()
      logs.append(log)
    }
    return logs
  }
}
