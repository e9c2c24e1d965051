import Foundation
import Process
import Testing

/// Ladder, table of connections and export say the same of each connection, on every capture that is
/// shipped.
@Suite struct ConnectionsAgreeTests {
  /// A connection as one of them has it: the fields of the export.
  private typealias Fields = [String: String]

  @Test(arguments: ShippedCaptures.all)
  func tableAndExportAgree(capture: String) throws {
    let table = try Self.connections("summary", capture)
    let exported = try Self.connections("export", capture)
    #expect(table.keys.sorted() == exported.keys.sorted())
    for (id, fields) in exported {
      for (name, value) in fields where name != "closed_by_exit" {
        #expect(table[id]?[name] == value, "connection \(id): \(name)")
      }
    }
  }

  @Test(arguments: ShippedCaptures.all)
  func ladderAndTableAgree(capture: String) throws {
    let table = try Self.connections("summary", capture)
    let text = try Command.run(["replay", "--lines", ShippedCaptures.folder + capture]).text
    let (told, found) = Self.ladder(text)
    for (id, fields) in found {
      for (name, value) in fields {
        #expect(table[id]?[name] == value, "connection \(id): \(name)")
      }
    }
    // The footer tells of the first twelve.
    let tcp = table.filter { $0.value["protocol"] == "tcp" && $0.key <= 12 }
    if table.count <= 12 { #expect(told == tcp.count) }
  }

  @Test func theLaddersTellOfMany() throws {
    let told = try ShippedCaptures.all.map {
      Self.ladder(try Command.run(["replay", "--lines", ShippedCaptures.folder + $0]).text).0
    }
    #expect(told.reduce(0, +) > 80)
  }

  // MARK: reading

  /// The connections of `export` or `summary` by their number, all values as texts.
  private static func connections(_ command: String, _ capture: String) throws -> [Int: Fields] {
    let outcome = try Command.run([
      command, "--format", "jsonl", ShippedCaptures.folder + capture,
    ])
    var found: [Int: Fields] = [:]
    for line in outcome.text.split(separator: "\n") where line.contains("\"connection\",\"id\"") {
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      guard let object, let id = object["id"] as? Int else { continue }
      found[id] = object.mapValues { $0 is NSNull ? "null" : "\($0)" }
    }
    return found
  }

  /// How many TCP connections the footer tells of, and what the lines say of each connection.
  private static func ladder(_ text: String) -> (told: Int, found: [Int: Fields]) {
    var found: [Int: Fields] = [:]
    var told = 0
    var last: Int?
    for line in text.split(separator: "\n") {
      if let match = line.firstMatch(of: #/^[-\d.]+ m?s  (?:\d+|c\d+|-)  \#(\d+)  /#) {
        let id = Int(match.output.1) ?? 0
        for state in line.matches(of: #/  (client|server) ([A-Z][-A-Z\d]+)/#) {
          found[id, default: [:]]["\(state.output.1)_state"] = "\(state.output.2)"
        }
      } else if let match = line.firstMatch(of: /^TCP (\d+)(?: closed| was| is|:) ?(.*)/) {
        last = Int(match.output.1)
        told += 1
        found[last ?? 0, default: [:]].merge(closing(match.output.2)) { $1 }
      } else if let id = last, let match = line.firstMatch(of: /([\d,]+) bytes? each way/) {
        let count = number(match.output.1)
        found[id, default: [:]].merge(["client_bytes": count, "server_bytes": count]) { $1 }
        last = nil
      } else if let id = last,
        let match = line.firstMatch(of: #/([\d,]+) bytes? to the server, ([\d,]+) back/#)
      {
        found[id, default: [:]]["client_bytes"] = number(match.output.1)
        found[id, default: [:]]["server_bytes"] = number(match.output.2)
        last = nil
      } else if line.hasPrefix("TCP") || line.hasPrefix("UDP") {
        last = nil
      }
    }
    return (told, found)
  }

  /// What the footer says of the end: `, client first, in 3 segments: ...`
  private static func closing(_ words: Substring) -> Fields {
    if let match = words.firstMatch(of: /^, (client|server) first, in (\d+) segments/) {
      return ["close": "\(match.output.1)-fin", "close_segments": "\(match.output.2)"]
    }
    if words.contains(/RST \d+/) { return ["close": "reset"] }
    return words.contains(/open when|half closed|never made/) ? ["close": "open"] : [:]
  }

  private static func number(_ text: Substring) -> String { text.filter { $0 != "," } }
}
