import Foundation
import Process
import Testing

@Suite struct CommandDrawTests {
  private let captures = ShippedCaptures.folder
  private var demo: String { captures + "demo-tcp.pcapng" }

  private func bytes(_ path: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: path)))
  }

  private func text(_ path: String) throws -> String {
    String(decoding: try bytes(path), as: UTF8.self)
  }

  @Test(arguments: ["svg", "png", "pdf", "html", "htm", "txt", "md", "mmd", "pkt", "SVG"])
  func everyEndingIsDrawn(ending: String) throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/a b." + ending
    let outcome = try Command.run(["draw", demo, "-o", path])
    #expect(outcome.status == 0, "\(outcome.errorText)")
    #expect(outcome.text == "" && outcome.errorText == "")
    let bytes = try bytes(path)
    let beginning = String(decoding: bytes.prefix(16), as: UTF8.self)
    switch ending {
    case "svg", "SVG": #expect(beginning.hasPrefix("<?xml version="))
    case "png": #expect(bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]))
    case "pdf": #expect(beginning.hasPrefix("%PDF-"))
    case "html", "htm": #expect(beginning.hasPrefix("<!DOCTYPE html>"))
    case "md":
      #expect(beginning.hasPrefix("# TCP 1"))
      #expect(try text(path).contains("](<a%20b.svg>)"))
      #expect(try text(folder.path + "/a b.svg").hasPrefix("<?xml"))
    case "mmd": #expect(beginning.hasPrefix("sequenceDiagram\n"))
    case "pkt": #expect(beginning.hasPrefix("// 127.0.0.1:"))
    default: #expect(bytes.count > 3000)
    }
    #expect(try runText(["stat", "-c", "%a", path]).text == "644\n")
  }

  /// A picture is the same each time that it is drawn.
  @Test func drawingTwiceIsTheSame() throws {
    let folder = try TemporaryFolder()
    for ending in ["svg", "html", "png"] {
      let paths = ["one", "two"].map { "\(folder.path)/\($0).\(ending)" }
      for path in paths {
        #expect(try Command.run(["draw", demo, "-o", path]).status == 0)
      }
      #expect(try bytes(paths[0]) == bytes(paths[1]))
    }
  }

  /// Every capture that has a connection is drawn, and xmllint reads it.
  @Test(arguments: [
    "demo-udp.pcapng", "demo-tcp-c.pcapng", "endings.pcapng", "bulk.pcap", "refused.pcap",
    "reset.pcap", "tcp6.pcapng", "icmp.pcap", "lies.pcap", "ipv6.pcap", "modified.pcap",
    "sections.pcapng", "sll2.pcap", "vlan.pcap",
  ])
  func capturesAreDrawn(name: String) throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/a.svg"
    let outcome = try Command.run(["draw", captures + name, "-o", path])
    #expect(outcome.status == 0, "\(outcome.errorText)")
    let lint = try runText(["xmllint", "--noout", "--nonet", path])
    #expect(lint.status == 0, "\(lint.errorText)")
  }

  /// No letter on paper is smaller than 7 points where the picture is 16 cm wide; its text is text.
  @Test(arguments: [("a4", "595.28 x 841.89"), ("letter", "612 x 792")])
  func paperHasReadableLetters(paper: String, size: String) throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/a.pdf"
    let file = captures + "endings.pcapng"
    #expect(try Command.run(["draw", file, "-o", path, "--paper", paper]).status == 0)
    let facts = try runText(["pdfinfo", path]).text
    #expect(facts.contains("Page size:       \(size) pts"))
    let pages =
      Int(
        facts.split(separator: "\n").first { $0.hasPrefix("Pages:") }?
          .split(separator: " ").last ?? "") ?? 0
    #expect(pages > 2)
    let layout = try runText(["pdftotext", "-bbox", path, "-"]).text
    #expect(layout.contains(">SYN-SENT<"))
    for line in layout.split(separator: "\n") where line.contains("<word ") {
      let numbers = line.split(separator: "\"").compactMap { Double($0) }
      guard numbers.count == 4 else { continue }
      let (width, height) = (numbers[2] - numbers[0], numbers[3] - numbers[1])
      // A box is as high as the font: DejaVu's letters are 1.16 of their size.
      #expect(max(width, height) >= 7 * 1.16 - 0.1, "\(line)")
      #expect(numbers[0] >= 28 && numbers[2] <= 612 - 28, "\(line)")
      #expect(numbers[1] >= 50 && numbers[3] <= 842 - 50, "\(line)")
    }
    #expect(try runText(["pdftoppm", "-r", "40", path, folder.path + "/p"]).status == 0)
    let drawn = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(drawn.count { $0.hasSuffix(".ppm") } == pages)
  }

  @Test func picturesAre300DotsPerInch() throws {
    let folder = try TemporaryFolder()
    let svg = folder.path + "/a.svg"
    #expect(try Command.run(["draw", demo, "-o", svg]).status == 0)
    let start = try text(svg).prefix(300)
    let width = start.firstMatch(of: #/ width="([0-9.]+)"/#).flatMap { Double($0.1) } ?? 0
    for (scale, path) in [("1", folder.path + "/a.png"), ("0.5", folder.path + "/b.png")] {
      #expect(try Command.run(["draw", demo, "-o", path, "--scale", scale]).status == 0)
      let header = try bytes(path)[16..<20].reduce(0) { $0 << 8 | Int($1) }
      #expect(header == Int((width * 300 / 96 * (Double(scale) ?? 0)).rounded(.up)))
    }
  }

  @Test func theSelectionIsDrawn() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/a.svg"
    let file = captures + "endings.pcapng"
    #expect(try Command.run(["draw", file, "-o", path, "--connection", "3"]).status == 0)
    let drawn = try text(path)
    #expect(drawn.contains("id=\"packet-18\""))
    #expect(!drawn.contains("id=\"packet-1\""))
    #expect(try Command.run(["draw", file, "tcp port 3491", "-o", path]).status == 0)
    #expect(!(try text(path)).contains("id=\"packet-18\""))
  }

  @Test func whatCannotBeDrawnIsOneSentence() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/a.svg"
    let own = folder.path + "/own.svg"
    try FileManager.default.copyItem(atPath: demo, toPath: own)
    let failures: [(arguments: [String], status: Int32, words: String)] = [
      (
        [demo, "-o", folder.path + "/a.gif"], 64,
        "the extension selects the format, one of .svg, .png"
      ),
      ([demo, "-o", folder.path + "/svg"], 64, "the extension selects the format"),
      ([demo, "-o", path, "--note", "packet 99: x"], 1, "`packet 99`, which does not exist"),
      ([demo, "-o", path, "--note", "nowhere: x"], 64, "'nowhere': not an anchor"),
      ([demo, "-o", path, "--note", "packet 3"], 64, "expected an anchor, a colon and a text"),
      ([demo, "-o", path, "--connection", "9"], 1, "there is only connection 1"),
      ([captures + "endings.pcapng", "-o", folder.path + "/a.pkt"], 1, "has one connection"),
      ([own, "-o", own], 1, "is the capture being read"),
      ([folder.path + "/none.pcap", "-o", path], 1, "no such file"),
      ([demo, "-o", folder.path + "/none/a.svg"], 1, "no such file or directory"),
      ([demo, "-o", path, "--width", "79"], 64, "a picture takes 80 to 200 columns"),
      ([demo, "-o", path, "--scale", "0"], 64, "a number from 0.1 to 10"),
      ([demo, "-o", path, "--theme", "pink"], 64, "'light', 'dark' or 'print'"),
      ([demo, "-o", path, "--paper", "a5"], 64, "'a4' and 'letter'"),
    ]
    for (arguments, status, words) in failures {
      let outcome = try Command.run(["draw"] + arguments)
      #expect(outcome.status == status, "\(arguments)")
      #expect(outcome.text == "")
      #expect(outcome.errorText.contains(words), "\(outcome.errorText)")
      let sentences = outcome.errorText.split(separator: "\n").filter { !$0.hasPrefix("See ") }
      #expect(sentences.count == 1, "\(outcome.errorText)")
      #expect(sentences.allSatisfy { $0.hasPrefix("sockline: ") }, "\(outcome.errorText)")
      #expect(!FileManager.default.fileExists(atPath: path), "\(arguments)")
    }
    #expect(try bytes(own) == bytes(demo), "the capture is as it was")
  }

  @Test func aDamagedFileIsDrawnAsFarAsItCanBeRead() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/a.svg"
    let outcome = try Command.run(["draw", captures + "damaged-demo-tcp.pcapng", "-o", path])
    #expect(outcome.status == 2)
    #expect(outcome.errorText.contains("after packet 5"))
    #expect(try text(path).contains("id=\"packet-5\""))
  }

  @Test func anAbsurdPictureSuggestsACut() throws {
    let folder = try TemporaryFolder()
    let file = folder.path + "/long.pcap"
    var capture = MadeCapture()
    for index in 0..<30 {
      capture.addEcho(
        clientPort: 40_000, at: MadeCapture.start + Int64(index) * 1_000_000_000)
    }
    for index in 0..<201 {
      capture.addEcho(
        clientPort: 50_000, at: MadeCapture.start + Int64(100 + index) * 1_000_000_000)
    }
    try Data(capture.bytes).write(to: URL(fileURLWithPath: file))
    let path = folder.path + "/a.svg"
    let outcome = try Command.run(["draw", file, "-o", path])
    #expect(outcome.status == 1)
    for word in ["2,3", "--connection", "--from", "--long"] {
      #expect(outcome.errorText.contains(word), "\(outcome.errorText)")
    }
    #expect(!FileManager.default.fileExists(atPath: path))
    #expect(try Command.run(["draw", file, "-o", path, "--long"]).status == 0)
    #expect(try text(path).contains("id=\"packet-2310\""))
  }

  /// Hostile words of the user's, and a hostile file name, in every format.
  @Test func hostileWordsAreInert() throws {
    let folder = try TemporaryFolder()
    let evil = "</svg><script>alert(1)<!script>\" onload=\"x' ]]> \u{202E}\u{1B}[31m`|` ;C->>S: x"
    let file = folder.path + "/" + evil.replacingOccurrences(of: "/", with: "!") + ".pcapng"
    try FileManager.default.copyItem(atPath: demo, toPath: file)
    for ending in ["svg", "html", "md", "mmd", "pkt", "txt", "png", "pdf"] {
      // A report does not write over another picture.
      let path = folder.path + (ending == "md" ? "/report." : "/a.") + ending
      let outcome = try Command.run([
        "draw", file, "-o", path, "--title", evil, "--note", "syn: " + evil, "--font", evil,
      ])
      #expect(outcome.status == 0, "\(outcome.errorText)")
      guard !["png", "pdf"].contains(ending) else { continue }
      let text = try text(path)
      for scalar in ["\u{202E}", "\u{1B}"] as [Unicode.Scalar] {
        #expect(!text.unicodeScalars.contains(scalar), "\(ending)")
      }
      if ending != "txt" { #expect(!text.contains("<script>alert"), "\(ending)") }
    }
    #expect(try runText(["xmllint", "--noout", "--nonet", folder.path + "/a.svg"]).status == 0)
    let words = try runText(["pdftotext", folder.path + "/a.pdf", "-"]).text
    #expect(words.contains("</svg><script>alert(1)"))
  }
}
