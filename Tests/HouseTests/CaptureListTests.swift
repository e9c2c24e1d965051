import Foundation
import Testing

/// The shipped captures: each file has a row in captures/manifest.tsv, whose first column names it.
@Suite(.enabled(if: Manifest.exists, "there are no captures"))
struct CaptureListTests {
  @Test func rowsAndFilesAgree() throws {
    let manifest = Manifest(try House.text(of: Manifest.path))
    let captures = try House.files(below: "captures", "pcap", "pcapng", "cap")
      .map { String($0.path.dropFirst("captures/".count)) }
    #expect(!captures.isEmpty)
    #expect(Set(captures).subtracting(manifest.files) == [], "files without a row")
    #expect(Set(manifest.files).subtracting(captures) == [], "rows without a file")
    #expect(manifest.files.count == Set(manifest.files).count, "rows that repeat a file")
  }

  @Test func rowsAreWhole() throws {
    let manifest = Manifest(try House.text(of: Manifest.path))
    let columns = manifest.rows.first?.count ?? 0
    #expect(columns > 1)
    let broken = manifest.rows.filter { row in
      row.count != columns || row.contains { $0.isEmpty }
    }
    #expect(broken == [])
  }
}

/// The list of captures: columns between tabs; lines that begin with `#` are remarks.
struct Manifest {
  static let path = "captures/manifest.tsv"
  static var exists: Bool {
    FileManager.default.fileExists(atPath: House.root.appendingPathComponent(path).path)
  }

  let rows: [[String]]
  var files: [String] { rows.compactMap(\.first) }

  init(_ text: String) {
    rows = text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
      line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    }
  }
}
