import Golden
import Process
import Testing

/// The JSON Lines, loaded by DuckDB as they are (PyPI package `duckdb`).
/// DuckDB in Python.
enum DuckDB {
  /// A Python that has the package: an environment of its own beside the built programs, made once.
  ///
  /// - Throws: where there is no pip or no package index, in words.
  private static func python() throws -> String {
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

  /// Why a test cannot be held.
  private struct Missing: Error, CustomStringConvertible { var description: String }

  /// The rows that a query gives, which is run in a folder.
  static func rows(_ sql: String, in folder: String) throws -> Outcome {
    let script =
      "import duckdb, os, sys\n"
      + "os.chdir(sys.argv[1])\n"
      + "for row in duckdb.sql(sys.argv[2]).fetchall(): print(*row, sep='|')"
    return try runText([try python(), "-c", script, folder, sql])
  }
}

@Suite(.serialized) struct DuckDBTests {
  /// Runs a query over the lines of a file, which stands for `LINES` in it.
  private func query(_ sql: String, _ lines: [UInt8]) throws -> String {
    let folder = try TemporaryFolder()
    _ = try folder.write(lines, to: "lines.jsonl")
    let outcome = try DuckDB.rows(
      sql.replacing("LINES", with: "read_json_auto('lines.jsonl')"), in: folder.path)
    #expect(outcome.status == 0, "\(outcome.errorText)")
    return outcome.text
  }

  /// Every query of the documents, over an export and a summary of the shipped recording of the demo.
  @Test func theDocumentedQueriesAnswerRightly() throws {
    let folder = try TemporaryFolder()
    let recording = ShippedCaptures.folder + "demo-tcp.pcapng"
    for (command, file) in [("export", "hello"), ("summary", "summary")] {
      let outcome = try Command.run([
        command, recording, "--format", "jsonl", "-o", folder.path + "/\(file).jsonl",
      ])
      #expect(outcome.status == 0)
    }
    var transcript = ""
    for (page, sql) in try documentedQueries() {
      let outcome = try DuckDB.rows(sql, in: folder.path)
      #expect(outcome.status == 0, "\(page): \(sql)\n\(outcome.errorText)")
      transcript += "\(page): \(sql)\n\(outcome.text)\n"
    }
    let difference = Golden.difference(of: transcript, from: "documented-queries.txt")
    #expect(difference == nil, "\(difference ?? "")")
  }

  /// The text between the quotes of `duckdb -c "..."`, with the page it stands in.
  private func documentedQueries() throws -> [(page: String, sql: String)] {
    let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    let pages = try runText(["sh", "-c", "cd \(root) && ls README.md docs/*.md"]).text
    var queries: [(String, String)] = []
    for page in pages.split(separator: "\n").map(String.init) {
      let text = String(decoding: try contents(of: "\(root)/\(page)"), as: UTF8.self)
      for line in text.split(separator: "\n") where line.contains("duckdb -c \"") {
        let rest = line.split(separator: "\"", maxSplits: 1)[1]
        queries.append((page, String(rest.prefix(while: { $0 != "\"" }))))
      }
    }
    #expect(queries.count >= 4)
    return queries
  }

  /// The first documented query, by another way: each call's packets, counted by hand.
  @Test func theFirstQueryCountsWhatTheCallsSay() throws {
    let export = try Command.run([
      "export", ShippedCaptures.folder + "demo-tcp.pcapng", "--format", "jsonl",
    ])
    let script = """
      import json, sys
      calls = {}
      for line in sys.stdin:
          row = json.loads(line)
          if row["type"] == "call":
              seen = calls.setdefault(row["name"], [0, 0])
              seen[0] += 1
              seen[1] += len(row["packets"])
      for name in sorted(calls): print(name, *calls[name], sep="|")
      """
    let counted = try runText(["python3", "-c", script], input: export.standardOutput).text
    #expect(counted.contains("connect|1|1\n"))
    #expect(
      try query(
        "SELECT name, count(*), sum(len(packets)) FROM LINES WHERE type = 'call' GROUP BY name "
          + "ORDER BY name", export.standardOutput) == counted)
  }

  @Test func loadsAnExportUnchanged() throws {
    let export = try Command.run([
      "export", ShippedCaptures.folder + "bulk.pcap", "--format", "jsonl",
    ]).standardOutput
    #expect(
      try query("SELECT type, count(*) FROM LINES GROUP BY type ORDER BY type", export) == """
        connection|1
        end|1
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
        "SELECT type, protocol, count(*), sum(packet_count) FROM LINES GROUP BY ALL ORDER BY ALL",
        summary) == """
          connection|tcp|2|4
          connection|udp|2|2
          icmp_error|icmp|2|2

          """)
  }
}
