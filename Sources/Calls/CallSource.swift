/// The place in a program's code that made a call: the innermost frame of code that is the user's,
/// not that of the system's libraries.
///
/// Each field is nil where the debug information does not tell. All texts are raw: escape before
/// showing.
public struct CallSource: Hashable, Sendable {
  /// The source file, as the compiler was given it: mostly the whole path.
  public var file: String?
  /// The line, from 1.
  public var line: Int?
  /// The function.
  public var function: String?
  /// The program or library, without its folder.
  public var module: String?
  /// The place in the module where the call returns to, as `addr2line -e MODULE` takes it; only where
  /// there is no line.
  public var offset: UInt64?
  /// The number of the path by which the call was made, while it is not looked up yet.
  public var path: Int?

  /// Makes a place of which nothing is known.
  public init() {}

  /// The source file without its folder.
  public var fileName: String? {
    file.flatMap { $0.split(separator: "/").last.map { String($0) } }
  }
}
