import Glibc
import Process
import Testing

/// Every command that reads captures reads every kind of source, under every selection, and writes
/// what it writes for a plain file.
@Suite struct CommandMatrixTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Commands, each with the ending of what it writes.
  static let commands: [[String]] = [
    ["replay", "--lines", "txt"], ["replay", "--width", "100", "txt"],
    ["export", "--format", "jsonl", "jsonl"], ["export", "--format", "csv", "csv"],
    ["export", "--format", "pcap", "pcap"], ["export", "--format", "perfetto", "json"],
    ["draw", "svg"], ["draw", "mmd"], ["plot", "--kind", "sequence", "svg"],
    ["summary", "--format", "csv", "csv"], ["summary", "--width", "160", "txt"],
  ]
  static let selections: [[String]] = [
    [], ["tcp port 3489 or tcp port 37036"], ["--connection", "2"],
  ]

  /// Where the bytes of a capture come from.
  enum Source: CaseIterable { case gzip, pipe, several, followed, followedGzip }

  private func run(
    _ command: [String], _ files: [String], _ selection: [String], input: [UInt8] = []
  ) throws -> (status: Int32, bytes: [UInt8]) {
    let (arguments, output) = self.arguments(command, files, selection)
    let outcome = try Command.run(arguments, input: input)
    #expect(outcome.errorText == "")
    return (outcome.status, try contents(of: output))
  }

  private func arguments(
    _ command: [String], _ files: [String], _ selection: [String]
  ) -> (arguments: [String], output: String) {
    let output = folder.path + "/out." + command[command.count - 1]
    // A filter stands behind the files, and options anywhere.
    return (
      [command[0]] + files + selection + command[1..<(command.count - 1)] + ["-o", output], output
    )
  }

  /// The same while the file is written: to its end, at Ctrl-C.
  private func follow(
    _ command: [String], _ file: String, _ selection: [String]
  ) throws -> (status: Int32, bytes: [UInt8]) {
    let (arguments, output) = self.arguments(command, [file], selection + ["--follow"])
    let reading = try RunningProcess([Command.path] + arguments)
    // From when it catches the signal on, all that is there is read before the end.
    #expect(
      reading.wait {
        guard let text = try? contents(of: "/proc/\(reading.identifier)/status") else {
          return true
        }
        let lines = String(decoding: text, as: UTF8.self).split(separator: "\n")
        let caught = lines.first { $0.hasPrefix("SigCgt:") }?.split(separator: "\t").last
        return caught.flatMap { UInt64($0, radix: 16) }.map { $0 & (1 << (SIGINT - 1)) != 0 }
          ?? true
      })
    reading.signal(SIGINT)
    let outcome: Outcome = try reading.wait()
    #expect(outcome.errorText == "")
    return (outcome.status, try contents(of: output))
  }

  /// What differs by right: the names of files, and what an export cannot count beforehand.
  private func text(_ bytes: [UInt8], of command: [String], _ names: [String]) -> [String] {
    if command.last == "pcap" { return bytes.map { "\($0)" } }
    var text = String(decoding: bytes, as: UTF8.self)
    for name in names.sorted(by: { $0.count > $1.count }) { text = text.replacing(name, with: "X") }
    let lines = text.split(separator: "\n").map(String.init)
    // A heading is wrapped as the names in it are long.
    if command[0] == "replay" { return Array(lines.drop { !$0.contains("SYN seq=0") }) }
    let counting = ["{\"type\":\"recording\"", "{\"displayTimeUnit\""]
    return lines.filter { line in !line.contains("X") && !counting.contains { line.hasPrefix($0) } }
  }

  private func compare(
    _ command: [String], _ capture: [UInt8], parts: [[UInt8]]
  ) throws {
    let plain = try folder.write(capture, to: "plain.pcap")
    let packed = try folder.write(
      try Process.run(["gzip", "-c"], input: capture).standardOutput, to: "packed.pcap.gz")
    let files = try parts.enumerated().map {
      try folder.write($0.element, to: "part\($0.offset).pcap")
    }
    var names = ["standard input", "plain.pcap", "packed.pcap.gz"]
    names += files.indices.map { "part\($0).pcap" }
    for selection in Self.selections {
      let expected = try run(command, [plain], selection)
      #expect(expected.status == 0)
      #expect(expected.bytes.count > 20)
      for source in Source.allCases {
        let found: (status: Int32, bytes: [UInt8])
        switch source {
        case .gzip: found = try run(command, [packed], selection)
        case .pipe: found = try run(command, ["-"], selection, input: capture)
        case .several:
          if files.isEmpty { continue }
          found = try run(command, files, selection)
        case .followed: found = try follow(command, plain, selection)
        case .followedGzip: found = try follow(command, packed, selection)
        }
        #expect(found.status == 0, "\(command) \(source) \(selection)")
        #expect(
          text(found.bytes, of: command, names) == text(expected.bytes, of: command, names),
          "\(command) \(source) \(selection)")
      }
    }
  }

  @Test(arguments: commands) func capturesOfOthers(_ command: [String]) throws {
    let second: Int64 = 1_000_000_000
    var whole = MadeCapture()
    whole.addEcho()
    whole.addEcho(clientPort: 3489, at: MadeCapture.start + second)
    var (one, two) = (MadeCapture(), MadeCapture())
    one.addEcho()
    two.addEcho(clientPort: 3489, at: MadeCapture.start + second)
    try compare(command, whole.bytes, parts: [one.bytes, two.bytes])
  }

  @Test(arguments: commands) func recordings(_ command: [String]) throws {
    try compare(command, try contents(of: Shipped.path("endings.pcapng")), parts: [])
  }
}
