import Glibc
import Process
import Testing

/// The kernel's own offset, on real programs: what it verifies, and what it finds.
@Suite(.ownNetwork) struct LiveOffsetsTests {
  /// The ladder as lines, and the same replayed from a recording of it.
  private func session(_ command: [String], status: Int32 = 0) throws -> (live: String, Recorded) {
    let folder = try TemporaryFolder()
    let file = folder.path + "/session.pcapng"
    let ladder = folder.path + "/ladder"
    let outcome = try Live.run(
      ["run", "--private", "--lines", "-w", file, "-o", ladder, "--"] + command)
    #expect(outcome.status == status)
    let live = try runText(["cat", ladder]).text
    let replayed = try Live.run(["replay", "--lines", file])
    #expect(replayed.text == live)
    let verified = try Live.run(["replay", "--verify", file])
    #expect(verified.status == 0, "\(verified.text)")
    return (live, Recorded(live))
  }

  /// Bytes of stream rows: the causes of the packets with data, in order.
  private func causes(_ recorded: Recorded) -> [String] {
    recorded.packets.filter { $0.length > 0 }.map(\.cause)
  }

  @Test func everyWriteAgrees() throws {
    let (live, _) = try session([Installed.shared?.programs ?? "", "moves"])
    #expect(live.contains("kernel's own offset agreed at 7 of 7 writes"))
    #expect(!live.contains("sent by no traced call"))
  }

  @Test func manyThreadsAgree() throws {
    let outcome = try Live.run([
      "pair", "--private", "--lines", "--server", Live.program("many-server 4000 8 400"),
      "--client", Live.program("many-client 4000 8 400"),
    ])
    let text = outcome.errorText.replacing(",", with: "")
    let counts = try #require(text.firstMatch(of: /agreed at (\d+) of (\d+) writes/))
    #expect(counts.output.1 == counts.output.2)
  }

  @Test func whatARingSendsIsUnknownAndTheRestIsExact() throws {
    try Machine.require(
      runText([Recorded.programs, "uring"]).status != 77,
      "the kernel lets nobody make rings of io_uring")
    let (live, recorded) = try session([Installed.shared?.programs ?? "", "uring"])
    #expect(live.contains("not seen: io_uring"))
    let sent = causes(recorded)
    #expect(sent.count == 4)
    let unknown = sent.filter { $0.hasPrefix("unknown: ") }
    #expect(unknown == ["unknown: not all calls seen"])
    #expect(sent[1] == "unknown: not all calls seen")
    for index in [0, 2, 3] { #expect(sent[index].hasPrefix("sent by ")) }
    #expect(live.contains("kernel's own offset agreed at 3 of 3 writes"))
    #expect(live.contains("11 bytes sent by no traced call"))
  }

  @Test func aConnectionThatARingMadeIsNotSaidToBeUntraced() throws {
    try Machine.require(
      runText([Recorded.programs, "uring"]).status != 77,
      "the kernel lets nobody make rings of io_uring")
    let (live, recorded) = try session([Installed.shared?.programs ?? "", "uring", "whole"])
    #expect(!live.contains("untraced"))
    let sent = causes(recorded)
    #expect(sent.first == "unknown: not all calls seen")
    #expect(sent.last?.hasPrefix("sent by ") ?? false)
    for packet in recorded.packets where packet.flags == "SYN" {
      #expect(packet.cause.hasPrefix("unknown: not all calls seen"))
    }
  }

  /// A process that is not traced gets the socket by SCM_RIGHTS and writes eight bytes.
  @Test func anUntracedSharersBytesAreUnknown() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/door"
    let script = """
      import array, os, socket, sys
      door = socket.socket(socket.AF_UNIX)
      door.bind(sys.argv[1])
      door.listen(1)
      print("ready", flush=True)
      one, _ = door.accept()
      _, control, _, _ = one.recvmsg(1, socket.CMSG_SPACE(4))
      number = array.array("i", control[0][2])[0]
      os.write(number, b"stranger")
      os.close(number)
      one.send(b"x")
      """
    let stranger = try RunningProcess(["/usr/bin/python3", "-c", script, path])
    #expect(stranger.wait { stranger.outputSoFar == "ready\n" })
    let (live, recorded) = try session([Installed.shared?.programs ?? "", "sharer", path])
    _ = try stranger.wait()
    let sent = causes(recorded)
    #expect(sent.count == 3)
    #expect(sent[0].hasPrefix("sent by "))
    #expect(sent[1].hasPrefix("unknown: "))
    #expect(sent[2].hasPrefix("sent by "))
    #expect(live.contains("kernel's own offset agreed at 1 of 2 writes"))
    #expect(live.contains("8 bytes sent by no traced call"))
  }

  /// The counts stand in the recording, for the export and the summary.
  @Test func theCountsAreKept() throws {
    let folder = try TemporaryFolder()
    let file = folder.path + "/session.pcapng"
    let program = Installed.shared?.programs ?? ""
    _ = try Live.run(["run", "--private", "-q", "-w", file, "--", program, "moves"])
    let export = try Live.run(["export", "--format", "jsonl", file])
    let first = export.text.split(separator: "\n").first ?? ""
    #expect(first.contains("\"offsets_checked\":7,\"offsets_agreed\":7"))
    let summary = try Live.run(["summary", file])
    #expect(summary.text.contains("The kernel's own offset agreed at 7 of 7 writes."))
  }
}

extension Recorded {
  fileprivate static var programs: String { Installed.shared?.programs ?? "" }
}
