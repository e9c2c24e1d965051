/// The place in a program's code that made a call: the innermost frame in the user's own code, not
/// in the system's libraries.
///
/// Each field is nil where the debug information does not say. All texts are raw: escape before
/// showing. Many calls share one place, so it is an object.
public final class CallSource: Sendable {
  /// The source file, as it was named to the compiler: usually the whole path.
  public let file: String?
  /// The line, from 1.
  public let line: Int?
  /// The function.
  public let function: String?
  /// The program or library, without its directory.
  public let module: String?
  /// The offset in the module that the call returns to, as `addr2line -e MODULE` takes it; only
  /// where there is no line.
  public let offset: UInt64?
  /// The number of the path by which the call was made, until it is looked up.
  public let path: Int?

  /// Makes a place.
  public init(
    file: String? = nil, line: Int? = nil, function: String? = nil, module: String? = nil,
    offset: UInt64? = nil
  ) {
    self.file = file
    self.line = line
    self.function = function
    self.module = module
    self.offset = offset
    path = nil
  }

  /// Makes a place that is still to be looked up.
  public init(path: Int) {
    (file, line, function, module, offset) = (nil, nil, nil, nil, nil)
    self.path = path
  }

  /// The source file without its directory.
  public var fileName: String? {
    file.flatMap { $0.split(separator: "/").last.map { String($0) } }
  }
}

extension CallSource: Hashable {
  /// Whether two places are the same.
  public static func == (one: CallSource, other: CallSource) -> Bool {
    one === other
      || (one.line == other.line && one.offset == other.offset && one.path == other.path
        && one.file == other.file && one.function == other.function && one.module == other.module)
  }

  /// Hashes everything that distinguishes two places.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(file)
    hasher.combine(line)
    hasher.combine(function)
    hasher.combine(module)
    hasher.combine(offset)
    hasher.combine(path)
  }
}
