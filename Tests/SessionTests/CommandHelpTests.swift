import Golden
import Process
import Testing

@Suite struct CommandHelpTests {
  @Test(arguments: [
    "demo", "run", "pair", "attach", "capture", "replay", "draw", "plot", "annotate", "summary",
    "export", "interfaces", "doctor",
  ])
  func helpOfACommand(_ name: String) throws {
    let outcome = try Command.run([name, "--help"])
    #expect(outcome.status == 0)
    #expect(outcome.errorText == "")
    #expect(Golden.difference(of: outcome.text, from: "help-\(name).txt") == nil)
    #expect(try Command.run(["help", name]).text == outcome.text)
  }

  @Test(arguments: [["--help"], ["-h"], ["help"], []])
  func helpOfAll(_ arguments: [String]) throws {
    let outcome = try Command.run(arguments)
    #expect(outcome.status == 0)
    #expect(outcome.errorText == "")
    #expect(Golden.difference(of: outcome.text, from: "help.txt") == nil)
  }

  @Test func helpFitsEightyColumns() throws {
    for name in [
      "demo", "run", "pair", "attach", "capture", "replay", "draw", "plot", "annotate",
      "summary", "export", "interfaces", "doctor",
    ] {
      let lines = try Command.run([name, "--help"]).text.split(separator: "\n")
      #expect(lines.filter { $0.count > 80 } == [])
    }
  }

  @Test func version() throws {
    let outcome = try Command.run(["--version"])
    #expect(outcome.status == 0)
    #expect(outcome.text == "sockline 0.1.0\n")
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func completionsParse(_ shell: String) throws {
    let script = try Command.run(["--generate-completion-script", shell])
    #expect(script.status == 0)
    #expect(script.text.contains("interfaces"))
    #expect(script.text.contains("by-connection"))
    // Where the shell is not installed, only the script itself is looked at.
    try Machine.require(Machine.has(shell), "\(shell) is not installed")
    let check = try runText([shell, "-n", "/dev/stdin"], input: script.standardOutput)
    #expect(check.status == 0)
    #expect(check.errorText == "")
  }

  @Test func completesInterfaces() throws {
    let outcome = try Command.run(["---completion", "run", "--", "-i", "2", "0", ""])
    #expect(outcome.status == 0)
    #expect(outcome.text.split(separator: "\n").contains("lo"))
  }
}
