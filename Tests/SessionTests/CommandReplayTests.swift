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
        == "sockline: Standard input is cut: 70 bytes are needed, 65 are there, at byte 680, "
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
    #expect(refused.errorText.hasSuffix("/none/ladder.txt: there is no such file.\n"))
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
    #expect(outcome.text.contains("10 packets are stamped earlier"))
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
