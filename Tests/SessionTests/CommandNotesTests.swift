import Process
import Testing

@Suite struct CommandNotesTests {
  private let folder: TemporaryFolder
  private let recording = Shipped.path("demo-tcp.pcapng")

  init() throws { folder = try TemporaryFolder() }

  private func commented(_ path: String) throws -> [String] {
    try runText([
      "tshark", "-n", "-r", path, "-Y", "tcp", "-T", "fields", "-E", "aggregator=|", "-e",
      "frame.comment",
    ]).text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  /// tshark shows the notes beside the causes, and the causes stay true.
  @Test func notesBecomeComments() throws {
    let copy = folder.path + "/noted.pcapng"
    let outcome = try Command.run([
      "replay", recording, "-w", copy, "--note", "syn-ack: answered", "--note",
      "call client connect 1: waits",
    ])
    #expect(outcome.status == 0 && outcome.errorText == "")
    #expect(outcome.text.contains("(A) waits\n(B) answered\n"))
    let before = try commented(recording)
    let after = try commented(copy)
    #expect(after[0].hasPrefix("c6 connect(): waits|call 6: connect(3)"))
    #expect(after[1].hasPrefix("answered|reply to packet 1"))
    #expect(after[2...] == before[2...])
    let replayed = try Command.run(["replay", copy])
    #expect(replayed.text.contains("comment: \"answered\""))
    let verified = try Command.run(["replay", copy, "--verify"])
    #expect(verified.status == 0 && verified.text.contains("10 of 10"))
    #expect(try runText(["stat", "-c", "%a", copy]).text == "600\n")
  }

  /// Packets without numbers of their own are counted, packed files are unpacked.
  @Test func notesInCapturesOfOthers() throws {
    let packed = folder.path + "/packed.pcapng.gz"
    #expect(
      try runText(["sh", "-c", "gzip -c \(Shipped.path("tcp6.pcapng")) > \(packed)"]).status == 0)
    let copy = folder.path + "/noted.pcapng"
    let outcome = try Command.run(["replay", packed, "-w", copy, "--note", "packet 2: answered"])
    #expect(outcome.status == 0 && outcome.errorText == "")
    #expect(try commented(copy).prefix(3).contains("answered"))
  }

  @Test func whatCannotHaveCommentsIsSaid() throws {
    let copy = folder.path + "/noted.pcapng"
    let pcap = try Command.run([
      "replay", Shipped.path("tcp.pcap"), "-w", copy, "--note", "syn: here",
    ])
    #expect(pcap.status == 1 && pcap.errorText.contains("editcap"))
    let twice = try Command.run([
      "replay", recording, Shipped.path("tcp6.pcapng"), "-w", copy, "--note", "syn: here",
    ])
    #expect(twice.status == 1 && twice.errorText.contains("renumbered"))
    let same = try Command.run(["replay", recording, "-w", recording, "--note", "syn: here"])
    #expect(same.status == 1 && same.errorText.contains("give -o a different file"))
  }

  /// The ladder is drawn, then it is said what is not there.
  @Test func anAnchorThatIsGoneIsNamed() throws {
    let outcome = try Command.run(["replay", recording, "--note", "packet 99: gone"])
    #expect(outcome.status == 1)
    #expect(outcome.text.contains("closed, client first"))
    #expect(outcome.errorText.contains("`packet 99`"))
    let picture = folder.path + "/a.svg"
    let drawn = try Command.run(["draw", recording, "-o", picture, "--note", "rst server: gone"])
    #expect(drawn.status == 1 && drawn.errorText.contains("`rst server`"))
  }

  /// The field that a note is about is underlined, and its value stands in the legend.
  @Test func aFieldIsMarked() throws {
    let picture = folder.path + "/a.svg"
    let drawn = try Command.run([
      "draw", recording, "-o", picture, "--note", "packet 4 len: the greeting",
    ])
    #expect(drawn.status == 0)
    let svg = String(decoding: try contents(of: picture), as: UTF8.self)
    #expect(svg.contains("text-decoration=\"underline\">len=13</tspan>"))
    #expect(svg.contains("len 13: the greeting"))
  }

  @Test(.ownNetwork) func notesOfALiveRun() throws {
    let outcome = try Command.run([
      "run", "--private", "--note", "rst: not here", "--", "true",
    ])
    #expect(outcome.status == 0)
    #expect(outcome.errorText.contains("A note is anchored to `rst`, which did not happen"))
  }

  /// A note on a packet that has no point in a plot stands on the axis of time.
  @Test func aNoteOfAPlotHasItsLetter() throws {
    let picture = folder.path + "/a.svg"
    let drawn = try Command.run([
      "plot", Shipped.path("bulk.pcap"), "--kind", "rtt", "-o", picture, "--note", "syn: begins",
      "--no-callouts",
    ])
    #expect(drawn.status == 0)
    let svg = String(decoding: try contents(of: picture), as: UTF8.self)
    // Once in the plot, once before what it says.
    #expect(svg.split(separator: ">A</text>").count == 3)
  }

  @Test func lettersStandBehindPlainLines() throws {
    let outcome = try Command.run([
      "replay", recording, "--lines", "--note", "syn: asks", "--note", "call c6: waits",
    ])
    let lines = outcome.text.split(separator: "\n")
    #expect(lines.contains { $0.contains("SYN seq=0") && $0.hasSuffix("  (B)") })
    #expect(lines.contains { $0.contains("connect(") && $0.hasSuffix("  (A)") })
  }
}
