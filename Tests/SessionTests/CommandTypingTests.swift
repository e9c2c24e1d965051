import Process
import Testing

/// What is misspelt, meant for another program, or not there.
@Suite struct CommandTypingTests {
  private let demo = ShippedCaptures.folder + "demo-tcp.pcapng"

  @Test(arguments: [
    ("relpay", "replay"), ("sumary", "summary"), ("exprot", "export"), ("drwa", "draw"),
    ("captrue", "capture"), ("hlep", "help"), ("dmeo", "demo"),
  ])
  func commands(_ typed: String, _ meant: String) throws {
    let outcome = try Command.run([typed, demo])
    #expect(outcome.status == 64)
    #expect(outcome.text == "")
    #expect(
      outcome.errorText
        == "sockline: There is no command \(typed), and no such file: did you mean "
        + "`sockline \(meant)`?\nSee 'sockline --help' for more information.\n")
  }

  /// Nothing is drawn before it is said that a word is neither.
  @Test func aWordThatIsNearNothing() throws {
    let outcome = try Command.run(["frobnicate", demo])
    #expect(outcome.status == 1)
    #expect(outcome.text == "")
    #expect(outcome.errorText.contains("no such file or command"))
  }

  @Test(arguments: [
    (["replay", "FILE", "--widht", "90"], "--width"), (["run", "--lins", "--", "true"], "--lines"),
    (["run", "--privat", "--", "true"], "--private"),
    (["export", "FILE", "--format", "csv", "--rosw", "calls"], "--rows"),
    (["export", "FILE", "--format", "jsno"], "jsonl"),
    (["export", "FILE", "--format", "cvs"], "csv"),
    (["demo", "tpc"], "tcp"), (["replay", "FILE", "--color", "alwyas"], "always"),
    (["replay", "FILE", "--time", "relativ"], "relative"),
    (["plot", "FILE", "--kind", "trhoughput", "-o", "x.svg"], "throughput"),
    (["replay", "FILE", "--call", "connekt"], "connect"),
    (["replay", "FILE", "--call", "accept,recvform"], "recvfrom"),
    (["replay", "FILE", "--call", "!colse"], "close"),
    (["replay", "FILE", "tpc port 80"], "tcp"), (["replay", "FILE", "tcp prot 80"], "port"),
    (["draw", "FILE", "--theme", "drak", "-o", "x.svg"], "dark"),
  ])
  func optionsAndValues(_ arguments: [String], _ meant: String) throws {
    let outcome = try Command.run(arguments.map { $0 == "FILE" ? demo : $0 })
    #expect(outcome.status != 0)
    #expect(outcome.text == "")
    let said = outcome.errorText.lowercased()
    #expect(
      said.contains("did you mean '\(meant)'?") || said.contains("did you mean \(meant)?")
        || said.contains("did you mean `\(meant)`?"), "\(outcome.errorText)")
  }

  @Test(arguments: [
    ("ip.addr == 127.0.0.1", "  host 127.0.0.1\n"), ("tcp.port == 3490", "  tcp port 3490\n"),
    ("http", "  tcp port 80\n"), ("tcp.stream eq 0", "`--connection N` chooses a connection"),
  ])
  func displayFilters(_ filter: String, _ words: String) throws {
    for command in [["replay", demo], ["export", demo, "--format", "csv"]] {
      let outcome = try Command.run(command + filter.split(separator: " ").map(String.init))
      #expect(outcome.status == 1)
      #expect(outcome.errorText.contains("is a Wireshark display filter"))
      #expect(outcome.errorText.contains(words), "\(outcome.errorText)")
    }
    let summary = try Command.run(["summary", demo, "--filter", filter])
    #expect(summary.errorText.contains(words))
  }

  /// What is said to be the same keeps the packets that tshark keeps.
  @Test(arguments: [
    "ip.addr == 127.0.0.1", "tcp.port == 3490", "tcp.dstport != 3490", "tcp.flags.syn == 1",
    "tcp.flags.fin == 1 || tcp.flags.push == 1", "tcp.len > 0", "frame.len > 70",
    "not tcp.flags.syn == 1 and tcp.srcport in {1..4000}", "udp", "tcp.flags == 0x010",
  ])
  func displayFiltersAreSaidRightly(_ filter: String) throws {
    let captured = Shipped.path("tcp.pcap")
    let answer = try Command.run(["replay", captured, filter])
    let words =
      answer.status == 0
      ? filter
      : answer.errorText.split(separator: "\n").last { $0.hasPrefix("  ") }.map(String.init)
    let ours = try Command.run(["export", captured, "--format", "pcap", try #require(words)])
    let theirs = try runText(["tshark", "-n", "-r", captured, "-Y", filter])
    let dump = try runText(["tshark", "-n", "-r", "-"], input: ours.standardOutput)
    #expect(dump.status == 0, "\(dump.errorText)")
    #expect(
      dump.text.split(separator: "\n").count == theirs.text.split(separator: "\n").count)
  }

  @Test(arguments: [
    (["--connection", "999"], "--connection 999: there is only connection 1."),
    (["--pid", "1"], "--pid 1: no such process; there are "),
    (["--call", "sendmmsg"], "--call: none of these calls occurs: sendmmsg."),
    (["--from", "1000"], "--from 1000.0: the last row is at "),
  ])
  func whatIsNotThereIsAnError(_ selection: [String], _ words: String) throws {
    for command in [["replay", demo], ["export", demo, "--format", "csv"]] {
      let outcome = try Command.run(command + selection)
      #expect(outcome.status == 1)
      #expect(outcome.errorText.hasPrefix("sockline: " + words), "\(outcome.errorText)")
    }
    let folder = try TemporaryFolder()
    let drawn = try Command.run(["draw", demo, "-o", folder.path + "/x.svg"] + selection)
    #expect(drawn.status == 1)
    #expect(drawn.errorText.hasPrefix("sockline: " + words))
    #expect(try runText(["ls", folder.path]).text == "")
    if selection.first == "--connection" {
      let summary = try Command.run(["summary", demo] + selection)
      #expect(summary.status == 1)
      #expect(summary.errorText.hasPrefix("sockline: " + words))
    }
  }

  /// A connection that is there beside one that is not is drawn, and the other one named.
  @Test func oneOfTwoIsThere() throws {
    let outcome = try Command.run(
      ["replay", demo, "--lines", "--connection", "1", "--connection", "2"])
    #expect(outcome.status == 1)
    #expect(outcome.text.contains("SYN"))
    #expect(outcome.errorText == "sockline: --connection 2: there is only connection 1.\n")
  }

  @Test func aCaptureWithoutCallsHasNoneToChoose() throws {
    let outcome = try Command.run(["replay", Shipped.path("tcp.pcap"), "--call", "connect"])
    #expect(outcome.status == 1)
    #expect(outcome.errorText.contains("--pid and --call choose calls, and none were recorded"))
  }

  @Test(arguments: [
    (["--call", "!connect"], ["connect"]), (["--call", "!connect,!write"], ["connect", "write"]),
    (["--call", "!connect", "--call", "!accept"], ["connect", "accept"]),
    (["--call", "\\!connect"], ["connect"]),
  ])
  func callsAreLeftOut(_ selection: [String], _ hidden: [String]) throws {
    let all = Recorded(try Command.run(["replay", demo, "--lines"]).text)
    let outcome = try Command.run(["replay", demo, "--lines"] + selection)
    #expect(outcome.status == 0)
    let shown = Recorded(outcome.text)
    #expect(shown.packets.count == all.packets.count)
    let left = all.calls.filter { !hidden.contains($0.value.name) }
    #expect(Set(shown.calls.keys) == Set(left.keys) && left.count < all.calls.count)
  }

  /// Of those that are named, the ones with a mark go.
  @Test func chosenAndLeftOutAtOnce() throws {
    let outcome = try Command.run(["replay", demo, "--lines", "--call", "socket,connect,!socket"])
    #expect(outcome.status == 0)
    #expect(Set(Recorded(outcome.text).calls.values.map(\.name)) == ["connect"])
    let nothing = try Command.run(["replay", demo, "--call", "connect,!connect"])
    #expect(nothing.status == 64)
    #expect(nothing.errorText.contains("no call is left"))
  }
}
