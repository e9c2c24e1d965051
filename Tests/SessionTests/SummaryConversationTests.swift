import Foundation
import Process
import Testing

/// The table of connections, held against `tshark -q -z conv,tcp` and `conv,udp`, field by field, on
/// every capture that is shipped.
@Suite(.serialized) struct SummaryConversationTests {
  /// A conversation: its two ends, and what each of them sent.
  struct Conversation: Hashable, CustomStringConvertible {
    var kind: String
    var client: String
    var server: String
    var clientPackets: Int
    var serverPackets: Int
    var clientBytes: String
    var serverBytes: String
    /// Seconds from the first packet of the file, with nine decimals.
    var start: String
    /// Seconds, with four decimals.
    var duration: String

    var description: String {
      "\(kind) \(client) > \(server) \(clientPackets) \(clientBytes) < \(serverPackets) "
        + "\(serverBytes) at \(start) for \(duration)"
    }

    /// The same conversation, told from the other end.
    var reversed: Conversation {
      Conversation(
        kind: kind, client: server, server: client, clientPackets: serverPackets,
        serverPackets: clientPackets, clientBytes: serverBytes, serverBytes: clientBytes,
        start: start, duration: duration)
    }

    /// The conversation as told from the end whose text is smaller: tshark's first column is the
    /// sender of the first packet, ours the client.
    var inOneOrder: Conversation { client < server ? self : reversed }
  }

  /// A conversation that we mean to tell otherwise.
  struct Difference {
    var reason: String
    var ours: String
    var theirs: String
  }

  /// Where we mean to differ, and why; each difference has to be there.
  static let intended: [String: [Difference]] = [
    "lies.pcap": [
      Difference(
        reason: """
          A datagram whose length field is smaller than its header has ports, and so a conversation. \
          tshark stops at the length and counts it nowhere.
          """,
        ours:
          "udp 10.0.0.1:40000 > 10.0.0.2:3490 3 123 bytes < 0 0 bytes at 0.000000000 for 2.0000",
        theirs:
          "udp 10.0.0.1:40000 > 10.0.0.2:3490 2 82 bytes < 0 0 bytes at 0.000000000 for 2.0000")
    ]
  ]

  /// tshark tells conversations of tunnels by the addresses outside and those inside, and counts each
  /// fragment; we tell those inside, and count a datagram once: `tsharkSaysTheSame` holds each packet
  /// of these against it.
  static let told = ShippedCaptures.all.filter { !["tunnels.pcap", "fragments.pcap"].contains($0) }

  @Test(arguments: told)
  func agreesWithTshark(capture: String) throws {
    let path = ShippedCaptures.folder + capture
    let sorted = { (rows: [Conversation]) in rows.map(\.inOneOrder.description).sorted() }
    var ours = sorted(try Self.ours(path))
    for difference in Self.intended[capture] ?? [] {
      let place = try #require(ours.firstIndex(of: difference.ours), "\(difference.reason)")
      ours[place] = difference.theirs
    }
    #expect(ours.sorted() == (sorted(try Self.theirs(path))), "\(capture)")
  }

  @Test func theCapturesHaveConversations() throws {
    let rows = try ShippedCaptures.all.flatMap { try Self.ours(ShippedCaptures.folder + $0) }
    #expect(rows.filter { $0.kind == "tcp" }.count > 15)
    #expect(rows.filter { $0.kind == "udp" }.count > 10)
  }

  // MARK: ours

  static func ours(_ path: String) throws -> [Conversation] {
    let outcome = try Command.run(["summary", "--format", "csv", path])
    guard [0, 2].contains(outcome.status) else { return [] }
    let lines = outcome.text.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    let names = lines[0]
    let zero = try firstTime(path)
    return lines.dropFirst().compactMap { cells in
      let row = Dictionary(zip(names, cells), uniquingKeysWith: { first, _ in first })
      guard let kind = row["protocol"], kind != "icmp" else { return nil }
      func number(_ name: String) -> Int { Int(row[name] ?? "") ?? -1 }
      return Conversation(
        kind: kind, client: row["client"] ?? "", server: row["server"] ?? "",
        clientPackets: number("client_packets"), serverPackets: number("server_packets"),
        clientBytes: size(number("client_frame_bytes")),
        serverBytes: size(number("server_frame_bytes")),
        start: decimal(number("start_ns") - zero, decimals: 9),
        // Rounded as C does, from a binary fraction.
        duration: String(format: "%.4f", Double(number("duration_ns")) / 1e9))
    }
  }

  /// The time of the first packet of a file, in nanoseconds.
  private static func firstTime(_ path: String) throws -> Int {
    let outcome = try runText([
      "tshark", "-n", "-r", path, "-c", "1", "-T", "fields", "-e", "frame.time_epoch",
    ])
    let parts = outcome.text.split(separator: "\n").first?.split(separator: ".") ?? []
    guard parts.count == 2, let seconds = Int(parts[0]), let fraction = Int(parts[1]) else {
      return 0
    }
    return seconds * 1_000_000_000 + fraction
  }

  /// A number of units with decimals behind a point.
  private static func decimal(_ value: Int, decimals: Int) -> String {
    let unit = (0..<decimals).reduce(1) { result, _ in result * 10 }
    let fraction = String(abs(value) % unit)
    return (value < 0 ? "-" : "") + "\(abs(value) / unit)."
      + String(repeating: "0", count: decimals - fraction.count) + fraction
  }

  /// Bytes as tshark writes them: from ten thousand on in thousands, rounded down.
  private static func size(_ bytes: Int) -> String {
    bytes < 10_000 ? "\(bytes) bytes" : "\(bytes / 1000) kB"
  }

  // MARK: tshark's

  static func theirs(_ path: String) throws -> [Conversation] {
    // As for the other fields: nothing is put together from fragments.
    let outcome = try runText([
      "tshark", "-n", "-q", "-r", path, "-o", "ip.defragment:FALSE", "-o", "ipv6.defragment:FALSE",
      "-z", "conv,tcp", "-z", "conv,udp",
    ])
    guard [0, 2].contains(outcome.status) else { return [] }
    var kind = ""
    return outcome.text.split(separator: "\n").compactMap { line in
      if line.hasPrefix("TCP Conversations") { kind = "tcp" }
      if line.hasPrefix("UDP Conversations") { kind = "udp" }
      return line.contains("<->") ? conversation(line, kind) : nil
    }
  }

  /// A line: ends; frames and bytes to the left, to the right, of both; start; duration.
  private static func conversation(_ line: Substring, _ kind: String) -> Conversation? {
    let words = line.split(separator: " ").map(String.init)
    guard words.count == 14, let back = Int(words[3]), let out = Int(words[6]) else { return nil }
    return Conversation(
      kind: kind, client: bracketed(words[0]), server: bracketed(words[2]), clientPackets: out,
      serverPackets: back, clientBytes: "\(words[7]) \(words[8])",
      serverBytes: "\(words[4]) \(words[5])", start: words[12], duration: words[13])
  }

  /// An end as we write it: IPv6 addresses in brackets.
  private static func bracketed(_ end: String) -> String {
    guard let colon = end.lastIndex(of: ":"), end[..<colon].contains(":") else { return end }
    return "[\(end[..<colon])]\(end[colon...])"
  }
}

/// The captures that are shipped.
enum ShippedCaptures {
  /// Their folder.
  static let folder: String = {
    let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    return parts.dropLast(3).joined(separator: "/") + "/captures/"
  }()

  /// The files that the manifest lists; another test makes sure that these are all.
  static let all: [String] = {
    let text = (try? contents(of: folder + "manifest.tsv")) ?? []
    let lines = String(decoding: text, as: UTF8.self).split(separator: "\n")
    return lines.filter { !$0.hasPrefix("#") }.compactMap { line in
      line.split(separator: "\t").first.map(String.init)
    }
  }()
}
