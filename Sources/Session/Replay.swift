public import CaptureFile
import Glibc
public import Render

/// Which file is drawn, and how.
public struct ReplayRequest: Sendable {
  /// The file; `-` is standard input.
  public var path: String
  /// A filter expression of pcap-filter(7), empty for all: what is shown, not what is analysed.
  public var filter = ""
  /// The file to draw into; nil is standard output.
  public var outputFile: String?
  /// How it is drawn.
  public var style = LadderStyle()
  /// What of it is shown.
  public var selection = Selection()

  /// Makes a request.
  public init(path: String) { self.path = path }
}

/// Draws the packets of a capture file.
public enum ReplaySession {
  /// Reads the file once, from its start to its end, and draws it meanwhile.
  ///
  /// Memory holds one piece of the file and the connections that are open. A reader of the output
  /// that goes away ends it quietly.
  ///
  /// - Returns: nil, or the damage that ended the reading after packets had been read; all of
  ///   these have been drawn.
  public static func hold(
    _ request: ReplayRequest
  ) throws(SessionError) -> CaptureFileError? {
    // Else the death of a reader would be this process's, and no file would be closed.
    signal(SIGPIPE, SIG_IGN)
    let input = try Input(request.path)
    let output = try request.outputFile.map { path throws(SessionError) in try Output.file(path) }
    var page = Page(output ?? .standard, name: request.outputFile ?? "standard output")
    var replay = Replay(request)
    do throws(ReplayStop) {
      let damage = try replay.draw(input, &page)
      output?.close()
      return damage
    } catch {
      if case .failed(let failure) = error { throw failure }
      return nil
    }
  }
}

/// Why a replay ends early.
enum ReplayStop: Error {
  /// Nobody reads the output any more.
  case readerIsGone
  /// Something failed.
  case failed(SessionError)
}

/// Collects lines, and writes them in large pieces.
struct Page {
  private let output: Output
  private let name: String
  private var bytes: [UInt8] = []
  /// Bytes that are collected before they are written.
  private static let full = 1 << 18

  init(_ output: Output, name: String) {
    self.output = output
    self.name = name
    bytes.reserveCapacity(Page.full + 4096)
  }

  /// Adds lines, each with an end.
  mutating func add(_ lines: [String]) throws(ReplayStop) {
    for line in lines {
      bytes.append(contentsOf: line.utf8)
      bytes.append(UInt8(ascii: "\n"))
    }
    if bytes.count >= Page.full { try flush() }
  }

  /// Writes what is collected.
  mutating func flush() throws(ReplayStop) {
    let error = output.write(bytes)
    bytes.removeAll(keepingCapacity: true)
    if error == EPIPE { throw .readerIsGone }
    if error != 0 { throw .failed(.file(name, error)) }
  }
}
