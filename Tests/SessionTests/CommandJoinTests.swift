import Foundation
import Golden
import Process
import Testing

/// Captures and logs of strace become one ladder.
@Suite struct CommandJoinTests {
  private static let pair = [
    ShippedCaptures.folder + "strace.pcap", "--calls", ShippedCaptures.folder + "strace.log",
  ]

  @Test func theTextIsThatExpected() throws {
    let outcome = try runText([
      "env", "-u", "NO_COLOR", "LC_ALL=C.UTF-8", "sh", "-c",
      "cd \(ShippedCaptures.folder) && \(Command.path) replay strace.pcap --calls strace.log "
        + "--width 104",
    ])
    let text = outcome.text + outcome.errorText + "[\(outcome.status)]\n"
    let difference = Golden.difference(of: text, from: "../../../captures/expected/strace.log.txt")
    #expect(difference == nil, "\(difference ?? "")")
  }

  /// The same program as sockline itself recorded it.
  @Test func theCausesAreThoseOfOurOwnRecording() throws {
    let own = try JoinedCauses([ShippedCaptures.folder + "endings.pcapng"])
    let joined = try JoinedCauses(Self.pair)
    #expect(own.connections.count == 10)
    #expect(own.differences(from: joined) == [])
  }

  /// Another clock may be anything; the ladder is the same, but for the line that tells it.
  @Test(arguments: ["3600", "-1.5", "0.000250", "-86400"])
  func theClockOfTheLogDoesNotMatter(_ seconds: String) throws {
    let files = try TemporaryFolder()
    let log = try files.write(Array(try Self.shifted(by: seconds).utf8), to: "strace.log")
    let other = try files.write(Array(try Self.shifted(by: "7200").utf8), to: "other.log")
    func ladder(_ log: String) throws -> (first: String, rest: [Substring]) {
      let outcome = try Command.run(
        ["replay", Self.pair[0], "--calls", log, "--lines"], environment: ["LC_ALL=C.UTF-8"])
      #expect(outcome.status == 0)
      let lines = outcome.text.split(separator: "\n")
      return (String(lines.first ?? ""), Array(lines.drop { !$0.hasPrefix("TCP 1") }))
    }
    let own = try ladder(Self.pair[2])
    #expect(own.first.hasPrefix("both by the same clock; joined at "))
    let before = try ladder(other)
    let after = try ladder(log)
    #expect(before.first != after.first)
    #expect(before.rest == after.rest)
    #expect(before.rest.count > 100)
  }

  /// The same log with other times.
  static func shifted(by seconds: String) throws -> String {
    let shift = try #require(Decimal(string: seconds))
    let text = String(
      decoding: try contents(of: ShippedCaptures.folder + "strace.log"), as: UTF8.self)
    return text.split(separator: "\n").map { line in
      let words = line.split(separator: " ", maxSplits: 2)
      guard words.count == 3, let time = Decimal(string: String(words[1])) else {
        return String(line)
      }
      return "\(words[0]) \(time + shift) \(words[2])"
    }.joined(separator: "\n") + "\n"
  }

  /// What is kept is drawn like what was joined.
  @Test func theRecordingThatIsKeptIsTheSame() throws {
    let files = try TemporaryFolder()
    let kept = files.path + "/kept.pcapng"
    let drawn = try Command.run(["replay"] + Self.pair + ["-w", kept])
    #expect(drawn.status == 0)
    let again = try Command.run(["replay", kept])
    #expect(again.text == drawn.text)
    let verified = try Command.run(["replay", kept, "--verify"])
    #expect(verified.status == 0)
    #expect(verified.text.contains("58 of 58 stored causes agree"))
  }

  @Test func selectingAndSumming() throws {
    let one = try Command.run(["replay"] + Self.pair + ["--connection", "7"])
    #expect(one.text.contains("SO_LINGER"))
    #expect(!one.text.contains("TCP 8 was"))
    let filtered = try Command.run(
      ["replay", Self.pair[0], "tcp", "port", "3492", "--calls", Self.pair[2]])
    #expect(filtered.text.contains("nobody listens"))
    let summary = try Command.run(["summary"] + Self.pair + ["--format", "csv"])
    #expect(summary.status == 0)
    #expect(summary.text.contains("sockline-test-p"))
  }

  // MARK: errors

  @Test func whatCannotBeJoinedIsSaid() throws {
    let files = try TemporaryFolder()
    let empty = try files.write(Array("".utf8), to: "empty.log")
    let letter = try files.write(Array("Dear reader,\nthis is no log.\n".utf8), to: "letter.log")
    let timeless = try files.write(
      Array("7 socket(AF_INET, SOCK_STREAM, 0) = 3\n".utf8), to: "timeless.log")
    let whole = try files.write(
      Array("7 12:00:01 socket(AF_INET, SOCK_STREAM, 0) = 3\n".utf8), to: "whole.log")
    let plain = try files.write(Array("7 1700000000.000001 getpid() = 7\n".utf8), to: "plain.log")
    // A call's name may stand in any file.
    let binary = try files.write(
      [0, 1, 2] + Array("\n<... read resumed>\u{0}\u{1}) = 0\n".utf8), to: "binary.log")
    let elsewhere = try files.write(
      Array(
        """
        7 1700000000.000001 socket(AF_INET, SOCK_STREAM, 0) = 3<TCP:[1]>
        7 1700000000.000101 connect(3<TCP:[1]>, {sa_family=AF_INET, sin_port=htons(9), sin_addr=inet_addr("10.9.9.9")}, 16) = 0 <0.000050>
        7 1700000000.000301 write(3<TCP:[10.9.9.8:4000->10.9.9.9:9]>, "x", 1) = 1 <0.000050>

        """.utf8), to: "elsewhere.log")
    let cases = [
      (empty, "is empty"), (binary, "is not an strace log"), (letter, "is not an strace log"),
      (timeless, "have no times"),
      (whole, "are whole seconds"), (plain, "No call in the log uses a TCP or UDP socket"),
      (elsewhere, "have no socket in common"), (Self.pair[0], "is not an strace log"),
      (files.path + "/missing.log", "no such file"),
    ]
    for (log, words) in cases {
      let outcome = try Command.run(["replay", Self.pair[0], "--calls", log])
      #expect(outcome.status == 1, "\(log)")
      #expect(outcome.text == "")
      #expect(outcome.errorText.contains(words), "\(log): \(outcome.errorText)")
      #expect(outcome.errorText.split(separator: "\n").count == 1)
    }
  }

  @Test func whatMakesNoSenseIsSaid() throws {
    let log = Self.pair[2]
    let recording = try Command.run(
      ["replay", ShippedCaptures.folder + "endings.pcapng", "--calls", log])
    #expect(recording.errorText.contains("is a recording that already has calls"))
    #expect(recording.status == 1)
    let input = try Command.run(["replay", "-", "--calls", log])
    #expect(input.errorText.contains("reads the capture twice"))
    let useless = try Command.run(["replay", Self.pair[0], "-w", "/tmp/none.pcapng"])
    #expect(useless.errorText.contains("-w saves what --calls joins"))
    #expect(useless.status == 64)
    let over = try Command.run(["replay", Self.pair[0], "--calls", log, "-w", log])
    #expect(over.errorText.contains("the name must end in .pcapng"))
  }
}

/// The causes of a capture, as `export` tells them: for each connection how often which packet has
/// which cause.
struct JoinedCauses {
  private(set) var connections: [Int: [String: Int]] = [:]

  init(_ arguments: [String]) throws {
    let outcome = try Command.run(["export"] + arguments + ["--format", "jsonl"])
    var names: [Int: String] = [:]
    var clients: [Int: String] = [:]
    var rows: [[String: Any]] = []
    for line in outcome.text.split(separator: "\n") {
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
      guard let row = object as? [String: Any] else { continue }
      switch row["type"] as? String {
      case "call": names[row["id"] as? Int ?? 0] = row["name"] as? String
      case "packet": rows.append(row)
      default: break
      }
    }
    for row in rows {
      guard let connection = row["connection"] as? Int, let cause = row["cause"] as? [String: Any]
      else { continue }
      let source = row["src"] as? String ?? ""
      clients[connection] = clients[connection] ?? source
      let kind = cause["kind"] as? String ?? ""
      let flags = row["flags"] as? String ?? ""
      // How many acknowledgements the kernel sends, and when, is not the same twice.
      if kind == "reply", flags == "." { continue }
      let calls = (cause["calls"] as? [Int] ?? []).map { names[$0] ?? "?" }.sorted()
      let reason = (cause["reason"] as? String ?? "").replacing(/[0-9]+/, with: "N")
      let bytes = "\(cause["offset"] as? Int ?? -1)+\(cause["length"] as? Int ?? -1)"
      let side = source == clients[connection] ? "client" : "server"
      let key = "\(side) \(flags) \(kind) \(reason) \(calls.joined(separator: ",")) \(bytes)"
      connections[connection, default: [:]][key, default: 0] += 1
    }
  }

  /// What is not the same in connections without overlaps. strace may be slow to tell that a call has
  /// returned: then it overlaps with another, which is said to be ambiguous, and not wrong. A slow
  /// program may provoke a retransmission.
  func wrong(in other: JoinedCauses) -> [String] {
    differences(from: other).filter { line in
      let number = Int(line.prefix { $0 != ":" }) ?? 0
      let causes =
        Array((connections[number] ?? [:]).keys)
        + Array((other.connections[number] ?? [:]).keys)
      return !causes.contains { $0.contains("ambiguous") || $0.contains("retransmission") }
    }
  }

  /// What is not the same, one line each.
  func differences(from other: JoinedCauses) -> [String] {
    Set(connections.keys).union(other.connections.keys).sorted().flatMap { number in
      let own = connections[number] ?? [:]
      let theirs = other.connections[number] ?? [:]
      return Set(own.keys).union(theirs.keys).sorted().filter { own[$0] != theirs[$0] }.map {
        "\(number): \($0): \(own[$0] ?? 0) and \(theirs[$0] ?? 0)"
      }
    }
  }
}
