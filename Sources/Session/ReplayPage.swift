import Glibc
import Tracing

/// Collects lines, and writes them in large pieces.
struct Page {
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

  /// Adds lines, each with an end.
  mutating func add(_ lines: [String]) throws(ReplayStop) {
    for line in lines {
      bytes.append(contentsOf: line.utf8)
      bytes.append(UInt8(ascii: "\n"))
    }
    if bytes.count >= Page.full { try flush() }
  }

  /// Adds whole lines as they are.
  mutating func add(bytes more: [UInt8]) throws(ReplayStop) {
    bytes += more
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
      let opened =
        try file.map { path throws(SessionError) in
          try isPrivate ? Output.privateFile(path) : Output.file(path)
        } ?? .standard
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
    TracerThread.outliveReaders()
    let error = Output.standard.write(lines: lines)
    if error != 0, error != EPIPE { throw .file(standardName, error) }
  }
}
