import CaptureFile
import Golden
import Glibc
import Process
import Testing

/// Captures of other people, by the command: packed, several, commented, growing.
@Suite struct CommandFilesTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func echo(port: UInt16 = 51_514, at delay: Int64 = 0) -> [UInt8] {
    var capture = MadeCapture()
    capture.addEcho(clientPort: port, at: MadeCapture.start + delay)
    return capture.bytes
  }

  private func gzip(_ bytes: [UInt8]) throws -> [UInt8] {
    try run(["gzip", "-c"], input: bytes).standardOutput
  }

  /// What a person in the folder would see of a run, and its status. How far a gzip was read when
  /// it ended depends on the program that packed it.
  private func transcript(_ arguments: [String]) throws -> String {
    let outcome = try runText(["env", "-C", folder.path, Command.path] + arguments)
    let text = outcome.text + outcome.errorText
    let shown = (["sockline"] + arguments).joined(separator: " ")
    return "$ \(shown)\n"
      + text.replacing(/at byte \d+, after (\d+ bytes) unpacked/) {
        "at byte N, after \($0.1) unpacked"
      }
      + "[\(outcome.status)]\n\n"
  }

  @Test func packedFilesAreDrawnAsPlainOnes() throws {
    for path in try Shipped.paths() {
      let bytes = try contents(of: path)
      let plain = try Command.run(["-"], input: bytes)
      let packed = try Command.run(["-"], input: try gzip(bytes))
      #expect(packed.text == plain.text, "\(path)")
      #expect(packed.status == plain.status, "\(path)")
    }
  }

  @Test func sentencesAboutDamage() throws {
    let packed = try gzip(contents(of: Shipped.path("bulk.pcap")))
    var flipped = packed
    flipped[packed.count - 6] ^= 0xFF
    let files: [(String, [UInt8])] = [
      ("cut.gz", Array(packed.dropLast(4))), ("head.gz", Array(packed.prefix(6))),
      ("sum.gz", flipped), ("more.gz", packed + Array("oops".utf8)),
      ("text.gz", try gzip(Array("No capture.\n".utf8))), ("empty.gz", try gzip([])),
      ("twice.gz", try gzip(packed)),
      ("inner.gz", try gzip(contents(of: Shipped.path("damaged-length.pcap")))),
    ]
    var text = ""
    for (name, bytes) in files {
      _ = try folder.write(bytes, to: name)
      text += try transcript([name, "--connection", "99", "--lines"])
    }
    _ = try folder.write(echo(), to: "whole.pcap")
    _ = try folder.write(Array(echo(port: 2).dropLast(5)), to: "cut.pcap")
    _ = try folder.write(Array("Notes.\n".utf8), to: "notes.txt")
    text += try transcript(["whole.pcap", "cut.pcap", "--connection", "99", "--lines"])
    text += try transcript(
      ["whole.pcap", "missing.pcap", "notes.txt", "cut.pcap", "/", "--connection", "99", "--lines"])
    text += try transcript(["notes.txt", "missing.pcap"])
    #expect(Golden.difference(of: text, from: "errors-damage.txt") == nil)
  }

  @Test func severalFilesAreOneRecording() throws {
    try Machine.require(Machine.has("mergecap"), "mergecap is not installed")
    let names = ["tcp.pcap", "udp.pcap", "refused.pcap", "tcp6.pcapng", "sll2.pcap", "bulk.pcap"]
    let paths = names.map(Shipped.path)
    let merged = folder.path + "/merged.pcapng"
    #expect(try runText(["mergecap", "-w", merged] + paths).status == 0)
    let one = try Command.run([merged, "--lines"])
    let several = try Command.run(paths + ["--lines"])
    #expect(one.status == 0 && several.status == 0)
    #expect(one.rows.count > 60)
    #expect(one.rows == several.rows)
    // A filter comes after the files.
    let some = try Command.run(paths + ["udp", "and", "ip6", "--lines"])
    #expect(some.status == 0)
    #expect(some.rows == (try Command.run([merged, "udp and ip6", "--lines"])).rows)
    #expect(some.rows.count < one.rows.count)
  }

  @Test func aConnectionMayGoOnInTheNextFile() throws {
    try Machine.require(Machine.has("editcap"), "editcap is not installed")
    let tcp = Shipped.path("tcp.pcap")
    let (first, rest) = (folder.path + "/1.pcap", folder.path + "/2.pcapng")
    #expect(try runText(["editcap", "-F", "pcap", "-r", tcp, first, "1-5"]).status == 0)
    #expect(try runText(["editcap", "-F", "pcapng", tcp, rest, "1-5"]).status == 0)
    let whole = try Command.run([tcp, "--lines"]).rows
    #expect(whole.count > 11)
    #expect(try Command.run([first, rest, "--lines"]).rows == whole)
    #expect(try Command.run([rest, first, "--lines"]).rows == whole)
  }

  @Test func commentsAreShownHarmless() throws {
    try Machine.require(Machine.has("editcap"), "editcap is not installed")
    let file = folder.path + "/notes.pcapng"
    let edited = try runText([
      "editcap", "--capture-comment", "of the \u{1B}[31mfile", "-a", "2:the server's answer",
      "-a", "4:one\u{1B}[2J", Shipped.path("udp.pcap"), file,
    ])
    #expect(edited.status == 0)
    let drawn = try Command.run(["-"], input: try contents(of: file))
    #expect(drawn.text.hasPrefix("comment: of the \\x1b[31mfile\n"))
    let lines = drawn.text.split(separator: "\n")
    let index = try #require(lines.firstIndex { $0.contains("comment: \"the server's") })
    #expect(lines[index - 1].contains("  2 "))
    #expect(!drawn.standardOutput.contains(0x1B))
    let plain = try Command.run(["-", "--lines"], input: try contents(of: file))
    #expect(plain.text.contains("comment: \"the server's answer\""))
    // Comments of the second section stand where it begins.
    let sections = try Command.run([Shipped.path("sections.pcapng")])
    #expect(sections.text.contains("comment: little-endian"))
    #expect(sections.text.contains("comment: \"big-endian\""))
  }

  @Test(arguments: [false, true]) func aFileInProgressIsFollowed(_ isPacked: Bool) throws {
    var bytes = echo() + Array(echo(port: 2, at: 3_000_000_000).dropFirst(24))
    if isPacked { bytes = try gzip(echo()) + gzip(Array(bytes.dropFirst(echo().count))) }
    let half = isPacked ? try gzip(echo()).count + 15 : echo().count + 30
    let file = try folder.write(Array(bytes.prefix(half)), to: "growing")
    let rest = try folder.write(Array(bytes.dropFirst(half)), to: "rest")
    let replay = try RunningProcess([Command.path, "replay", "--follow", file, "--lines"])
    // The last rows become final though nothing more is written.
    #expect(replay.wait { replay.outputSoFar.contains("\n0.045 ms  10 ") })
    #expect(!replay.outputSoFar.contains("  11  "))
    #expect(try runText(["sh", "-c", "cat \(rest) >> \(file)"]).status == 0)
    #expect(replay.wait { replay.outputSoFar.contains("  20  #2  ") })
    replay.signal(SIGINT)
    let outcome: Outcome = try replay.wait()
    #expect(outcome.status == 0)
    #expect(outcome.errorText == "")
    #expect(outcome.text.contains("20 packets"))
    #expect(outcome.text == (try Command.run([file, "--lines"])).text)
  }

  @Test func whoEndsInTheMiddleOfAPacketIsNotBlamed() throws {
    let file = try folder.write(Array(echo().dropLast(5)), to: "growing.pcap")
    let replay = try RunningProcess([Command.path, "replay", "--follow", file, "--lines"])
    #expect(replay.wait { replay.outputSoFar.contains("  9  #1  ") })
    replay.signal(SIGTERM)
    let outcome: Outcome = try replay.wait()
    #expect(outcome.status == 0)
    #expect(outcome.text.contains("9 packets"))
  }

  @Test func aSilentPipeIsDrawnAndCtrlCEndsIt() throws {
    let (pipe, first) = (folder.path + "/pipe", try folder.write(echo(), to: "first"))
    #expect(try runText(["mkfifo", pipe]).status == 0)
    let whole = try folder.write(echo(port: 2, at: 1_000), to: "whole.pcap")
    let replay = try RunningProcess([Command.path, pipe, whole, "--lines"])
    let writer = try RunningProcess([
      "sh", "-c", "exec > \(pipe); cat \(first); exec sleep infinity",
    ])
    // The other file's packets do not wait for the silent pipe for ever.
    #expect(replay.wait { replay.outputSoFar.contains("  20  #2  ") })
    replay.signal(SIGINT)
    let outcome: Outcome = try replay.wait()
    writer.signal(SIGKILL)
    _ = try writer.wait() as Outcome
    #expect(outcome.status == 0)
    #expect(outcome.text.contains("20 packets"))
  }
}
