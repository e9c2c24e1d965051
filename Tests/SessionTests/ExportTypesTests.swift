import Process
import Recorded
import Scenario
import Testing

/// A name has one type, in whatever object of exports and summaries it stands.
@Suite struct ExportTypesTests {
  /// Names with their types in lines of JSON, once each: `packets list`.
  private static let script = """
    import json, sys
    seen = set()
    def kind(value):
        if isinstance(value, bool): return "flag"
        return {int: "number", str: "text", list: "list", dict: "object"}[type(value)]
    def note(row):
        for name, value in row.items():
            if value is None: continue
            seen.add(name + " " + kind(value))
            if isinstance(value, dict): note(value)
            for item in value if isinstance(value, list) else []: assert type(item) is int, name
    for line in sys.stdin: note(json.loads(line))
    print("\\n".join(sorted(seen)))
    """

  private func types(_ command: String, _ path: String) throws -> [String] {
    let outcome = try Command.run([command, path, "--format", "jsonl"])
    #expect([0, 2].contains(outcome.status))
    let kinds = try runText(["python3", "-c", Self.script], input: outcome.standardOutput)
    #expect(kinds.status == 0, "\(kinds.errorText)")
    return kinds.text.split(separator: "\n").map(String.init)
  }

  @Test func aNameHasOneType() throws {
    let folder = try TemporaryFolder()
    var paths = ShippedCaptures.all.map { ShippedCaptures.folder + $0 }
    let scenarios: [(String, Scenario)] = [
      ("tcp", .tcpDemo), ("udp", .udpDemo), ("refused", .refused), ("reset", .reset),
      ("refused-datagram", .refusedDatagram), ("retransmission", .retransmission),
      ("four-connections", .fourConnections), ("fork", .fork), ("dying", .dyingProgram),
    ]
    for (name, scenario) in scenarios {
      paths.append(
        try folder.write(RecordedScenario(scenario).bytes, to: name + ".pcapng"))
    }
    var types: [String: String] = [:]
    for path in paths {
      for command in ["export", "summary"] {
        for pair in try self.types(command, path) {
          let parts = pair.split(separator: " ").map(String.init)
          let known = types[parts[0]]
          #expect(known == nil || known == parts[1], "\(parts[0]) in \(command) \(path)")
          types[parts[0]] = parts[1]
        }
      }
    }
    // Some of each kind were there, so that there was something to compare.
    #expect(types["packets"] == "list" && types["packet_count"] == "number")
    #expect(types["calls"] == "list" && types["call_count"] == "number")
    #expect(types["read_by"] == "list" && types["delayed"] == "flag" && types["cause"] == "object")
    #expect(types.count > 90)
  }
}
