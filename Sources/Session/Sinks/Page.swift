import Glibc
import Text
import Tracing

/// Where lines of text go.
protocol LineOutput: AnyObject {
  /// Whether so much waits for its reader that no more is to be drawn.
  var isBehind: Bool { get }
  /// Adds lines.
  func add(_ lines: Lines) throws(RunStop)
  /// Writes what is collected.
  func flush() throws(RunStop)
  /// Closes a file that was opened for it.
  func close()
}

extension LineOutput {
  var isBehind: Bool { false }

  /// Adds lines, each of them without its end.
  func add(_ texts: [String]) throws(RunStop) {
    var lines = Lines()
    lines.add(texts)
    try add(lines)
  }
}

/// Collects lines, and writes them in large pieces.
final class Page: LineOutput {
  /// The file; nil is standard output.
  private let file: String?
  /// Whether only its owner may read a new file.
  private let isPrivate: Bool
  /// Opened at the first write, so that a capture that cannot be read empties no file.
  private var output: Output?
  private var bytes: [UInt8] = []
  /// Bytes that are collected before they are written.
  private static let full = 1 << 18

  init(file: String?, isPrivate: Bool = false) {
    self.file = file
    self.isPrivate = isPrivate
    bytes.reserveCapacity(Page.full + 4096)
  }

  func add(_ lines: Lines) throws(RunStop) { try add(bytes: lines.bytes) }

  /// Adds whole lines as they are.
  func add(bytes more: [UInt8]) throws(RunStop) {
    bytes += more
    if bytes.count >= Page.full { try flush() }
  }

  func flush() throws(RunStop) {
    let output = try opened()
    let error = output.write(bytes)
    bytes.removeAll(keepingCapacity: true)
    if error == EPIPE { throw .readerIsGone }
    if error != 0 { throw .failed(.file(file ?? Output.standardName, error)) }
  }

  func close() { if file != nil { output?.close() } }

  private func opened() throws(RunStop) -> Output {
    if let output { return output }
    let opened = try RunStop.failing { () throws(SessionError) in
      try file.map { path throws(SessionError) in
        try isPrivate ? Output.privateFile(path) : Output.file(path)
      } ?? .standard
    }
    output = opened
    return opened
  }
}

extension Output {
  /// What an error about standard output calls it.
  public static let standardName = "standard output"

  /// Writes lines to standard output; a reader that has gone is no error.
  public static func say(_ lines: [String]) throws(SessionError) {
    TracerThread.outliveReaders()
    let error = Output.standard.write(lines: lines)
    if error != 0, error != EPIPE { throw .file(standardName, error) }
  }
}
