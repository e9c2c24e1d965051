import Foundation
import Process
import Testing

@Suite struct CommandAnnotateTests {
  private let captures = ShippedCaptures.folder

  /// A screenshot: a picture of our own.
  private func screenshot(_ folder: TemporaryFolder) throws -> String {
    let path = folder.path + "/shot.png"
    let outcome = try Command.run([
      "draw", captures + "tcp.pcap", "-o", path, "--scale", "0.32",
    ])
    #expect(outcome.status == 0, "\(outcome.errorText)")
    return path
  }

  @Test(arguments: ["svg", "png", "pdf", "html"])
  func everyEndingIsDrawn(ending: String) throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/a." + ending
    let outcome = try Command.run([
      "annotate", try screenshot(folder), "--from", captures + "tcp.pcap", "--rows", "100,20",
      "--mark", "400,120=syn-ack", "--mark", "1=packet 1: where it begins", "--mark",
      "10,20=: 사용자의 글", "--redact", "10,10,100,30", "-o", path,
    ])
    #expect(outcome.status == 0, "\(outcome.errorText)")
    #expect(outcome.text == "" && outcome.errorText == "")
    let text: String
    switch ending {
    case "svg":
      #expect(try runText(["xmllint", "--noout", "--nonet", "--huge", path]).status == 0)
      text = try String(contentsOfFile: path, encoding: .utf8)
    case "pdf": text = try runText(["pdftotext", path, "-"]).text
    default: return
    }
    #expect(text.contains("Packet 2: No call sends this"))
    #expect(text.contains("where it begins"))
    #expect(text.contains("사용자의 글"))
  }

  @Test func whatCannotBeAnnotatedIsOneSentence() throws {
    let folder = try TemporaryFolder()
    let shot = try screenshot(folder)
    let before = try Data(contentsOf: URL(fileURLWithPath: shot))
    let path = folder.path + "/a.png"
    let tcp = captures + "tcp.pcap"
    let failures: [(arguments: [String], status: Int32, words: String)] = [
      ([tcp, "--mark", "1,2=: x", "-o", path], 1, "is not a readable PNG file"),
      ([shot, "--mark", "1,2=: x", "-o", shot], 1, "give -o a different file"),
      ([shot, "--mark", "9999,2=: x", "-o", path], 1, "is outside"),
      ([shot, "--from", tcp, "--mark", "9,2=packet 77", "-o", path], 1, "`packet 77`"),
      ([shot, "--from", tcp, "--mark", "3=packet 1", "-o", path], 1, "`--rows TOP,HEIGHT`"),
      ([shot, "--from", tcp, "--mark", "1,2=nowhere", "-o", path], 64, "not a packet or call"),
      ([shot, "--mark", "1,2", "-o", path], 64, "--mark"),
      ([shot, "--mark", "1,2=: x", "--redact", "1,2,3", "-o", path], 64, "4 numbers"),
      ([shot, "--mark", "1,2=: x", "-o", folder.path + "/a.txt"], 64, "one of .svg, .png"),
      ([folder.path + "/none.png", "--mark", "1,2=: x", "-o", path], 1, "no such file"),
    ]
    for (arguments, status, words) in failures {
      let outcome = try Command.run(["annotate"] + arguments)
      #expect(outcome.status == status, "\(arguments): \(outcome.errorText)")
      #expect(outcome.errorText.contains(words), "\(outcome.errorText)")
      #expect(!outcome.errorText.contains("out of memory"))
      #expect(outcome.errorText.split(separator: "\n").filter { !$0.hasPrefix("See ") }.count == 1)
      #expect(!FileManager.default.fileExists(atPath: path))
    }
    #expect(try Data(contentsOf: URL(fileURLWithPath: shot)) == before)
  }
}
