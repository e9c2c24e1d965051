import Foundation
import Process
import Testing

@Suite struct CommandPlotTests {
  private let captures = ShippedCaptures.folder

  @Test(arguments: ["sequence", "window", "rtt", "throughput"], ["svg", "png", "pdf", "html"])
  func everyKindIsPlotted(kind: String, ending: String) throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/a." + ending
    let outcome = try Command.run([
      "plot", captures + "bulk.pcap", "--kind", kind, "-o", path, "--theme", "print",
    ])
    #expect(outcome.status == 0, "\(outcome.errorText)")
    #expect(outcome.text == "" && outcome.errorText == "")
    let text: String
    switch ending {
    case "svg":
      #expect(try runText(["xmllint", "--noout", "--nonet", path]).status == 0)
      text = try String(contentsOfFile: path, encoding: .utf8)
    case "pdf": text = try runText(["pdftotext", path, "-"]).text
    default: return
    }
    let axis = [
      "sequence": "relative sequence number", "rtt": "round-trip time", "window": "bytes in flight",
      "throughput": "acknowledged (",
    ]
    #expect(text.contains(axis[kind] ?? "?"))
    #expect(text.contains("time since the first packet (ms)"))
    #expect(text.contains("300,000 bytes"))
  }

  @Test func whatCannotBePlottedIsOneSentence() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/a.svg"
    let failures: [(arguments: [String], status: Int32, words: String)] = [
      (["demo-udp.pcapng", "--kind", "rtt", "-o", path], 1, "There is nothing to plot"),
      (["refused.pcap", "--kind", "sequence", "-o", path], 1, "There is nothing to plot"),
      (["bulk.pcap", "--kind", "jitter", "-o", path], 64, "'sequence', 'window', 'rtt'"),
      (["bulk.pcap", "--kind", "rtt", "-o", folder.path + "/a.md"], 64, "one of .svg, .png"),
      (
        ["bulk.pcap", "--kind", "rtt", "-o", path, "--note", "rst: x"], 1,
        "`rst`, which does not exist"
      ),
    ]
    for (arguments, status, words) in failures {
      let outcome = try Command.run(["plot", captures + arguments[0]] + arguments.dropFirst())
      #expect(outcome.status == status, "\(arguments)")
      #expect(outcome.errorText.contains(words), "\(outcome.errorText)")
      #expect(outcome.errorText.split(separator: "\n").filter { !$0.hasPrefix("See ") }.count == 1)
      #expect(!FileManager.default.fileExists(atPath: path))
    }
  }
}
