import Foundation
import Process

/// A shell script that runs the demo programs.
enum DemoScript {
  /// What a script left behind.
  struct Outcome {
    var status: Int32
    var output: String
    /// The files that it wrote into its folder, by name.
    var files: [String: String]
  }

  /// The folder of the programs that were built with these tests.
  static let programs = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent().path

  /// Waits in a script until something is bound to port 3490, for a minute at most.
  static let untilBound = """
    tries=0
    until ss -Hlntu 'sport = :3490' | grep -q .; do
      tries=$((tries + 1)); [ $tries -lt 1200 ] || { echo 'nobody is bound' >&2; exit 99; }
      sleep 0.05
    done
    """

  /// Runs a script in a new folder, with `$programs` set.
  static func run(_ script: String) throws -> Outcome {
    let folder = try TemporaryFolder()
    let outcome = try runText(
      [
        "env", "programs=\(programs)", "sh", "-euc", "exec 2>&1; cd \"$1\"\n" + script, "sh",
        folder.path,
      ], timeout: .seconds(90))
    var files: [String: String] = [:]
    for file in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
      files[file] = String(decoding: try contents(of: folder.path + "/" + file), as: UTF8.self)
    }
    return Outcome(status: outcome.status, output: outcome.text, files: files)
  }
}
