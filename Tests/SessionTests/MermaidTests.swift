import Foundation
import Process
import Testing

/// Diagrams for Mermaid, read and drawn by Mermaid itself (11.16, in the PyPI package
/// `artoo-mermaid`), in Chromium.
@Suite(.serialized) struct MermaidTests {
  /// The package's file, whose bytes are known.
  private static let requirement =
    "artoo-mermaid==11.16.0 "
    + "--hash=sha256:fa6d2c8c0fbc4be09a456bfdd62f92eb85e44299a02460b1f4fd4f200a19f01d\n"

  /// The folder that holds mermaid.min.js, filled once beside the built programs.
  ///
  /// - Throws: where there is no pip or no package index, in words.
  private func folder() throws -> String {
    let folder = Command.folder + "/mermaid-environment"
    let script = folder + "/artoo_mermaid/assets/mermaid.min.js"
    if FileManager.default.fileExists(atPath: script) { return folder + "/artoo_mermaid/assets" }
    let temporary = try TemporaryFolder()
    let list = try temporary.write(Array(MermaidTests.requirement.utf8), to: "list.txt")
    let steps: [[String]] = [
      ["python3", "-m", "venv", temporary.path + "/venv"],
      // The package asks for a newer Python than many have; only its script is wanted.
      [
        temporary.path + "/venv/bin/python", "-m", "pip", "download", "--quiet", "--no-deps",
        "--disable-pip-version-check", "--require-hashes", "--only-binary=:all:",
        "--python-version", "3.13", "--dest", temporary.path + "/wheel", "-r", list,
      ],
      [
        "sh", "-c", "python3 -m zipfile -e \"$1\"/wheel/*.whl \"$2\"", "sh", temporary.path, folder,
      ],
    ]
    for step in steps {
      let outcome = try RunningProcess(step).wait(timeout: .seconds(300))
      guard outcome.status == 0 else {
        throw Missing(
          description: "This test needs the PyPI package artoo-mermaid, and "
            + "`\(step.joined(separator: " "))` failed: \(outcome.text)\(outcome.errorText)")
      }
    }
    return folder + "/artoo_mermaid/assets"
  }

  /// Why the test cannot be held.
  private struct Missing: Error, CustomStringConvertible { var description: String }

  @Test func mermaidReadsAndDrawsThem() throws {
    let evil =
      "end; C->>S: forged #quot; %%{init: {'theme':'x'}}%% <b>\"`x`</b> \\n {{y}} : a --x b"
    let diagrams: [(arguments: [String], packets: Int)] = [
      (["demo-tcp.pcapng"], 10), (["demo-udp.pcapng"], 2), (["endings.pcapng"], 58),
      (["bulk.pcap"], 22), (["refused.pcap"], 8),
      (["demo-tcp.pcapng", "--title", evil, "--note", "syn: " + evil], 10),
    ]
    let temporary = try TemporaryFolder()
    var texts: [String] = []
    for (index, diagram) in diagrams.enumerated() {
      let path = "\(temporary.path)/\(index).mmd"
      let arguments = [ShippedCaptures.folder + diagram.arguments[0]]
      let outcome = try Command.run(
        ["draw"] + arguments + diagram.arguments.dropFirst() + ["-o", path])
      #expect(outcome.status == 0, "\(outcome.errorText)")
      texts.append(try String(contentsOfFile: path, encoding: .utf8))
    }
    let list = String(decoding: try JSONEncoder().encode(texts), as: UTF8.self)
      .replacing("<", with: "\\u003c")
    let page = """
      <!DOCTYPE html><meta charset="utf-8"><pre id="results"></pre>
      <script src="file://\(try folder())/mermaid.min.js"></script>
      <script>(async () => {
      mermaid.initialize({ startOnLoad: false });
      let index = 0;
      for (const text of \(list)) {
        let line;
        try {
          const kind = (await mermaid.parse(text)).diagramType;
          const svg = (await mermaid.render('d' + index++, text)).svg;
          line = kind + ' ' + (svg.match(/class="messageText"/g) || []).length
            + ' ' + /<script|onerror|<b>/.test(svg);
        } catch (error) { line = 'failed ' + error.message.replaceAll('\\n', ' '); }
        document.getElementById('results').textContent += line + '\\n';
      }
      })();</script>
      """
    let path = try temporary.write(Array(page.utf8), to: "page.html")
    let found = try Browser.results(at: path, profile: temporary.path + "/profile")
    #expect(found == diagrams.map { "sequence \($0.packets) false" })
  }
}
