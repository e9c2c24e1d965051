import Process
import Testing

/// What a run exports while it goes on.
@Suite(.ownNetwork) struct LiveExportTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// The lines of a text without the first of an export, which counts what follows where it can.
  private func lines(_ path: String) throws -> [Substring] {
    let text = String(decoding: try contents(of: path), as: UTF8.self)
    return Array(
      text.split(separator: "\n").drop {
        $0.hasPrefix("{\"type\":\"recording\"") || $0.hasPrefix("{\"displayTimeUnit\"")
      })
  }

  /// A ladder, a recording and an export of one analysis: each is what a command makes of the
  /// recording afterwards.
  @Test(arguments: [("jsonl", "jsonl"), ("csv", "csv"), ("json", "perfetto")])
  func isWhatTheRecordingGives(_ ending: String, _ format: String) throws {
    let (file, export) = (folder.path + "/x.pcapng", folder.path + "/live." + ending)
    let ladder = folder.path + "/ladder"
    let outcome = try Live.run([
      "demo", "tcp", "--private", "--lines", "-o", ladder, "-w", file, "--export", export,
    ])
    #expect(outcome.status == 0)
    #expect(outcome.errorText == "")
    let later = folder.path + "/later." + ending
    #expect(try Live.run(["export", file, "--format", format, "-o", later]).status == 0)
    #expect(try lines(export) == lines(later))
    #expect(try lines(export).count > 10)
    #expect(try Live.run(["replay", "--lines", file]).text == runText(["cat", ladder]).text)
  }

  /// Only what is selected, as in the ladder.
  @Test func isSelected() throws {
    let export = folder.path + "/live.jsonl"
    let outcome = try Live.run([
      "demo", "tcp", "--private", "--call", "connect,accept", "--export", export,
    ])
    #expect(outcome.status == 0)
    let calls = try lines(export).filter { $0.hasPrefix("{\"type\":\"call\"") }
    #expect(calls.count == 2)
    #expect(calls.allSatisfy { $0.contains("\"connect\"") || $0.contains("\"accept\"") })
    #expect(calls.allSatisfy { $0.contains("\"connection\":1,") })
  }

  @Test func aQuietRunExportsToo() throws {
    let export = folder.path + "/live.csv"
    let outcome = try Live.run([
      "run", "--private", "-q", "--export", export, "--", "curl", "-s", "http://127.0.0.1:3490/",
    ])
    #expect(outcome.text == "")
    let rows = try lines(export)
    // Nobody listens: a SYN and the RST that answers it, below the names of the columns.
    #expect(rows.count == 3)
    #expect(rows[1].contains(",S,") && rows[2].contains("nobody listens"))
  }

  @Test func aFullDiskIsTold() throws {
    let export = folder.path + "/full.csv"
    #expect(try runText(["ln", "-s", "/dev/full", export]).status == 0)
    let outcome = try Live.run(["demo", "tcp", "--private", "--export", export])
    #expect(outcome.status != 0)
    #expect(outcome.errorText.contains(export))
  }

  @Test(arguments: [
    (["--export", "x.svg"], "--export x.svg: the extension selects the format"),
    (["--export", "x.jsonl", "-o", "x.jsonl"], "x.jsonl"),
  ])
  func namesThatCannotBe(_ arguments: [String], _ sentence: String) throws {
    let outcome = try Command.run(["demo", "tcp"] + arguments)
    #expect(outcome.status == 64 || outcome.status == 125)
    #expect(outcome.errorText.contains(sentence))
  }
}
