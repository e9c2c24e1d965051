import Golden
import Process
import Testing

@Suite struct CommandExportTests {
  private let captures = ShippedCaptures.folder

  @Test(arguments: ["jsonl", "csv", "perfetto"])
  func exportIsTheGoldenText(format: String) throws {
    let outcome = try Command.run(["export", captures + "reset.pcap", "--format", format])
    #expect(outcome.status == 0 && outcome.errorText == "")
    let difference = Golden.difference(of: outcome.text, from: "export-reset.\(format)")
    #expect(difference == nil, "\(difference ?? "")")
  }

  /// A pcap holds the packets as they were: tshark sees the same in both files.
  @Test(arguments: ["tcp.pcap", "tcp6.pcapng", "bulk.pcap", "sll2.pcap", "raw.pcap", "cut.pcap"])
  func pcapHoldsThePackets(name: String) throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/out.pcap"
    #expect(
      try Command.run(["export", captures + name, "--format", "pcap", "-o", path]).status == 0)
    func packets(_ file: String) throws -> String {
      try runText([
        "tshark", "-n", "-r", file, "-T", "fields", "-e", "frame.time_epoch", "-e",
        "frame.len", "-e", "frame.cap_len", "-e", "frame.protocols", "-e", "tcp.seq_raw",
        "-e", "tcp.checksum", "-e", "udp.checksum",
      ]).text
    }
    let ours = try packets(path)
    #expect(!ours.isEmpty)
    #expect(try ours == (packets(captures + name)))
    #expect(try runText(["stat", "-c", "%a", path]).text == "600\n")
  }

  @Test func selects() throws {
    let whole = try Command.run(["export", captures + "tcp.pcap", "--format", "csv"])
    #expect(whole.text.split(separator: "\n").count == 12)
    let control = try Command.run(["export", captures + "tcp.pcap", "--format", "csv", "--control"])
    #expect(control.text.split(separator: "\n").count == 8)
    let filtered = try Command.run([
      "export", captures + "tcp.pcap", "--format", "csv", "tcp[tcpflags]", "&", "tcp-push", "!=",
      "0",
    ])
    #expect(filtered.text.split(separator: "\n").count == 3)
    let folder = try TemporaryFolder()
    let path = folder.path + "/out.pcap"
    _ = try Command.run([
      "export", captures + "refused.pcap", "--format", "pcap", "-o", path, "--connection", "1",
    ])
    #expect(try runText(["tcpdump", "-nr", path]).text.split(separator: "\n").count == 2)
  }

  @Test func saysWhatIsWrong() throws {
    let uses: [[String]] = [
      ["export"], ["export", "a.pcap"], ["export", "absent.pcap", "--format", "csv"],
      ["export", "a.pcap", "--format", "xml"],
      ["export", "a.pcap", "--format", "jsonl", "--rows", "calls"],
      ["export", "a.pcap", "--format", "csv", "--rows", "states"],
    ]
    let text = try uses.map { try Command.transcript($0) }.joined()
    let difference = Golden.difference(of: text, from: "errors-export.txt")
    #expect(difference == nil, "\(difference ?? "")")
    let mixed = try Command.run([
      "export", captures + "sections.pcapng", "--format", "pcap", "-o", "/dev/null",
    ])
    #expect(mixed.status == 1)
    #expect(mixed.errorText.contains("link types EN10MB and RAW"))
  }

  @Test func whatPrecedesTheDamageIsWritten() throws {
    let outcome = try Command.run(["export", captures + "damaged-cut.pcap", "--format", "jsonl"])
    #expect(outcome.status == 2)
    #expect(
      outcome.text.split(separator: "\n").filter { $0.contains("\"type\":\"packet\"") }.count == 10)
    #expect(
      outcome.text.contains(
        "\"packet_count\":10,\"call_count\":0,\"lost\":null,\"offsets_checked\":null,\"offsets_agreed\":null,\"complete\":false}"
      ))
    #expect(outcome.errorText.contains("at byte"))
  }

  /// From a pipe the file cannot be counted first.
  @Test func aPipeIsNotCounted() throws {
    let bytes = try contents(of: captures + "tcp.pcap")
    let outcome = try Command.run(["export", "-", "--format", "jsonl"], input: bytes)
    #expect(outcome.status == 0)
    #expect(
      outcome.text.contains(
        "\"packet_count\":null,\"call_count\":null,\"lost\":null,\"offsets_checked\":null,\"offsets_agreed\":null,\"complete\":null}"
      ))
    let rest = { (text: String) in text.split(separator: "\n").dropFirst().joined(separator: "\n") }
    let file = try Command.run(["export", captures + "tcp.pcap", "--format", "jsonl"])
    #expect(rest(outcome.text) == rest(file.text))
  }

  /// The exports of every shipped capture can be read by others.
  @Test(arguments: ShippedCaptures.all)
  func everyCaptureMakesJSON(name: String) throws {
    for format in ["jsonl", "perfetto"] {
      let outcome = try Command.run(["export", captures + name, "--format", format])
      #expect([0, 2].contains(outcome.status))
      let script =
        format == "jsonl"
        ? "import json, sys\nfor line in sys.stdin: json.loads(line)"
        : "import json, sys\njson.load(sys.stdin)"
      let check = try runText(["python3", "-c", script], input: outcome.standardOutput)
      #expect(check.status == 0, "\(check.errorText)")
    }
  }
}
