import Process
import Testing

/// The JSON Lines, loaded by DuckDB as they are (PyPI package `duckdb`).
@Suite(.serialized) struct DuckDBTests {
  /// A Python that has the package: an environment of its own beside the built programs, made once.
  ///
  /// - Throws: where there is no pip or no package index, in words.
  private func python() throws -> String {
    let folder = Command.folder + "/duckdb-environment"
    let python = folder + "/bin/python"
    if try runText([python, "-c", "import duckdb"]).status == 0 { return python }
    let steps: [[String]] = [
      ["python3", "-m", "venv", folder],
      [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "duckdb"],
    ]
    for step in steps {
      let outcome = try RunningProcess(step).wait(timeout: .seconds(300))
      guard outcome.status == 0 else {
        throw Missing(
          description:
            "This test needs the PyPI package duckdb, and `\(step.joined(separator: " "))` "
            + "failed: \(outcome.text)\(outcome.errorText)")
      }
    }
    return python
  }

  /// Why the test cannot be held.
  private struct Missing: Error, CustomStringConvertible { var description: String }

  /// Runs a query over the lines of a file, which stands for `lines` in it.
  private func query(_ sql: String, _ lines: [UInt8]) throws -> String {
    let folder = try TemporaryFolder()
    let file = try folder.write(lines, to: "lines.jsonl")
    let script =
      "import duckdb, sys\n"
      + "sql = sys.argv[1].replace('LINES', f\"read_json_auto('{sys.argv[2]}')\")\n"
      + "for row in duckdb.sql(sql).fetchall(): print(*row, sep='|')"
    let outcome = try runText([try python(), "-c", script, sql, file])
    #expect(outcome.status == 0, "\(outcome.errorText)")
    return outcome.text
  }

  @Test func loadsAnExportUnchanged() throws {
    let export = try Command.run([
      "export", ShippedCaptures.folder + "bulk.pcap", "--format", "jsonl",
    ]).standardOutput
    #expect(
      try query("SELECT type, count(*) FROM LINES GROUP BY type ORDER BY type", export) == """
        connection|1
        packet|22
        recording|1
        state|10

        """)
    // Lists, objects and numbers have their types.
    #expect(
      try query(
        "SELECT sum(length), max(options.mss), max(len(acknowledges)) > 0, "
          + "count(DISTINCT cause.kind), min(seq) > 0 FROM LINES WHERE type = 'packet'", export)
        == "300013|65495|True|2|True\n")
    #expect(
      try query(
        "SELECT c.client_bytes, count(*) FROM LINES p JOIN LINES c ON p.connection = c.id "
          + "WHERE p.type = 'packet' AND c.type = 'connection' AND p.src = c.client "
          + "GROUP BY c.client_bytes", export) == "300000|13\n")
    #expect(
      try query(
        "SELECT DISTINCT typeof(time_ns), typeof(seq), typeof(acknowledges) FROM LINES", export)
        == "BIGINT|BIGINT|BIGINT[]\n")
  }

  @Test func loadsASummaryUnchanged() throws {
    let summary = try Command.run([
      "summary", ShippedCaptures.folder + "refused.pcap", "--format", "jsonl",
    ]).standardOutput
    #expect(
      try query(
        "SELECT type, protocol, count(*), sum(packets) FROM LINES GROUP BY ALL ORDER BY ALL",
        summary) == """
          connection|tcp|2|4
          connection|udp|2|2
          icmp_error|icmp|2|2

          """)
  }
}
