import Process
import Recorded
import Scenario
import Testing

/// Work per row does not depend on how many rows there were: counted by the processor's
/// instructions, which are the same on a busy machine.
@Suite struct ExportGrowthTests {
  /// A pair that talks, behind a write whose bytes no packet carries: for five seconds all that comes
  /// waits for it.
  private func recording(talks: Int) -> [UInt8] {
    let pair = Pair()
    pair.connect(at: 100)
    let lone = pair.script.socket(fd: 9, local: "127.0.0.1:51515", peer: "127.0.0.1:3490")
    pair.client.write(190...195, lone, "never seen")
    for index in 0..<talks { pair.talk(at: 1_000 + index * 200) }
    pair.close(at: 2_000 + talks * 200)
    return RecordedScenario(pair.script.scenario).bytes
  }

  private func instructions(_ arguments: [String]) throws -> Double {
    // valgrind stumbles over the debug information of a new compiler.
    let folder = try TemporaryFolder()
    let program = folder.path + "/sockline"
    _ = try runText(["strip", "-o", program, Command.path])
    let outcome = try RunningProcess(
      [
        "valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null",
        program,
      ] + arguments
    ).wait(timeout: .seconds(600))
    try #require(outcome.status == 0, "\(outcome.errorText)")
    let line = outcome.errorText.split(separator: "\n").first { $0.contains("I   refs:") }
    return try #require(
      line?.split(separator: " ").last.flatMap { Double($0.filter { $0 != "," }) })
  }

  @Test(arguments: [
    ["export", "--format", "jsonl"], ["export", "--format", "csv"],
    ["export", "--format", "csv", "--rows", "calls"], ["export", "--format", "perfetto"],
    ["summary"], ["replay"],
  ])
  func isOfTheNumberOfRows(_ command: [String]) throws {
    let folder = try TemporaryFolder()
    let counts = try [6, 18, 54].map { talks in
      let path = try folder.write(recording(talks: talks), to: "\(talks).pcapng")
      return try instructions(command + ["-o", "/dev/null", path])
    }
    // Three times as many rows take three times as long, beside what each run takes.
    let (less, more) = (counts[1] - counts[0], counts[2] - counts[1])
    #expect(more < less * 3 * 1.3, "\(counts)")
  }
}
