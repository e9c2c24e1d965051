import Foundation
import Testing

/// What may not get into the repository, and what must hold in its pages.
@Suite struct TrackedTests {
  /// A path of one person's machine: a folder that others do not have.
  static var machinePath: Regex<(Substring, Substring)> {
    /(?:^|[^\w.~}])\/(root|work|home)(?![\w.-])/
  }

  @Test func noMachinePaths() throws {
    let paths = try #require(try House.trackedPaths(), "needs a git clone")
    #expect(paths.contains("Package.swift"))
    let offences = try paths.flatMap { path in
      House.File(path: path, text: try House.text(of: path)).lines.enumerated()
        .filter { $0.element.contains(Self.machinePath) }
        .map { "\(path):\($0.offset + 1): \($0.element.prefix(120))" }
    }
    #expect(offences == [])
  }

  @Test func tellsMachinePaths() {
    for folder in ["root", "work", "home"] {
      #expect("x = \"/\(folder)/me\"".contains(Self.machinePath))
      #expect("in /\(folder) only".contains(Self.machinePath))
    }
    #expect(!"framework/work/a, /homes, ~/home, ${x}/root".contains(Self.machinePath))
  }

  /// Links between the pages lead to files that exist.
  @Test func linksLeadSomewhere() throws {
    let paths = try #require(try House.trackedPaths(), "needs a git clone")
      .filter { $0.hasSuffix(".md") }
    var dead: [String] = []
    for path in paths {
      let folder = House.root.appendingPathComponent(path).deletingLastPathComponent()
      for link in try House.text(of: path).matches(of: /\]\((?<target>[^)#\s]+)[^)]*\)/) {
        let target = String(link.target)
        if target.contains("://") || target.hasPrefix("mailto:") { continue }
        if !FileManager.default.fileExists(atPath: folder.appendingPathComponent(target).path) {
          dead.append("\(path): \(target)")
        }
      }
    }
    #expect(dead == [])
  }
}
