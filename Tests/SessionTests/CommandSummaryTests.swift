import Golden
import Process
import Testing

@Suite struct CommandSummaryTests {
  private let captures = ShippedCaptures.folder

  /// The table of the shipped captures, as a person sees it.
  @Test func tableIsTheGoldenText() throws {
    let text = try ["tcp.pcap", "refused.pcap", "headers.pcap", "tcp6.pcapng"].map { name in
      let outcome = try Command.run(["summary", "--width", "104", captures + name])
      #expect(outcome.status == 0)
      return "\(name)\n\(outcome.text)\n"
    }.joined()
    let difference = Golden.difference(of: text, from: "summary-captures.txt")
    #expect(difference == nil, "\(difference ?? "")")
  }

  @Test func readsStandardInput() throws {
    let bytes = try contents(of: captures + "tcp.pcap")
    let piped = try Command.run(["summary", "-"], input: bytes)
    #expect(try piped.text == (Command.run(["summary", captures + "tcp.pcap"]).text))
  }

  /// Several files are merged in the order of time, whatever their order on the command line.
  @Test func mergesFiles() throws {
    var early = MadeCapture()
    early.addEcho(clientPort: 1111, spacing: 1_000_000)
    var late = MadeCapture()
    late.addEcho(clientPort: 2222, at: MadeCapture.start + 500_000, spacing: 1_000_000)
    let folder = try TemporaryFolder()
    let (one, other) = (
      try folder.write(early.bytes, to: "early.pcap"), try folder.write(late.bytes, to: "late.pcap")
    )
    let outcome = try Command.run(["summary", "--format", "csv", other, one])
    #expect(outcome.status == 0)
    let rows = outcome.text.split(separator: "\n").dropFirst()
    #expect(rows.map { $0.contains(":1111") } == [true, false])
    #expect(try outcome.text == (Command.run(["summary", "--format", "csv", one, other]).text))
  }

  @Test func filtersAndSorts() throws {
    func numbers(_ arguments: [String]) throws -> [String] {
      let outcome = try Command.run(
        ["summary", "--format", "csv", captures + "refused.pcap"] + arguments)
      return outcome.text.split(separator: "\n").dropFirst().map { line in
        String(line.prefix { $0 != "," })
      }
    }
    #expect(try numbers([]) == ["1", "2", "", "3", "4", ""])
    #expect(try numbers(["--filter", "ip6"]) == ["3", "4", ""])
    #expect(try numbers(["--protocol", "tcp"]) == ["1", "3"])
    #expect(try numbers(["--connection", "2"]) == ["2", ""])
    #expect(try numbers(["--protocol", "tcp", "--sort", "start", "--reverse"]) == ["3", "1"])
    // All packets of a connection count, not those that match alone.
    let outcome = try Command.run([
      "summary", "--format", "csv", captures + "tcp.pcap", "--filter", "tcp[tcpflags] == tcp-syn",
    ])
    let whole = try Command.run(["summary", "--format", "csv", captures + "tcp.pcap"])
    #expect(outcome.text == whole.text)
  }

  @Test func saysWhatIsWrongWithFiles() throws {
    let uses: [[String]] = [
      ["summary"], ["summary", "absent.pcap"], ["summary", "-", "-"],
      ["summary", "a.pcap", "--width", "79"], ["summary", "a.pcap", "--sort", "colour"],
      ["summary", "a.pcap", "--format", "xml"], ["summary", "a.pcap", "--connection", "0"],
    ]
    let text = try uses.map { try Command.transcript($0) }.joined()
    let difference = Golden.difference(of: text, from: "errors-summary.txt")
    #expect(difference == nil, "\(difference ?? "")")
  }

  @Test func whatPrecedesTheDamageIsSummedUp() throws {
    for name in ["damaged-cut.pcap", "damaged-cut.pcapng", "damaged-length.pcap"] {
      let outcome = try Command.run(["summary", captures + name, captures + "udp.pcap"])
      #expect(outcome.status == 2)
      #expect(outcome.text.contains("TCP") && outcome.text.contains("UDP"))
      #expect(outcome.errorText.contains(name) && outcome.errorText.contains("at byte"))
    }
  }

  @Test func writesAFile() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/summary.csv"
    let outcome = try Command.run([
      "summary", captures + "tcp.pcap", "--format", "csv", "-o", path,
    ])
    #expect(outcome.status == 0 && outcome.text == "")
    #expect(try runText(["stat", "-c", "%a", path]).text == "644\n")
    #expect(String(decoding: try contents(of: path), as: UTF8.self).hasPrefix("id,protocol,"))
    // Never over the capture itself.
    let own = try folder.write(try contents(of: captures + "tcp.pcap"), to: "own.pcap")
    #expect(try Command.run(["summary", own, "-o", own]).status == 64)
    #expect(try contents(of: own) == (contents(of: captures + "tcp.pcap")))
  }

  /// Nothing is kept for a packet: twenty times as many in as many connections take no more memory.
  @Test func memoryDependsOnConnectionsOnly() throws {
    func peak(_ rounds: Int) throws -> Int {
      var capture = MadeCapture()
      for round in 0..<rounds {
        capture.addEcho(at: MadeCapture.start + Int64(round) * 1_000_000, spacing: 1_000)
      }
      let folder = try TemporaryFolder()
      let path = try folder.write(capture.bytes, to: "made.pcap")
      // Filtered to one protocol that is not there, so that the rows cost nothing either.
      let outcome = try runText([
        "python3", "-c",
        "import os, sys\n"
          + "pid = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ)\n"
          + "print(os.wait4(pid, 0)[2].ru_maxrss)",
        Command.path, "summary", "--protocol", "udp", path,
      ])
      return try #require(
        outcome.text.split(separator: "\n").last.flatMap { Int($0) }, "\(outcome)")
    }
    // 10,000 packets are 820 kB; 100,000 are 8.2 MB.
    let (small, large) = (try peak(1_000), try peak(10_000))
    #expect(large - small < 4_000, "\(small) and \(large) KiB")
  }
}
