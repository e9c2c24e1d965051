import CaptureFile
import Golden
import Process
import Testing
import Wire

@Suite struct CommandReplayTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func echo() -> [UInt8] {
    var capture = MadeCapture()
    capture.addEcho()
    return capture.bytes
  }

  /// The folder's name changes from run to run; the sentences do not.
  private func run(_ arguments: [String], input: [UInt8] = []) throws -> String {
    try Command.transcript(arguments, input: input)
      .split(separator: folder.path + "/", omittingEmptySubsequences: false).joined()
  }

  @Test func drawsAFileHoweverItIsNamed() throws {
    let file = try folder.write(echo(), to: "echo.pcap")
    let outcome = try Command.run(["replay", file, "--ascii"])
    #expect(outcome.status == 0)
    #expect(outcome.errorText == "")
    #expect(outcome.text.contains("SYN"))
    #expect(outcome.text.contains("10 packets"))
    #expect(try Command.run([file, "--ascii"]).text == outcome.text)
    let piped = try Command.run(["-", "--ascii"], input: echo())
    #expect(piped.text.contains("standard input"))
    #expect(piped.text.split(separator: "\n").count == outcome.text.split(separator: "\n").count)
  }

  @Test func sentencesAboutFiles() throws {
    var wireless = MadeCapture(link: LinkType(rawValue: 127))
    wireless.add([0, 0, 8, 0, 0, 0, 0, 0], at: MadeCapture.start)
    let files: [(String, [UInt8])] = [
      ("empty", []), ("notes.txt", Array("No capture at all.\n".utf8)),
      ("echo.pcap.gz", [0x1F, 0x8B, 8, 0, 0, 0]), ("echo.pcap.xz", [0xFD, 0x37, 0x7A, 0x58, 0x5A]),
      ("bytes", [1, 2, 3, 4, 5, 6]), ("head.pcap", Array(echo().prefix(10))),
      ("wireless.pcap", wireless.bytes),
    ]
    var text = ""
    for (name, bytes) in files { text += try run([try folder.write(bytes, to: name)]) }
    text += try run([folder.path + "/missing.pcap"])
    text += try run(["missing"])
    text += try run(["/"])
    text += try run(["-"], input: [0x1F, 0x8B, 8, 0])
    text += try run(["-"], input: [])
    #expect(Golden.difference(of: text, from: "errors-files.txt") == nil)
  }

  @Test func damagedFilesAreShownAsFarAsTheyCanBeRead() throws {
    let whole = try Command.run(["-", "--lines"], input: echo())
    let cut = try Command.run(["-", "--lines"], input: Array(echo().dropLast(5)))
    #expect(cut.status == 2)
    #expect(
      cut.errorText
        == "sockline: Standard input is truncated: 70 bytes are needed, 65 are there, at byte 680, "
        + "after packet 9.\n")
    #expect(cut.text.contains("9 packets"))
    #expect(whole.text.contains("10 packets"))
  }

  @Test func aFilterSelectsAfterTheAnalysis() throws {
    let all = try Command.run(["-", "--lines"], input: echo())
    let none = try Command.run(["-", "udp", "--lines"], input: echo())
    let some = try Command.run(
      ["-", "tcp[tcpflags]", "&", "tcp-syn", "!= 0", "--lines"], input: echo())
    #expect(none.status == 0)
    #expect(some.text.split(separator: "\n").count < all.text.split(separator: "\n").count)
    #expect(none.text.split(separator: "\n").count < some.text.split(separator: "\n").count)
    #expect(some.text.contains("SYN"))
  }

  @Test func wrongFiltersPointAtThePlace() throws {
    let filters = [
      "tcp prot 3490", "host", "tcp port 3490 and (udp", "port \u{1B}[31m", "caf\u{E9} 1",
    ]
    let text = try filters.map {
      try run(["replay", "-"] + $0.split(separator: " ").map(String.init), input: echo())
    }
    #expect(Golden.difference(of: text.joined(), from: "errors-filters.txt") == nil)
    let empty = try Command.run(["-", "tcp", "prot"], input: MadeCapture().bytes)
    #expect(empty.status == 1)
  }

  @Test func writesIntoAFile() throws {
    let file = try folder.write(echo(), to: "echo.pcap")
    let target = folder.path + "/ladder.txt"
    let outcome = try Command.run([file, "-o", target])
    #expect(outcome.status == 0)
    #expect(outcome.text == "")
    let drawn = String(decoding: try contents(of: target), as: UTF8.self)
    #expect(drawn == (try Command.run([file])).text)
    let refused = try Command.run([file, "-o", folder.path + "/none/ladder.txt"])
    #expect(refused.status == 1)
    #expect(refused.errorText.hasSuffix("/none/ladder.txt: no such file or directory.\n"))
  }

  @Test func neverWritesOverTheCaptureOrForNothing() throws {
    let file = try folder.write(echo(), to: "echo.pcap")
    let same = try Command.run([file, "-o", folder.path + "/./echo.pcap"])
    #expect(same.status == 64)
    #expect(same.errorText.contains("the ladder is text, not a .pcap file"))
    let link = folder.path + "/ladder"
    _ = try runText(["ln", "-s", file, link])
    let linked = try Command.run([file, "-o", link])
    #expect(linked.status == 1)
    #expect(linked.errorText.hasSuffix("is the capture being read: give -o a different file.\n"))
    #expect(try contents(of: file) == echo())

    let notes = try folder.write(Array("Keep me.\n".utf8), to: "notes.txt")
    #expect(try Command.run([notes, "-o", notes + "2"]).status == 1)
    let target = try folder.write(Array("Keep me.\n".utf8), to: "target.txt")
    #expect(try Command.run([file, "tcp", "prot", "-o", target]).status == 1)
    #expect(try contents(of: target) == Array("Keep me.\n".utf8))
  }

  @Test func drawsWhatACaptureInProgressHasWritten() throws {
    let fifo = folder.path + "/fifo"
    #expect(try runText(["mkfifo", fifo]).status == 0)
    let replay = try RunningProcess([Command.path, "replay", fifo, "--lines"])
    var capture = MadeCapture()
    capture.addEcho()
    capture.addEcho(clientPort: 51_515, at: MadeCapture.start + 1_000_000_000)
    let first = try folder.write(capture.bytes, to: "first.pcap")
    // The writer keeps the pipe open; what came first must be seen before it ends.
    let writer = try RunningProcess([
      "sh", "-c", "exec > \(fifo); cat \(first); exec sleep infinity",
    ])
    #expect(replay.wait { replay.outputSoFar.contains("FIN") })
    writer.signal(9)
    let outcome: Outcome = try replay.wait()
    #expect(outcome.status == 0)
    #expect(outcome.text.contains("20 packets"))
    _ = try writer.wait() as Outcome
  }

  @Test func mixedFilesAreDrawnAsFarAsTheyCanBeDecoded() throws {
    var capture = MixedCapture()
    capture.describe(link: 1)
    capture.describe(link: 101)
    capture.describe(link: 127)
    let packet: [UInt8] = [
      0x45, 0, 0, 28, 0, 1, 0x40, 0, 64, 17, 0, 0, 127, 0, 0, 1, 127, 0, 0, 1, 0x13, 0x88, 0x13,
      0x89, 0, 8, 0, 0,
    ]
    capture.add([UInt8](repeating: 0, count: 12) + [8, 0] + packet, interface: 0)
    capture.add(packet, interface: 1)
    capture.add([0, 0, 8, 0, 0, 0, 0, 0], interface: 2)
    capture.addSimple([UInt8](repeating: 0, count: 12) + [8, 0] + packet)
    let all = try Command.run(["-"], input: capture.bytes)
    #expect(all.status == 0)
    #expect(all.text.contains("4 packets"))
    #expect(all.text.contains("the same as 1"))
    #expect(all.text.contains("1 packet has no time in the file."))
    let some = try Command.run(["-", "udp or vlan 5"], input: capture.bytes)
    #expect(some.status == 0)
    #expect(
      some.text.contains("The filter does not apply to RAW: none of these packets is shown."))
  }

  @Test func endsQuietlyWhenTheReaderGoes() throws {
    var capture = MadeCapture()
    for index in 0..<5_000 {
      capture.addEcho(
        clientPort: UInt16(20_000 + index), at: MadeCapture.start + Int64(index) * 1_000_000)
    }
    let file = try folder.write(capture.bytes, to: "long.pcap")
    let outcome = try runText([
      "sh", "-c", "{ \(Command.path) \(file) --lines; echo $? >&2; } | head -3",
    ])
    #expect(outcome.text.split(separator: "\n").count == 3)
    #expect(outcome.errorText == "0\n")
  }

  @Test func saysWhereTheDiskIsFull() throws {
    let outcome = try runText(["sh", "-c", "exec \(Command.path) - >/dev/full"], input: echo())
    #expect(outcome.status == 1)
    #expect(outcome.errorText == "sockline: standard output: no space left on device.\n")
  }

  @Test func timesThatGoBackAreSaid() throws {
    var capture = MadeCapture()
    capture.addEcho(at: MadeCapture.start + 1_000_000_000)
    capture.addEcho(clientPort: 51_515)
    let outcome = try Command.run(["-"], input: capture.bytes)
    #expect(outcome.status == 0)
    #expect(outcome.text.contains("20 packets"))
    #expect(outcome.text.contains("1 packet has an earlier timestamp"))
  }

  @Test func colourNeedsATerminalOrAWord() throws {
    let escape: UInt8 = 0x1B
    #expect(!(try Command.run(["-"], input: echo())).standardOutput.contains(escape))
    let always = try Command.run(["-", "--color", "always"], input: echo())
    #expect(always.standardOutput.contains(escape))
  }

  @Test func asciiWhereTheLocaleIsNotUTF8() throws {
    let ascii = try Command.run(["-", "--ascii"], input: echo())
    #expect(ascii.standardOutput.allSatisfy { $0 < 0x80 })
    let locale = try Command.run(["-"], input: echo(), environment: ["LC_ALL=C"])
    #expect(locale.text == ascii.text)
    let lang = try Command.run(
      ["-"], input: echo(), environment: ["LC_ALL=", "LANG=ko_KR.utf8"])
    #expect(lang.text != ascii.text)
  }

  @Test(arguments: [80, 104, 152]) func keepsToTheWidth(_ width: Int) throws {
    let outcome = try Command.run(["-", "--width", "\(width)"], input: echo())
    #expect(outcome.status == 0)
    #expect(outcome.text.split(separator: "\n").allSatisfy { $0.count <= width })
    if width == 104 { #expect(outcome.text == (try Command.run(["-"], input: echo())).text) }
  }
}
