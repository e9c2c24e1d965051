import Render
import Text

/// How large a file has become that a session saves, and when that is to be said.
struct FileGrowth {
  /// The file.
  let path: String
  private var isTold = false

  /// Bytes from which on the size is said at the end, and from which on it is said at once.
  static let notable = 16 << 20
  static let large = 256 << 20

  init(_ path: String) { self.path = path }

  /// What is said while it grows, once; nil where there is nothing to say.
  mutating func warning(_ size: Int) -> String? {
    guard size >= FileGrowth.large, !isTold else { return nil }
    isTold = true
    return "\(Escape.terminal(path)) has \(NumberText.size(size)) and is growing: "
      + "`-s 256` keeps only the headers of packets, a filter fewer packets."
  }

  /// What the footer says of it.
  func note(_ size: Int) -> String? {
    guard size >= FileGrowth.notable else { return nil }
    return "\(path): \(NumberText.size(size))."
  }
}
