/// Lines of text as they are written, each with its end: one row of bytes, with no string for each
/// line.
public struct Lines: Hashable, Sendable {
  /// The lines in UTF-8.
  public private(set) var bytes: [UInt8] = []

  /// No lines.
  public init() {}

  /// Whether there is none.
  public var isEmpty: Bool { bytes.isEmpty }

  /// Adds a line.
  public mutating func add(_ line: String) {
    bytes.append(contentsOf: line.utf8)
    bytes.append(UInt8(ascii: "\n"))
  }

  /// Adds lines.
  public mutating func add(_ lines: [String]) { for line in lines { add(line) } }

  /// Adds a line that `write` puts together at the end of the bytes; it must not end it.
  public mutating func line(_ write: (inout [UInt8]) -> Void) {
    write(&bytes)
    bytes.append(UInt8(ascii: "\n"))
  }

  /// Takes all lines out; what held them is used again.
  public mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

  /// The lines as texts.
  public var texts: [String] {
    bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast().map {
      String(decoding: $0, as: UTF8.self)
    }
  }
}
