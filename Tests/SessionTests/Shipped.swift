import Process

/// The captures of the folder `captures`.
enum Shipped {
  /// The folder, by this file's own place in the source tree.
  static let folder: String = {
    let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
    return parts.joined(separator: "/") + "/captures"
  }()

  /// Those that end as one of the kinds do.
  static func paths() throws -> [String] {
    let outcome = try runText(["sh", "-c", "ls \(folder)/*.pcap \(folder)/*.pcapng"])
    return outcome.text.split(separator: "\n").map(String.init)
  }

  static func path(_ name: String) -> String { folder + "/" + name }
}

extension Outcome {
  /// The lines of the ladder below the heading, which names the files.
  var rows: [Substring] {
    Array(
      text.split(separator: "\n").drop { !$0.hasPrefix("0.000 ") }
    )
  }
}
