import Foundation
import Process
import Testing

/// `--source`: the lines of source, live, replayed and exported.
@Suite(.serialized, .ownNetwork) struct CommandSourceTests {
  private static let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Lines/plain.c")

  /// The program, built from a file of any name.
  private func program(named name: String = "plain.c", in folder: TemporaryFolder) throws -> String
  {
    let text = try Data(contentsOf: Self.source)
    let file = try folder.write(Array(text), to: name)
    let target = folder.path + "/program"
    let outcome = try runText(["gcc", "-g", "-o", target, file])
    #expect(outcome.status == 0, "\(outcome.errorText)")
    return target
  }

  private func trace(_ options: [String], _ program: String) throws -> Outcome {
    try Command.run(["run", "--host", "--width", "120"] + options + ["--", program])
  }

  @Test func aReplayShowsWhatWasDrawnLive() throws {
    let folder = try TemporaryFolder()
    let program = try program(in: folder)
    let (recording, ladder) = (folder.path + "/r.pcapng", folder.path + "/live.txt")
    let live = try trace(["--source", "-w", recording, "-o", ladder], program)
    #expect(live.status == 0, "\(live.errorText)")
    let drawn = String(decoding: try contents(of: ladder), as: UTF8.self)
    for (call, line) in [("connect", "plain.c:9"), ("accept", "plain.c:23")] {
      #expect(drawn.contains(line), "\(call)\n\(drawn)")
    }
    let replayed = try Command.run(["replay", recording, "--source", "--width", "120"])
    #expect(replayed.text == drawn)
    // Nobody who does not ask is shown them.
    let plain = try Command.run(["replay", recording])
    #expect(!plain.text.contains("plain.c"))
    let lines = try Command.run(["replay", recording, "--source", "--lines"])
    #expect(lines.text.contains("at plain.c:9 in dial"))
  }

  @Test func aRecordingHasThemUnasked() throws {
    let folder = try TemporaryFolder()
    let program = try program(in: folder)
    let recording = folder.path + "/r.pcapng"
    #expect(try trace(["-q", "-w", recording], program).status == 0)
    let export = try Command.run(["export", recording, "--format", "jsonl"]).text
    #expect(export.contains("\"source\":\"plain.c:9\""))
    #expect(export.contains("\"source_file\":\"\(folder.path)/plain.c\""))
    #expect(export.contains("\"function\":\"dial\",\"module\":\"program\""))
    let table = try Command.run(["export", recording, "--format", "csv", "--table", "calls"])
    if table.status == 0 { #expect(table.text.contains("plain.c:9")) }
    #expect(
      try Command.run(["export", recording, "--format", "perfetto"]).text.contains("plain.c:9"))
  }

  @Test func noSourceLooksForNone() throws {
    let folder = try TemporaryFolder()
    let program = try program(in: folder)
    let recording = folder.path + "/r.pcapng"
    #expect(try trace(["-q", "--no-source", "-w", recording], program).status == 0)
    let bytes = String(decoding: try contents(of: recording), as: UTF8.self)
    #expect(!bytes.contains("CODE_FILE") && !bytes.contains("SOCK_MODULE"))
  }

  /// A file's name is text of others like any.
  @Test func hostileNamesAreEscaped() throws {
    let folder = try TemporaryFolder()
    let program = try program(named: "ev\u{1B}[31mil\n_PID=1.c", in: folder)
    let recording = folder.path + "/r.pcapng"
    let live = try trace(["--source", "--lines", "-w", recording], program)
    #expect(!live.errorText.contains("\u{1B}"))
    #expect(live.errorText.contains("ev\\x1b[31mil\\n_PID=1.c:9"), "\(live.errorText)")
    let bytes = try contents(of: recording)
    #expect(!bytes.contains(0x1B) || !String(decoding: bytes, as: UTF8.self).contains("ev\u{1B}"))
    let export = try Command.run(["export", recording, "--format", "jsonl"]).text
    #expect(export.contains("ev\\u001b[31mil\\n_PID=1.c:9"))
  }
}
