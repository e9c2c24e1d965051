import Process
import Testing

/// Ways of holding, opening and closing sockets: the program says what has to be seen, and the
/// exported recording has to say the same of every packet.
@Suite(.serialized, .ownNetwork) struct LiveTortureCloseTests {
  static let groups = [
    "holders", "tables", "passing", "opening", "ports", "ending", "threads", "listeners",
  ]

  /// Records a group of cases.
  private func record(_ group: String) throws -> (expected: [TortureExpectation], TortureRows) {
    let folder = try TemporaryFolder()
    _ = try runText(["chmod", "777", folder.path])
    let (book, file) = (folder.path + "/expected", folder.path + "/torture.pcapng")
    let outcome = try Live.run(
      ["run", "--private", "-q", "-w", file, "--"]
        + [Installed.shared?.programs ?? "", "torture-close", book, group])
    try #require(outcome.status == 0, "\(outcome.errorText)")
    let export = try Live.run(["export", "--format", "jsonl", file])
    try #require(export.status == 0, "\(export.errorText)")
    let expected = try runText(["cat", book]).text
    return (
      try TortureExpectation.read(expected), try TortureRows(export.text)
    )
  }

  @Test(arguments: groups) func everyCase(_ group: String) throws {
    let (expected, rows) = try record(group)
    #expect(expected.count > 10)
    var checked = TortureCheck(rows)
    for expectation in expected { checked.check(expectation) }
    #expect(checked.problems == [])
    // Nothing may be left over that nobody expected.
    let unexplained = rows.packets.filter { ["unknown", "untraced"].contains($0.cause.kind) }
    #expect(unexplained.map(\.summary) == [])
    let ambiguous = rows.packets.filter { $0.cause.kind == "ambiguous" }
    #expect(ambiguous.allSatisfy { Set($0.cause.calls).count > 1 })
    #expect(ambiguous.isEmpty || group == "threads")
  }
}
