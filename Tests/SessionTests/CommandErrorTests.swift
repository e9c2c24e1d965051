import Golden
import Process
import Testing

@Suite struct CommandErrorTests {
  /// Wrong uses of each command, with what is said.
  @Test func sentencesAboutArguments() throws {
    let uses: [[String]] = [
      ["--foo"], ["replay"], ["replay", "a.pcap", "--width", "79"],
      ["replay", "a.pcap", "--width", "1001"], ["replay", "a.pcap", "--width", "wide"],
      ["replay", "a.pcap", "--ambiguous-width", "3"], ["replay", "a.pcap", "--time", "later"],
      ["replay", "a.pcap", "--color", "maybe"], ["replay", "a.pcap", "--connection", "0"],
      ["replay", "a.pcap", "--from", "2", "--to", "1"], ["replay", "a.pcap", "--from", "nan"],
      ["replay", "a.pcap", "--count", "0"], ["replay", "a.pcap", "--pid", "one"],
      ["interfaces", "lo"], ["doctor", "--fix"],
      ["run"], ["run", "--"], ["run", "--lins", "--", "true"],
      ["run", "--width", "79", "--", "true"],
      ["run", "--private", "--host", "--", "true"],
      ["run", "--private", "-i", "eth0", "--", "true"],
      ["run", "--textbook", "--", "true"], ["run", "--textbook", "--host", "--", "true"],
      ["run", "-s", "-1", "--", "true"], ["run", "-s", "300000", "--", "true"],
      ["run", "--bytes", "70000", "--", "true"], ["run", "-w", "out.gz", "--", "true"],
      ["run", "-w", "out", "--", "true"], ["run", "--call", "connekt", "--", "true"],
      ["demo", "sctp"], ["demo", "tcp", "udp"], ["demo", "-q"],
      ["pair", "--server", "a"], ["pair", "--server", "a 'b", "--client", "c"],
      ["pair", "--server", "a", "--client", ""],
      ["pair", "--server", "a", "--client", "b", "--ready", "0"],
      ["pair", "--server", "a", "--client", "b", "--ready", "70000"],
      ["pair", "--server", "a", "--client", "b", "--timeout", "0"],
    ]
    let text = try uses.map { try Command.transcript($0) }.joined()
    #expect(Golden.difference(of: text, from: "errors-arguments.txt") == nil)
  }

  @Test func usageErrorsOfRunnersAreNotTheProgramsStatus() throws {
    #expect(try Command.run(["run"]).status == 125)
    #expect(try Command.run(["demo", "sctp"]).status == 125)
    #expect(try Command.run(["pair"]).status == 125)
    #expect(try Command.run(["doctor", "--fix"]).status == 64)
    #expect(try Command.run(["replay"]).status == 64)
  }

  @Test func argumentsAreMadeHarmless() throws {
    for arguments in [
      ["replay", "\u{1B}[31m"], ["--\u{1B}[31m"], ["run", "--call", "\u{1B}[2J", "--", "x"],
    ] {
      let outcome = try Command.run(arguments)
      #expect(outcome.status != 0)
      #expect(outcome.errorText.contains("\\x1b["))
      #expect(!outcome.standardError.contains(0x1B))
    }
  }

  @Test(arguments: [["doctor"], ["interfaces"]])
  func saysWhereTheDiskIsFull(_ arguments: [String]) throws {
    let words = arguments.joined(separator: " ")
    let outcome = try runText(["sh", "-c", "exec \(Command.path) \(words) >/dev/full"])
    #expect(outcome.status == 1)
    #expect(outcome.errorText == "sockline: standard output: no space left on device.\n")
  }

  @Test func optionsOfTheProgramAreItsOwn() throws {
    // --help after the command is the command's; sockline's own text must not come.
    let outcome = try Command.run(["run", "--", "true", "--help"])
    #expect(!outcome.text.contains("OVERVIEW"))
  }
}
