import Foundation
import Process
import Testing

/// Chromium without a window.
enum Browser {
  /// Opens a page that lies at `path`, lets its scripts run, and returns the text of its element
  /// `<pre id="results">`, line by line.
  static func results(at path: String, profile: String) throws -> [String] {
    let outcome = try runText(
      [
        "env", "HOME=" + profile, "chromium", "--headless=new", "--no-sandbox", "--disable-gpu",
        "--disable-dev-shm-usage", "--user-data-dir=" + profile, "--virtual-time-budget=20000",
        "--dump-dom", "file://" + path,
      ], timeout: .seconds(180))
    let parts = outcome.text.components(separatedBy: "<pre id=\"results\">")
    try #require(parts.count == 2, "\(outcome.text.suffix(500)) \(outcome.errorText)")
    let text = parts[1].components(separatedBy: "</pre>")[0]
    return text.split(separator: "\n").map {
      String($0).replacing("&lt;", with: "<").replacing("&gt;", with: ">")
        .replacing("&amp;", with: "&")
    }
  }
}
