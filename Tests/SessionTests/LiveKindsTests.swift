import Glibc
import Process
import Testing

/// Sockets that are neither plain TCP nor plain UDP, and addresses that are changed on the way
/// (Tests/Programs/kinds.c): what traced programs send is never another program's.
@Suite(.needs(Attached.isPossible, "a network with changed addresses needs root"), .ownNetwork)
struct LiveKindsTests {
  /// Runs a part of the program in a network of its own, where port 80 and port 53 are elsewhere.
  private func run(_ part: String) throws -> Recorded {
    let outcome = try Live.script(
      """
      exec unshare -n sh -c 'ip link set lo up
        nft "add table ip nat; add chain ip nat out { type nat hook output priority -100; };
          add rule ip nat out tcp dport 80 dnat to 127.0.0.1:3490;
          add rule ip nat out udp dport 53 dnat to 127.0.0.1:3491" || exit 77
        exec "$s" run --host --lines -o /dev/stdout -- "$p" kinds \(part)'
      """)
    #expect(outcome.status == 0, "\(outcome.errorText)")
    let recorded = Recorded(outcome.text)
    #expect(!recorded.packets.isEmpty)
    #expect(recorded.packets.filter { $0.cause.contains("untraced") }.map(\.label) == [])
    #expect(!recorded.says("of other programs"))
    return recorded
  }

  private func names(_ recorded: Recorded) -> [[String]] {
    recorded.packets.map { recorded.names($0) }
  }

  @Test func subflowsSaySo() throws {
    let recorded = try run("mptcp")
    let telling = recorded.packets.filter { $0.length > 0 || $0.flags == "SYN" }
    #expect(telling.count == 3)
    for packet in telling {
      #expect(packet.cause.hasPrefix("unknown: subflows of MPTCP are not followed"))
    }
    #expect(recorded.calls.values.contains { $0.text.hasPrefix("socket(MPTCP") })
  }

  @Test func udpLiteGoesByItsCalls() throws {
    #expect(names(try run("udplite")) == [["sendto"], ["sendto"]])
  }

  /// By a socket of ICMP and by a raw one: the request is the call's, the reply the kernel's.
  @Test(arguments: ["ping", "raw-ping"]) func pings(_ part: String) throws {
    let recorded = try run(part)
    #expect(names(recorded) == [["sendto"], []])
    #expect(recorded.packets.last?.cause.hasPrefix("kernel answers") ?? false)
  }

  @Test func rawSockets() throws {
    #expect(names(try run("raw")) == [["sendto"], ["sendto"]])
  }

  @Test func groups() throws {
    let recorded = try run("group")
    #expect(recorded.packets.contains { recorded.names($0) == ["sendto"] })
    let others = recorded.packets.filter { recorded.names($0) != ["sendto"] }
    for packet in others {
      #expect(
        recorded.names(packet) == ["setsockopt"]
          || packet.cause.hasPrefix("unknown: for a multicast group of a socket"))
    }
  }

  @Test func broadcasts() throws {
    #expect(names(try run("broadcast")) == [["sendto"]])
  }

  /// Each end is captured with an address that the other does not know.
  @Test func redirected() throws {
    let recorded = try run("redirected")
    let datagrams = recorded.packets.filter { $0.flags == "UDP" }
    #expect(datagrams.map { recorded.names($0) } == [["sendto"], ["sendto"]])
    let data = recorded.packets.filter { $0.flags != "UDP" && $0.length > 0 }
    #expect(data.count == 2)
    for packet in data {
      #expect(
        recorded.names(packet) == ["write"]
          || packet.cause.hasPrefix("unknown: its addresses are rewritten on the way"))
    }
  }
}
