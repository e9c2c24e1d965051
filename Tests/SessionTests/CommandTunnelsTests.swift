import Process
import Testing

/// What tells of tunnels, other protocols and fragments, in each form.
@Suite struct CommandTunnelsTests {
  private func lines(_ arguments: [String]) throws -> [Substring] {
    let outcome = try Command.run(arguments, environment: ["LC_ALL=C.UTF-8"])
    #expect(outcome.status == 0, "\(outcome.errorText)")
    return outcome.text.split(separator: "\n")
  }

  @Test func tunnelsAreFields() throws {
    let file = Shipped.path("tunnels.pcap")
    let packets = try lines(["export", file, "--format", "jsonl"]).filter {
      $0.contains(#""type":"packet""#)
    }
    #expect(packets.count == 28)
    #expect(packets[10].contains(#""tunnel":"VXLAN 7""#))
    #expect(packets[22].contains(#""tunnel":"GRE in VXLAN 7 in IPv4""#))
    #expect(packets[21].contains(#""tunnel":null"#))
    let connections = try lines(["summary", file, "--format", "jsonl"])
    for words in ["VXLAN 7", "VXLAN 8", "GENEVE 10", "PPPoE 17", "GRE key 5"] {
      #expect(connections.contains { $0.contains("\"tunnel\":\"\(words)\"") }, "\(words)")
    }
    let table = try lines(["summary", file, "--width", "140"])
    #expect(table.contains { $0.contains("VXLAN 8") })
    let pairs = try lines(["replay", file, "--lines"])
    #expect(pairs.contains { $0.contains("UDP len=13  in MPLS 17 in GRE") })
  }

  /// The same ends in tunnels of two numbers are two connections, in all three.
  @Test func theNumberOfATunnelTellsConnectionsApart() throws {
    let file = Shipped.path("tunnels.pcap")
    func identifiers(_ command: [String]) throws -> [String: String] {
      var found: [String: String] = [:]
      for line in try lines(command) where line.contains(#""type":"connection""#) {
        let id = line.firstMatch(of: /"id":([0-9]+)/)
        let tunnel = line.firstMatch(of: /"tunnel":"(VXLAN [0-9]+)"/)
        if line.contains(#""protocol":"udp""#), let id, let tunnel {
          found[String(tunnel.output.1)] = String(id.output.1)
        }
      }
      return found
    }
    let summary = try identifiers(["summary", file, "--format", "jsonl"])
    #expect(
      Set(summary.keys) == ["VXLAN 7", "VXLAN 8"] && summary["VXLAN 7"] != summary["VXLAN 8"])
    let export = try identifiers(["export", file, "--format", "jsonl"])
    #expect(export["VXLAN 7"] != export["VXLAN 8"] && export.count == 2)
  }

  @Test func otherProtocolsHaveTheirNames() throws {
    let packets = try lines(["export", Shipped.path("protocols.pcap"), "--format", "jsonl"])
    for name in ["STP", "ISIS", "CDP", "ARP", "LLDP", "IGMP", "OSPF", "SCTP", "ESP"] {
      #expect(packets.contains { $0.contains("\"layer\":\"\(name)\"") }, "\(name)")
    }
    let rows = try lines(["replay", Shipped.path("protocols.pcap"), "--lines"])
    #expect(!rows.contains { $0.contains("unknown") || $0.contains("unreadable") })
  }

  /// The bytes of segments in fragments are counted once, by the ladder and by the table.
  @Test func fragmentsAreCountedOnce() throws {
    let file = Shipped.path("fragments.pcap")
    let summary = try lines(["summary", file, "--format", "jsonl"])
    let export = try lines(["export", file, "--format", "jsonl"])
    for one in [summary, export] {
      let bytes = one.compactMap { $0.firstMatch(of: /"client_bytes":([0-9]+)/) }
        .map { Int($0.output.1) ?? 0 }
      #expect(bytes.sorted() == [13, 75, 104, 104, 104, 248], "\(bytes)")
    }
    #expect(export.contains { $0.contains(#""number":3,"#) && $0.contains(#""fragments":[1,2]"#) })
    #expect(export.contains { $0.contains(#""number":2,"#) && $0.contains(#""fragment_of":1"#) })
  }
}
