import Calls
import Foundation
import Process
import Synchronization
import Tracing

@testable import Symbols

/// A program of Tests/Lines, built and traced: which line made which call.
struct TracedLines {
  /// A call and the place that made it.
  struct Found: Hashable, CustomStringConvertible {
    var call: String
    var source: CallSource?

    /// Such as `connect client.c:15`.
    var description: String {
      "\(call) \(source?.fileName ?? "-"):\(source?.line.map { "\($0)" } ?? "-")"
    }
  }

  /// The calls in the order of their entries.
  var calls: [Found] = []
  /// How many different paths there were.
  var paths = 0

  enum Failure: Error { case build(String), hangs }

  /// The folder of the sources.
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Lines").path

  /// The folder of the built programs: that of the test bundle.
  static let products = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent().path

  /// Builds a program.
  ///
  /// - Parameter command: the compiler with its options; source and target are added.
  static func build(_ command: [String], _ source: String, in folder: TemporaryFolder) throws
    -> String
  {
    let target = folder.path + "/" + source.prefix { $0 != "." }
    let outcome = try runText(
      command + ["-o", target, TracedLines.folder + "/" + source], timeout: .seconds(300))
    guard outcome.status == 0 else { throw Failure.build(outcome.errorText) }
    return target
  }

  /// Traces a command to its end, and looks its paths up.
  init(_ command: [String], limit: Int = PathBook.usualLimit) throws {
    try OwnNetwork.requireChoice()
    let box = Mutex<(paths: [CallPath], calls: [(String, Int?)])>(([], []))
    let end = DispatchSemaphore(value: 0)
    Thread.detachNewThread {
      let book = PathBook(limit: limit) { path in box.withLock { $0.paths.append(path) } }
      let tracer = Tracer(payloadBytes: 0, paths: book, progress: TracerProgress()) { report in
        guard case .event(let event) = report,
          case .entered(_, let call, let arguments, _) = event.what
        else { return }
        box.withLock { $0.calls.append((call.rawValue, arguments.source?.path)) }
      }
      if (try? tracer.start(Program(command))) != nil { while tracer.serve() {} }
      end.signal()
    }
    guard end.wait(timeout: .now() + 60) == .success else { throw Failure.hangs }
    let told = box.withLock { $0 }
    let finder = SourceFinder()
    var sources: [Int: CallSource] = [:]
    for path in told.paths { sources[path.number] = finder.source(of: path) }
    calls = told.calls.map { Found(call: $0.0, source: $0.1.flatMap { sources[$0] }) }
    paths = told.paths.count
  }

  /// What the markers of sources say: `// here: connect` stands on a line that makes that call.
  static func markers(_ sources: String...) throws -> Set<String> {
    var marked: Set<String> = []
    for source in sources {
      let text = try String(contentsOfFile: folder + "/" + source, encoding: .utf8)
      for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
        .enumerated()
      {
        guard let marker = line.range(of: "// here: ") else { continue }
        for call in line[marker.upperBound...].split(separator: " ") {
          marked.insert("\(call) \(source):\(index + 1)")
        }
      }
    }
    return marked
  }

  /// The calls that have markers, with the lines that were found for them.
  func found(among marked: Set<String>) -> Set<String> {
    let names = Set(marked.map { $0.prefix { $0 != " " } })
    return Set(calls.filter { names.contains(Substring($0.call)) }.map { "\($0)" })
  }
}
