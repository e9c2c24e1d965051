import Process
import Testing

/// The names of files that commands write, and what they promise.
@Suite struct CommandOutputTests {
  private let folder: TemporaryFolder
  private let demo = ShippedCaptures.folder + "demo-tcp.pcapng"

  init() throws { folder = try TemporaryFolder() }

  private func names() throws -> [String] {
    try runText(["ls", folder.path]).text.split(separator: "\n").map(String.init)
  }

  @Test(arguments: [
    ("run", "x.svg", "sockline draw FILE.pcapng -o"), ("run", "x.PNG", "sockline draw"),
    ("run", "x.jpg", "x.png"), ("run", "x.md", "sockline draw"), ("run", "x.pcapng", "-w"),
    ("run", "x.csv", "sockline export FILE.pcapng --format csv"),
    ("run", "x.txt.gz", "output is not compressed"), ("demo", "x.pdf", "sockline draw"),
    ("pair", "x.html", "sockline draw"), ("attach", "x.svg", "sockline draw"),
    ("capture", "x.svg", "sockline draw"), ("capture", "x.json", "--format jsonl"),
  ])
  func aLadderIsNoPicture(_ command: String, _ name: String, _ words: String) throws {
    let more = [
      "run": ["--", "true"], "pair": ["--server", "true", "--client", "true"], "attach": ["1"],
    ]
    let outcome = try Command.run(
      [command, "-o", folder.path + "/" + name] + (more[command] ?? []))
    #expect(outcome.status == (["run", "pair", "demo"].contains(command) ? 125 : 64))
    #expect(outcome.errorText.contains(words), "\(outcome.errorText)")
    #expect(try names() == [])
  }

  @Test(arguments: [
    (["replay", "DEMO", "-o", "x.svg"], "sockline draw"),
    (["replay", "DEMO", "-w", "x.pcap"], "-w"),
    (["export", "DEMO", "--format", "jsonl", "-o", "x.csv"], ".jsonl"),
    (["export", "DEMO", "--format", "csv", "-o", "x.csv.gz"], "output is not compressed"),
    (["export", "DEMO", "--format", "pcap", "-o", "x.pcapng"], ".pcap or .cap"),
    (["export", "DEMO", "--format", "perfetto", "-o", "x.svg"], ".json"),
    (["summary", "DEMO", "-o", "x.csv"], "--format table does not write .csv"),
    (["summary", "DEMO", "--format", "csv", "-o", "x.png"], ".csv"),
    (["plot", "DEMO", "--kind", "rtt", "-o", "x.txt"], "the extension selects"),
    (["draw", "DEMO", "-o", "x.jpg"], "the extension selects"),
  ])
  func othersNeither(_ arguments: [String], _ words: String) throws {
    let outcome = try Command.run(
      arguments.map {
        $0 == "DEMO" ? demo : $0.hasPrefix("x.") ? folder.path + "/" + $0 : $0
      })
    #expect(outcome.status == 64)
    #expect(outcome.errorText.contains(words), "\(outcome.errorText)")
    #expect(try names() == [])
  }

  /// `-` is standard output, wherever a text is written.
  @Test(arguments: [
    ["export", "--format", "csv"], ["export", "--format", "jsonl"], ["export", "--format", "pcap"],
    ["summary"], ["replay"], ["replay", "--lines"],
  ])
  func aStrokeIsStandardOutput(_ arguments: [String]) throws {
    let expected = try Command.run(arguments + [demo])
    #expect(expected.status == 0)
    let outcome = try runText(
      ["sh", "-c", "cd \(folder.path) && exec \"$@\"", "sh", Command.path] + arguments
        + [demo, "-o", "-"])
    #expect(outcome.status == 0)
    #expect(outcome.standardOutput == expected.standardOutput)
    #expect(try names() == [])
  }

  /// The picture of a report takes no file's place but that of an earlier one of the same report.
  @Test func aReportsPictureTakesNoOthersPlace() throws {
    let report = folder.path + "/x.md"
    _ = try folder.write(Array("mine".utf8), to: "x.svg")
    let refused = try Command.run(["draw", demo, "-o", report])
    #expect(refused.status == 1)
    #expect(refused.errorText.contains("/x.svg already exists, and the report "))
    #expect(try names() == ["x.svg"])
    #expect(try contents(of: folder.path + "/x.svg") == Array("mine".utf8))
    // A text of the user's own, which shows it, is no report.
    _ = try folder.write(Array("My text\n\n![mine](x.svg)\n".utf8), to: "x.md")
    #expect(try Command.run(["draw", demo, "-o", report]).status == 1)
    #expect(try contents(of: folder.path + "/x.svg") == Array("mine".utf8))

    let other = folder.path + "/y.md"
    #expect(try Command.run(["draw", demo, "-o", other]).status == 0)
    let first = try contents(of: folder.path + "/y.svg")
    let again = try Command.run(["draw", demo, "-o", other, "--width", "140"])
    #expect(again.status == 0, "\(again.errorText)")
    #expect(try contents(of: folder.path + "/y.svg") != first)
  }
}
