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
    if let path = request.outputFile, input.isSame(as: path) { throw .sameFile(path) }
    var page = Page(file: request.outputFile)
    var replay = Replay(request)
    do throws(ReplayStop) {
      let damage = try replay.draw(input, &page)
      page.close()
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
  /// The file; nil is standard output.
  private let file: String?
  /// Opened at the first write, so that a capture that cannot be read empties no file.
  private var output: Output?
  private var bytes: [UInt8] = []
  /// Bytes that are collected before they are written.
  private static let full = 1 << 18

  init(file: String?) {
    self.file = file
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
    let output = try opened()
    let error = output.write(bytes)
    bytes.removeAll(keepingCapacity: true)
    if error == EPIPE { throw .readerIsGone }
    if error != 0 { throw .failed(.file(file ?? Output.standardName, error)) }
  }

  /// Closes the file.
  func close() { if file != nil { output?.close() } }

  private mutating func opened() throws(ReplayStop) -> Output {
    if let output { return output }
    do throws(SessionError) {
      let opened = try file.map { path throws(SessionError) in try Output.file(path) } ?? .standard
      output = opened
      return opened
    } catch {
      throw .failed(error)
    }
  }
}

extension Output {
  /// What an error about standard output calls it.
  public static let standardName = "standard output"

  /// Writes lines to standard output; a reader that has gone is no error.
  public static func say(_ lines: [String]) throws(SessionError) {
    signal(SIGPIPE, SIG_IGN)
    let error = Output.standard.write(lines: lines)
    if error != 0, error != EPIPE { throw .file(standardName, error) }
  }
}
