import Foundation
import Process

/// The source tree that these tests were compiled from.
enum House {
  /// The folder of Package.swift, by this file's own place in it.
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// A text file of the tree.
  struct File {
    /// Its path below the root, such as `Sources/Wire/UDP.swift`.
    var path: String
    var text: String

    /// The target, such as `Wire`: the second part of the path.
    var target: String { String(path.split(separator: "/").dropFirst().first ?? "") }
    var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
  }

  /// The files below `folder` with one of the endings, in the order of their paths.
  static func files(below folder: String, _ endings: String...) throws -> [File] {
    let paths = try FileManager.default.subpathsOfDirectory(
      atPath: root.appendingPathComponent(folder).path)
    return try paths.filter { path in endings.contains { path.hasSuffix("." + $0) } }.sorted().map {
      let path = folder + "/" + $0
      return File(path: path, text: try text(of: path))
    }
  }

  /// A file's text, whatever its bytes are.
  static func text(of path: String) throws -> String {
    String(decoding: try Data(contentsOf: root.appendingPathComponent(path)), as: UTF8.self)
  }

  /// The paths that git tracks, deleted ones left out; nil where there is no git or no repository.
  static func trackedPaths() throws -> [String]? {
    let git = try runText(["git", "-C", root.path, "-c", "safe.directory=*", "ls-files", "-z"])
    guard git.status == 0 else { return nil }
    return git.standardOutput.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }.filter
    {
      FileManager.default.fileExists(atPath: root.appendingPathComponent($0).path)
    }
  }
}

extension House.File {
  /// The lines with their numbers from 1, comments taken away. What follows `//` counts as a
  /// comment, unless a colon stands before it as in an address.
  var code: [(number: Int, text: Substring)] {
    lines.enumerated().map { index, line in
      let comment = line.ranges(of: "//").first { range in
        range.lowerBound == line.startIndex || line[line.index(before: range.lowerBound)] != ":"
      }
      return (index + 1, line[..<(comment?.lowerBound ?? line.endIndex)])
    }
  }

  /// The modules that the file imports.
  var imports: [String] {
    code.compactMap { _, line in
      let pattern =
        /^\s*(?:@\w+(?:\(\w+\))? )*(?:(?:public|package|internal|fileprivate|private) )?import (?:(?:struct|class|enum|protocol|typealias|func|let|var) )?(?<module>\w+)/
      return line.firstMatch(of: pattern).map { String($0.module) }
    }
  }

  /// The places of code that match, such as `Sources/Wire/UDP.swift:12`.
  func places(of pattern: some RegexComponent) -> [String] {
    code.filter { $0.text.contains(pattern) }.map { "\(path):\($0.number)" }
  }
}
