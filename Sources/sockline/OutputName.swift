import ArgumentParser
import Session

/// Names of output files, whose extensions promise what is in them.
enum OutputName {
  /// The file to write to; nil for standard output, which `-` stands for.
  static func path(_ name: String?) -> String? { name == "-" ? nil : name }

  private static let pictures: Set = [
    "svg", "png", "pdf", "html", "htm", "jpg", "jpeg", "gif", "webp", "eps", "ps", "bmp", "tiff",
  ]
  /// Text formats other than the ladder.
  private static let notations: Set = ["md", "markdown", "mmd", "pkt"]
  private static let captures: Set = ["pcap", "pcapng", "cap"]
  private static let tables: Set = ["json", "jsonl", "ndjson", "csv", "tsv"]
  private static let packed: Set = ["gz", "zst", "xz", "bz2", "lz4", "zip"]

  /// What follows the last dot, in lower case.
  private static func ending(_ name: String) -> String {
    guard let file = name.split(separator: "/").last, let dot = file.lastIndex(of: ".") else {
      return ""
    }
    return file[file.index(after: dot)...].lowercased()
  }

  /// Rejects a name for a text ladder if its extension promises something else.
  ///
  /// - Parameter source: the file that is drawn; nil if there is none yet.
  static func checkLadder(_ name: String?, of source: String? = nil) throws {
    guard let name else { return }
    let ending = OutputName.ending(name)
    let start = "-o \(name): the ladder is text, not a .\(ending) file; "
    let file = source ?? "FILE.pcapng"
    let first = source == nil ? "`-w FILE.pcapng` records, and " : ""
    if pictures.contains(ending) || notations.contains(ending) {
      let isDrawn = PictureFormat(path: name) != nil
      let picture = isDrawn ? name : String(name.dropLast(ending.count)) + "png"
      throw ValidationError(start + first + "`sockline draw \(file) -o \(picture)` draws one.")
    }
    if captures.contains(ending) {
      throw ValidationError(
        start + (source == nil ? "`-w \(name)` saves packets." : "`cp` copies a capture."))
    }
    if tables.contains(ending) {
      let format = ["csv", "tsv"].contains(ending) ? "csv" : "jsonl"
      throw ValidationError(
        start + first + "`sockline export \(file) --format \(format)` writes such a file.")
    }
    try checkPacked(name, ending)
  }

  private static func checkPacked(_ name: String, _ ending: String) throws {
    if packed.contains(ending) {
      throw ValidationError(
        "-o \(name): output is not compressed: leave out .\(ending), and compress the file afterwards."
      )
    }
  }

  /// Rejects a name whose extension promises a different format from the one that is written.
  ///
  /// - Parameters:
  ///   - format: the one that is written, as its option spells it.
  ///   - own: the extensions that it may have.
  static func check(_ name: String?, format: String, own: [String]) throws {
    guard let name else { return }
    let ending = OutputName.ending(name)
    try checkPacked(name, ending)
    let promised = pictures.union(notations).union(captures).union(tables)
    guard promised.contains(ending), !own.contains(ending) else { return }
    throw ValidationError(
      "-o \(name): --format \(format) does not write .\(ending) files; the name may end in "
        + "\(own.map { "." + $0 }.joined(separator: " or ")).")
  }

  /// Rejects a name for an export if its extension is not an export format, or the name is taken.
  static func checkExport(_ name: String?, others: [String?]) throws {
    guard let name else { return }
    if others.contains(name) {
      throw ValidationError(
        "--export \(name): another option writes to this file: give each its own.")
    }
    if ExportFile.format(of: name) == nil {
      throw ValidationError(
        "--export \(name): the extension selects the format: .jsonl, .csv, or .json for Perfetto.")
    }
  }
}
