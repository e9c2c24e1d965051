import Foundation

/// Compares a text with the file `Golden/<name>` beside the test; the whole text, to the byte.
///
/// With `RECORD=1` in the environment the file is written, and the comparison fails all the same,
/// so that a recording run is never green.
public enum Golden {
  /// The difference between `text` and the stored file, nil when there is none.
  ///
  /// - Parameters:
  ///   - text: what the code made.
  ///   - name: the file's name, such as `tcp-80.txt`.
  ///   - file: the test's own file; the golden file lies in `Golden` beside it.
  public static func difference(
    of text: String, from name: String, file: String = #filePath
  ) -> String? {
    let folder = URL(fileURLWithPath: file).deletingLastPathComponent()
      .appendingPathComponent("Golden")
    let url = folder.appendingPathComponent(name)
    if ProcessInfo.processInfo.environment["RECORD"] == "1" {
      do {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
      } catch {
        return "\(name) could not be recorded: \(error)"
      }
      return "\(name) was recorded: run again without RECORD=1, and read the difference in git"
    }
    guard let data = try? Data(contentsOf: url) else {
      return "\(name) is missing: run with RECORD=1 once"
    }
    let stored = String(decoding: data, as: UTF8.self)
    if stored == text { return nil }
    return firstDifference(text, stored, name)
  }

  /// The first line that differs, and both whole texts.
  private static func firstDifference(_ text: String, _ stored: String, _ name: String) -> String {
    let new = text.split(separator: "\n", omittingEmptySubsequences: false)
    let old = stored.split(separator: "\n", omittingEmptySubsequences: false)
    let line = zip(new, old).prefix { $0 == $1 }.count
    return """
      \(name) differs at line \(line + 1):
      stored: \(line < old.count ? String(old[line]) : "(end)")
      made:   \(line < new.count ? String(new[line]) : "(end)")
      the whole text made:
      \(text)
      """
  }
}
