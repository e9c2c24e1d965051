public import Calls

/// Finds the lines of source code that made calls, from the debug information in the files of
/// programs and libraries.
///
/// It reads only files on this machine. It belongs to one thread, and may be slow: the first look
/// into a program takes a few tenths of a second.
public final class SourceFinder {
  #if SourceLines && canImport(CDwarf)
    private var programs: [(map: Int, program: LoadedProgram)] = []
    /// Programs whose debug information is kept.
    private static let kept = 8
  #endif

  /// Whether sockline was built with what it needs: libdw, and the trait SourceLines.
  public static var isAvailable: Bool {
    #if SourceLines && canImport(CDwarf)
      true
    #else
      false
    #endif
  }

  /// Makes a finder that has not examined any program.
  public init() {}

  /// The place in the user's code that a path came from; nil where it cannot be determined.
  public func source(of path: CallPath) -> CallSource? {
    #if SourceLines && canImport(CDwarf)
      program(of: path)?.source(of: path)
    #else
      nil
    #endif
  }

  #if SourceLines && canImport(CDwarf)
    /// The program that a path runs in, from the recently used ones or newly opened.
    private func program(of path: CallPath) -> LoadedProgram? {
      if let index = programs.firstIndex(where: { $0.map == path.code.number }) {
        let found = programs.remove(at: index)
        programs.append(found)
        return found.program
      }
      guard let program = LoadedProgram(path.code, process: path.process) else { return nil }
      if programs.count >= SourceFinder.kept { programs.removeFirst() }
      programs.append((path.code.number, program))
      return program
    }
  #endif
}
