import Process
import Testing

/// Servers and clients that need more of a recorder than the demo's.
@Suite(.ownNetwork) struct LivePairTests {
  private static let count = 1_000

  /// 1,000 short connections by eight threads at each side, recorded and saved.
  private func many(_ count: Int, _ folder: TemporaryFolder) throws -> (Recorded, Outcome) {
    let outcome = try Live.run([
      "pair", "--private", "--ready", "4000", "--timeout", "60", "--lines", "-s", "256",
      "-o", folder.path + "/lines.txt", "-w", folder.path + "/packets.pcap",
      "--server", Live.program("many-server 4000 8 \(count)"),
      "--client", Live.program("many-client 4000 8 \(count)"),
    ])
    let text = String(decoding: try contents(of: folder.path + "/lines.txt"), as: UTF8.self)
    return (Recorded(text), outcome)
  }

  /// What one of the programs counted itself.
  private func counted(_ program: String, _ what: String, _ text: String) -> Int? {
    let line = text.split(separator: "\n").first { $0.hasPrefix(program) }
    return line.flatMap { Recorded.number(after: what + " ", in: String($0)) }
  }

  @Test func aThousandConnectionsHaveTheirCalls() throws {
    let folder = try TemporaryFolder()
    let (recorded, outcome) = try many(Self.count, folder)
    #expect(outcome.status == 0)
    #expect(recorded.says("unexplained 0"))
    #expect(recorded.says("lost by the capture 0"))
    #expect(Set(recorded.packets.map(\.number)) == Set(1...recorded.packets.count))
    #expect(wrongCauses(recorded) == [])
    #expect(wrongCounts(recorded) == [])
    #expect(wrongStreams(recorded) == [])
    let saved = try savedBytes(folder.path + "/packets.pcap")
    #expect(saved.toServer == counted("many-client", "wrote", outcome.text))
    #expect(saved.toClient == counted("many-server", "wrote", outcome.text))
    #expect(saved.toClient == counted("many-client", "read", outcome.text))
    #expect(saved.packets == recorded.packets.count)
  }

  /// SYN, data, FIN and RST that no call of the right kind is named for.
  private func wrongCauses(_ recorded: Recorded) -> [String] {
    recorded.packets.filter { packet in
      if packet.isRepeated { return false }
      let names = recorded.names(packet)
      switch packet.flags {
      case "SYN": return names != ["connect"]
      case _ where packet.flags.contains("RST"):
        // close() with unread data, or the kernel's answer for a socket that is gone.
        return names != ["close"] && !packet.cause.hasPrefix("kernel answers ")
      case _ where packet.flags.contains("FIN"): return names.last != "close"
      case _ where packet.length > 0: return names.isEmpty || names.contains { $0 != "write" }
      default: return !packet.cause.hasPrefix("kernel answers ") && !packet.cause.contains("room")
      }
    }.map { "\($0)" }
  }

  /// Calls whose number is not that of the programs' text.
  private func wrongCounts(_ recorded: Recorded) -> [String] {
    let count = Self.count
    let plain = (0..<count).filter { $0 % 7 != 3 && $0 % 11 != 5 }.count
    let lingering = (0..<count).filter { $0 % 7 == 3 }.count
    let wanted = [
      "socket": count + 1, "bind": 1, "listen": 1, "accept": count, "connect": count,
      "setsockopt": 1 + lingering, "write": count + plain, "close": 2 * count + 1,
    ]
    let found = Dictionary(grouping: recorded.calls.values, by: \.name).mapValues(\.count)
    let wrong = wanted.filter { found[$0.key] != $0.value }
    return wrong.map { "\($0.key): \(found[$0.key] ?? 0), not \($0.value)" }
      + (found.keys.filter { wanted[$0] == nil && $0 != "read" })
  }

  /// Connections that both sides closed, but whose written, captured and read bytes differ.
  private func wrongStreams(_ recorded: Recorded) -> [String] {
    let packets = Dictionary(grouping: recorded.packets, by: \.connection)
    let calls = Dictionary(grouping: recorded.calls.values, by: \.connection)
    var wrong: [String] = []
    var whole = 0
    for (connection, packets) in packets
    where !packets.contains(where: { $0.flags.contains("RST") }) {
      whole += 1
      let client = calls[connection]?.first { $0.name == "connect" }?.process ?? "?"
      for isClient in [true, false] {
        func sum(_ name: String, _ ofClient: Bool) -> Int {
          (calls[connection] ?? []).filter { $0.name == name && ($0.process == client) == ofClient }
            .reduce(0) { $0 + ($1.result ?? 0) }
        }
        let written = sum("write", isClient)
        let taken = sum("read", !isClient)
        let captured = packets.filter {
          $0.destination.hasSuffix(":4000") == isClient && !$0.isRepeated
        }.reduce(0) { $0 + $1.length }
        if written != taken || written != captured || written == 0 {
          wrong.append("\(connection): written \(written), captured \(captured), read \(taken)")
        }
      }
    }
    return whole < Self.count / 2 ? wrong + ["only \(whole) whole connections"] : wrong
  }

  /// Bytes of payload by direction, as tshark finds them, without retransmissions.
  private func savedBytes(_ file: String) throws -> (toServer: Int, toClient: Int, packets: Int) {
    let outcome = try runText(
      [
        "tshark", "-r", file, "-T", "fields", "-e", "tcp.dstport", "-e", "tcp.len", "-e",
        "tcp.analysis.retransmission",
      ], timeout: .seconds(300))
    var bytes = (toServer: 0, toClient: 0, packets: 0)
    for line in outcome.text.split(separator: "\n") {
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
      guard fields.count == 3, let length = Int(fields[1]) else { continue }
      bytes.packets += 1
      guard fields[2].isEmpty else { continue }
      if fields[0] == "4000" { bytes.toServer += length } else { bytes.toClient += length }
    }
    return bytes
  }

  /// strace counts the same calls when it is the one that traces.
  @Test func straceCountsTheSameCalls() throws {
    let folder = try TemporaryFolder()
    let counted = try Live.script(
      """
      cd \(folder.path)
      exec sh -c '
        $p many-server 4000 8 200 >&2 & server=$!
        tries=0
        until ss -Hlnt "sport = :4000" | grep -q .; do
          tries=$((tries + 1)); [ $tries -lt 1000 ] || exit 99; sleep 0.05
        done
        strace -f -c -e trace=connect,setsockopt,sendto -o counts \
          $p many-client 4000 8 200 >&2
        wait $server
        cat counts'
      """)
    let (recorded, outcome) = try many(200, folder)
    #expect(outcome.status == 0)
    for name in ["connect", "setsockopt"] {
      let line = counted.text.split(separator: "\n").first { $0.hasSuffix(" " + name) }
      let fields = line?.split(separator: " ") ?? []
      let client = recorded.calls.values.filter {
        $0.name == name && !$0.text.contains("SO_REUSEADDR")
      }
      #expect(fields.count > 3 && Int(fields[3]) == client.count, "\(name): \(counted.text)")
    }
  }

  @Test func aWebServerAndItsClientInOneShell() throws {
    let outcome = try Live.run([
      "run", "--private", "--lines", "--", "sh", "-c",
      """
      cd /usr/share; /usr/bin/python3 -m http.server --bind 127.0.0.1 8000 >/dev/null 2>&1 & s=$!
      tries=0
      until curl -fsS -o /dev/null http://127.0.0.1:8000/ 2>/dev/null; do
        tries=$((tries + 1)); [ $tries -lt 1000 ] || exit 99; sleep 0.05
      done
      kill $s
      """,
    ])
    #expect(outcome.status == 0)
    let recorded = Recorded(outcome.errorText)
    #expect(recorded.says("unexplained 0"))
    #expect(recorded.says("lost by the capture 0"))
    #expect(recorded.packets.contains { $0.flags == "SYN" })
    #expect(recorded.packets.contains { $0.length > 0 && !$0.calls.isEmpty })
    #expect(!outcome.errorText.contains("unknown"))
  }

  @Test func aTextbookHasSegmentsOfEthernet() throws {
    let script = """
      import socket, threading
      server = socket.create_server(("127.0.0.1", 4000))
      def serve():
        own = server.accept()[0]
        while own.recv(65536): pass
        own.close()
      thread = threading.Thread(target=serve); thread.start()
      client = socket.create_connection(("127.0.0.1", 4000))
      client.sendall(b"x" * 400000); client.close(); thread.join()
      """
    let command = ["--lines", "--", "/usr/bin/python3", "-c", script]
    let textbook = Recorded(
      try Live.run(["run", "--private", "--textbook"] + command).errorText)
    let lengths = textbook.packets.map(\.length)
    #expect(lengths.max() == 1_448)
    #expect(
      textbook.packets.filter { !$0.isRepeated }.reduce(0) { $0 + $1.length }
        == 400_000)
    #expect(textbook.says("unexplained 0"))
    let usual = Recorded(try Live.run(["run", "--private"] + command).errorText)
    #expect(usual.packets.map(\.length).max() ?? 0 > 1_448)
  }
}
