import Foundation

/// A shell script that runs in a network namespace of its own, whose `lo` is up.
enum PrivateNetwork {
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

  /// Waits in a script until something is bound to port 3490, for ten seconds at most.
  static let untilBound = """
    tries=0
    until ss -Hlntu 'sport = :3490' | grep -q .; do
      tries=$((tries + 1)); [ $tries -lt 200 ] || { echo 'nobody is bound' >&2; exit 99; }
      sleep 0.05
    done
    """

  /// Runs a script in a new folder, with `$programs` set, for a minute at most; status 124 says
  /// that it took longer.
  static func run(_ script: String) throws -> Outcome {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("sockline-demo-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }

    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments =
      ["timeout", "--kill-after=5", "60", "unshare"] + (geteuid() == 0 ? ["-n"] : ["-Urn"])
      + ["sh", "-euc", "ip link set lo up\n" + script]
    process.currentDirectoryURL = folder
    process.environment = ProcessInfo.processInfo.environment.merging(
      ["LC_ALL": "C.UTF-8", "programs": programs]) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let bytes = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()

    var files: [String: String] = [:]
    for file in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
      files[file] = String(
        decoding: try Data(contentsOf: folder.appendingPathComponent(file)), as: UTF8.self)
    }
    return Outcome(
      status: process.terminationStatus, output: String(decoding: bytes, as: UTF8.self),
      files: files)
  }
}
